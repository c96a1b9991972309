import { presentedKey } from './presented-key';

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
