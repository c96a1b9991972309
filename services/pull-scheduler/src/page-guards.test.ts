import { checkLength, isDoubtful, likelyPages, nextUrl } from './page-guards';

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

describe('the length of a crawl', () => {
  const MOST = 100_000;

  it('PAG-25: a peer may send far fewer objects a page than asked for', () => {
    expect(likelyPages({ page: 100, seen: 100, total: 1_000 })).toBeGreaterThanOrEqual(1_000);
  });

  it('PAG-16: a list may grow while it is crawled', () => {
    expect(() => checkLength({ page: 12, seen: 600, total: 550, fruitless: 0 }, MOST)).not.toThrow();
  });

  it('PAG-25: a list that is far longer than its peer counts is crawled as long as it brings something new', () => {
    expect(() => checkLength({ page: 5_000, seen: 250_000, total: 50, fruitless: 49 }, MOST)).not.toThrow();
  });

  it('ends a chain of new links that brings nothing new', () => {
    expect(() => checkLength({ page: 60, seen: 3_000, total: 1_000, fruitless: 50 }, MOST)).not.toThrow();
    expect(() => checkLength({ page: 61, seen: 3_050, total: 1_000, fruitless: 50 }, MOST)).toThrow(
      '61 pages with 3050 objects, the last 50 of them without a new one, and still a next link, at X-Total-Count 1000',
    );
  });

  it('ends a chain of empty pages, also where the peer does not count', () => {
    expect(() => checkLength({ page: 51, seen: 0, total: 0, fruitless: 51 }, MOST)).toThrow('51 pages with 0 objects');
    expect(() => checkLength({ page: 51, seen: 0, total: null, fruitless: 50 }, MOST)).toThrow('at no X-Total-Count');
  });

  it('has an end whatever the peer counts, and however much it brings', () => {
    expect(() => checkLength({ page: 1_001, seen: 5, total: 1e15, fruitless: 0 }, 1_000)).toThrow('and still a next link');
    expect(() => checkLength({ page: 1_001, seen: 5, total: null, fruitless: 0 }, 1_000)).toThrow('and still a next link');
    expect(() => checkLength({ page: 1_000, seen: 5, total: null, fruitless: 0 }, 1_000)).not.toThrow();
  });

  it('is watched only where the count is missing or used up', () => {
    expect([{ seen: 9, total: 10 }, { seen: 10, total: 10 }, { seen: 1, total: null }].map(isDoubtful)).toEqual([false, true, true]);
  });
});
