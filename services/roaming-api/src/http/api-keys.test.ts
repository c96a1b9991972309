import { createHash } from 'node:crypto';
import { ApiKeys, presentedKey } from './api-keys';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('ApiKeys', () => {
  const keys = new ApiKeys([
    { name: 'backend', sha256: sha256('first-key'), admin: false },
    { name: 'operator', sha256: sha256('second-key').toUpperCase(), admin: true },
  ]);

  it('finds the entry of a key, whatever the case of its hash', () => {
    expect(keys.find('first-key')?.name).toBe('backend');
    expect(keys.find('second-key')?.name).toBe('operator');
  });

  it.each(['', 'first-ke', 'first-keyx', sha256('first-key')])('knows nobody by %p', (presented) => {
    expect(keys.find(presented)).toBeUndefined();
  });
});

describe('presentedKey', () => {
  it('reads a bearer token in any case, and X-API-Key', () => {
    expect(presentedKey({ authorization: 'Bearer abc' })).toBe('abc');
    expect(presentedKey({ authorization: ' bEARER  abc ' })).toBe('abc');
    expect(presentedKey({ 'x-api-key': 'abc' })).toBe('abc');
  });

  it('reads nothing from other schemes and from no header', () => {
    expect(presentedKey({ authorization: 'Basic abc' })).toBeUndefined();
    expect(presentedKey({ authorization: 'abc' })).toBeUndefined();
    expect(presentedKey({})).toBeUndefined();
  });
});
