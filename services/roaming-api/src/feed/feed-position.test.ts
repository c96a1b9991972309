import { decodePosition, encodePosition } from './feed-position';

describe('a position of the feed', () => {
  it('comes back from the event id that it became', () => {
    const position = new Map([
      ['locations', [0, 12, 9_007_199_254_740]],
      ['charging-profiles', [5]],
    ]);
    const text = encodePosition(position);
    expect(text).toMatch(/^[\w-]+$/);
    expect(decodePosition(text)).toEqual(position);
  });

  it.each(['', 'x', '12', encodePosition(new Map([['locations', [-1]]])), encodePosition(new Map([['locations', []]])), 'A'.repeat(5_000)])(
    'is none in %j',
    (text) => {
      expect(decodePosition(text)).toBeUndefined();
    },
  );
});
