import { checkLength, mostPages, nextUrl } from './page-guards';

const endpoint = 'https://peer.example/ocpi/locations';
const page = `${endpoint}?limit=2`;

describe('nextUrl', () => {
  it('PAG-15: takes a link verbatim, whatever stands in it', () => {
    const link = 'https://peer.example/else/where?a=%2f&b=x%3Ay&offset=2&cursor=ä';
    expect(nextUrl(link, page, endpoint)).toBe(link);
  });

  it('PAG-10: reads a relative link against the page it stands on', () => {
    expect(nextUrl('/ocpi/locations?offset=2', page, endpoint)).toBe('https://peer.example/ocpi/locations?offset=2');
    expect(nextUrl('?offset=2', page, endpoint)).toBe('https://peer.example/ocpi/locations?offset=2');
  });

  it.each([
    ['https://other.example/ocpi/locations?offset=2'],
    ['http://peer.example/ocpi/locations?offset=2'],
    ['https://peer.example:8443/ocpi/locations?offset=2'],
    ['//other.example/x'],
  ])('CRD-41: does not follow %s, which leaves the origin of the endpoint', (link) => {
    expect(() => nextUrl(link, page, endpoint)).toThrow(
      /the next link leads to .*, the endpoint is at https:\/\/peer.example/,
    );
  });

  it('says what a link is that is no URL', () => {
    expect(() => nextUrl('http://', page, endpoint)).toThrow('the next link "http://" is no URL');
  });
});

describe('mostPages', () => {
  it('PAG-25: a peer may send far fewer objects a page than asked for', () => {
    expect(mostPages({ page: 100, seen: 100, total: 1_000 }, 100_000)).toBeGreaterThanOrEqual(1_000);
  });

  it('PAG-16: a list may grow while it is crawled', () => {
    expect(() => checkLength({ page: 12, seen: 600, total: 550 }, 100_000)).not.toThrow();
  });

  it('ends a chain of new links that lists more than there is', () => {
    expect(() => checkLength({ page: 60, seen: 3_000, total: 1_000 }, 100_000)).not.toThrow();
    expect(() => checkLength({ page: 61, seen: 3_050, total: 1_000 }, 100_000)).toThrow(
      '61 pages with 3050 objects and still a next link, at X-Total-Count 1000',
    );
  });

  it('ends a chain of empty pages', () => {
    expect(() => checkLength({ page: 21, seen: 0, total: 0 }, 100_000)).toThrow('21 pages with 0 objects');
  });

  it('has an end of its own where the peer does not count, or counts too much', () => {
    expect(mostPages({ page: 10, seen: 0, total: null }, 1_000)).toBe(1_000);
    expect(mostPages({ page: 10, seen: 0, total: 1e15 }, 1_000)).toBe(1_000);
    expect(() => checkLength({ page: 1_001, seen: 5, total: null }, 1_000)).toThrow('at no X-Total-Count');
  });
});
