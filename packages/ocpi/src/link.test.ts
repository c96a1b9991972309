import { nextLink, parseNextLink } from './link';

const url = 'https://cpo.example/ocpi/2.2.1/sender/locations?date_from=2026-01-01T00%3A00%3A00Z&offset=50&limit=50';

describe('a Link header', () => {
  it('PAG-10 names the next page in angle brackets with a quoted rel', () => {
    expect(nextLink(url)).toBe(`<${url}>; rel="next"`);
    expect(parseNextLink(nextLink(url))).toBe(url);
  });

  it.each([
    `<${url}>; rel="next"`,
    `<${url}>;rel=next`,
    `<${url}> ; Rel = "NEXT"`,
    `<${url}>; title="page 2"; rel="next"`,
    `<${url}>; title="page 2, of 3; or more"; rel="next"`,
    `<${url}>; title="say \\"next\\""; rel="next"`,
    `<${url}>; rel="next"; title="page 2"`,
    `<${url}>; rel="last next"`,
    `<https://cpo.example/first>; rel="first", <${url}>; rel="next"`,
    `<https://cpo.example/a,b;c>; rel="prev", <${url}>; rel="next", <https://cpo.example/last>; rel="last"`,
  ])('PAG-25 %s leads on', (header) => {
    expect(parseNextLink(header)).toBe(url);
  });

  it.each([
    undefined,
    '',
    `<${url}>; rel="last"`,
    `<${url}>; rel="nextish"`,
    `<${url}>; rel="prev-next"`,
    `<${url}>; rel=prev; title=next`,
    `<${url}>; rel="prev"; title="rel=next"`,
    `<${url}>; title="; rel=next"`,
    `<${url}>; hrel="next"`,
    `<${url}>`,
    `${url}; rel="next"`,
    '<https://cpo.example/next>; rel="self"',
  ])('PAG-25 %s is the end of the crawl', (header) => {
    expect(parseNextLink(header)).toBeUndefined();
  });

  it('PAG-15 keeps the URL as it stands', () => {
    expect(parseNextLink('<HTTP://x/%7e?a=1&&b=+>; rel=next')).toBe('HTTP://x/%7e?a=1&&b=+');
  });
});
