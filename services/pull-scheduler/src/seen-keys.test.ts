import { keyHash } from './key-hash';
import { SeenSet } from './seen-keys';

const setOf = (...keys: readonly string[]): SeenSet =>
  new SeenSet(Buffer.from(BigUint64Array.from(keys, keyHash).buffer));

describe('SeenSet', () => {
  it('finds each of many keys, and no other', () => {
    const keys = Array.from({ length: 5_000 }, (_, i) => `NL*PEE*${i}`);
    const seen = setOf(...keys);
    expect(keys.filter((key) => !seen.has(key))).toEqual([]);
    expect(keys.filter((key) => seen.has(`${key}x`))).toEqual([]);
  });

  it('PAG-18: counts a key that was listed twice once', () => {
    expect(setOf('a', 'b', 'a').size).toBe(2);
    expect(setOf().size).toBe(0);
  });

  it('reads hashes wherever they stand in memory', () => {
    const bytes = Buffer.from(BigUint64Array.from(['a', 'b'], keyHash).buffer);
    const shifted = Buffer.concat([Buffer.alloc(3), bytes]).subarray(3);
    expect(new SeenSet(shifted).has('b')).toBe(true);
  });
});
