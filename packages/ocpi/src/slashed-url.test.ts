import { slashedUrl } from './slashed-url';

describe('slashedUrl', () => {
  it.each([
    ['https://p.example/cdrs', 'with', 'https://p.example/cdrs/'],
    ['https://p.example/cdrs/', 'with', 'https://p.example/cdrs/'],
    ['https://p.example/cdrs?a=/b', 'with', 'https://p.example/cdrs/?a=/b'],
    ['https://p.example/cdrs/', 'without', 'https://p.example/cdrs'],
    ['https://p.example/cdrs//?a=/', 'without', 'https://p.example/cdrs?a=/'],
    ['https://p.example/cdrs', 'without', 'https://p.example/cdrs'],
    ['https://p.example/cdrs/?a', 'as_given', 'https://p.example/cdrs/?a'],
    ['https://p.example/cdrs', 'as_given', 'https://p.example/cdrs'],
  ] as const)('%s %s a slash is %s', (endpoint, slash, expected) => {
    expect(slashedUrl(endpoint, slash)).toBe(expected);
  });
});
