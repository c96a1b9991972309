import { hashToken, isCredentialsToken } from '@roamgrid/ocpi';
import { TokenVault } from './token-vault';

const k1 = Buffer.alloc(32, 1).toString('base64');
const k2 = Buffer.alloc(32, 2).toString('base64');
const HASH_KEY = 'hash key';

describe('TokenVault', () => {
  const vault = new TokenVault(HASH_KEY, { keyId: 'k1', keys: { k1 } });

  it('CRD-29: issues tokens that differ, fit the specification, and can be found by their hash', () => {
    const issued = Array.from({ length: 50 }, () => vault.issue('p1'));
    expect(new Set(issued.map(({ token }) => token)).size).toBe(50);
    expect(issued.filter(({ token }) => !isCredentialsToken(token))).toEqual([]);
    expect(issued.filter(({ token, hash }) => hash !== hashToken(HASH_KEY, token))).toEqual([]);
    expect(issued.filter(({ token, sealed }) => vault.open(sealed, 'p1') !== token)).toEqual([]);
  });

  it('CRD-43: the hash is HMAC-SHA256 in hex', () => {
    // RFC 4231, test case 2.
    expect(hashToken('Jefe', 'what do ya want for nothing?')).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
  });

  it('seals the same token differently each time, and never in the clear', () => {
    const seals = [vault.seal('secret-token', 'p1'), vault.seal('secret-token', 'p1')];
    expect(seals[0]).not.toBe(seals[1]);
    expect(Buffer.from(seals[0]?.slice(3) ?? '', 'base64url').toString('latin1')).not.toContain('secret-token');
  });

  it('does not open what was sealed for another peer, was changed, or was sealed with a lost key', () => {
    const sealed = vault.seal('secret-token', 'p1');
    expect(() => vault.open(sealed, 'p2')).toThrow();
    const flipped = Buffer.from(sealed.slice(3), 'base64url');
    flipped[flipped.length - 1]! ^= 1;
    expect(() => vault.open(`k1.${flipped.toString('base64url')}`, 'p1')).toThrow();
    const other = new TokenVault(HASH_KEY, { keyId: 'k2', keys: { k2 } });
    expect(() => other.open(sealed, 'p1')).toThrow('sealing.keys: "k1" is missing');
  });

  it('CRD-43: a new key seals, the old one still opens until all is sealed anew', () => {
    const sealed = vault.seal('secret-token', 'p1');
    const both = new TokenVault(HASH_KEY, { keyId: 'k2', keys: { k1, k2 } });
    const resealed = both.reseal(sealed, 'p1');
    expect(resealed).toMatch(/^k2\./);
    expect(both.reseal(resealed, 'p1')).toBe(resealed);
    expect(new TokenVault(HASH_KEY, { keyId: 'k2', keys: { k2 } }).open(resealed, 'p1')).toBe('secret-token');
  });

  it.each([
    [{ keyId: 'k1', keys: { k1: 'c2hvcnQ=' } }, 'sealing.keys.k1: expected Base64 of 32 bytes, found 5 bytes'],
    [{ keyId: 'k9', keys: { k1 } }, 'sealing.keyId: no key "k9" among k1'],
  ])('refuses the configuration %j', (sealing, message) => {
    expect(() => new TokenVault(HASH_KEY, sealing)).toThrow(
      expect.objectContaining({ code: 'config.invalid', message }),
    );
  });
});
