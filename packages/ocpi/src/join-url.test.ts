import { addQuery, joinUrl } from './join-url';

describe('an endpoint and its segments', () => {
  it.each(['https://cpo.example/ocpi/locations', 'https://cpo.example/ocpi/locations/', 'https://cpo.example/ocpi/locations//'])(
    'TRN-53 are joined with exactly one slash: %s',
    (endpoint) => {
      expect(joinUrl(endpoint, 'NL', 'TNM', 'LOC1')).toBe('https://cpo.example/ocpi/locations/NL/TNM/LOC1');
    },
  );

  it.each([
    ['a/b', 'a%2Fb'],
    ['#NA', '%23NA'],
    ['two words', 'two%20words'],
    ['50%', '50%25'],
    ['a+b', 'a%2Bb'],
    ['a?b=c', 'a%3Fb%3Dc'],
    ['..', '..'],
    ['é', '%C3%A9'],
    ['BE*BEC*E041503001', 'BE*BEC*E041503001'],
  ])('TRN-56 segment %j is encoded, and decodes to itself', (segment, encoded) => {
    const url = joinUrl('https://cpo.example/x', segment);
    expect(url).toBe(`https://cpo.example/x/${encoded}`);
    expect(decodeURIComponent(url.slice('https://cpo.example/x/'.length))).toBe(segment);
  });

  it('keeps a query at the end', () => {
    expect(joinUrl('https://cpo.example/x/?key=a/b', 'LOC1')).toBe('https://cpo.example/x/LOC1?key=a/b');
    expect(joinUrl('https://cpo.example/x?a=1?b', 'LOC1')).toBe('https://cpo.example/x/LOC1?a=1?b');
  });

  it('without segments is the endpoint without its slash', () => {
    expect(joinUrl('https://cpo.example/x/')).toBe('https://cpo.example/x');
  });
});

it.each([
  ['https://cpo.example/x', '', 'https://cpo.example/x'],
  ['https://cpo.example/x', 'type=OTHER', 'https://cpo.example/x?type=OTHER'],
  ['https://cpo.example/x?key=1', 'type=OTHER', 'https://cpo.example/x?key=1&type=OTHER'],
])('adds to the query of %s: %j', (url, query, whole) => {
  expect(addQuery(url, query)).toBe(whole);
});
