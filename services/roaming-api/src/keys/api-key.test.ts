import { hasRight, maySee, mayUse, type ApiKey, type Right } from './api-key';

const key = (rights: readonly Right[], about: Partial<ApiKey> = {}): ApiKey => ({ id: 'k', name: 'k', rights: new Set(rights), ...about });

describe('an API key', () => {
  it('has the rights that it was given, and all others with admin', () => {
    expect(hasRight(key(['read']), 'read')).toBe(true);
    expect(hasRight(key(['read']), 'write')).toBe(false);
    expect(hasRight(key(['write']), 'read')).toBe(false);
    expect(hasRight(key(['peers', 'read']), 'admin')).toBe(false);
    for (const right of ['read', 'write', 'peers', 'admin'] as const) expect(hasRight(key(['admin']), right)).toBe(true);
  });

  it('may use the modules that it was given, else all', () => {
    expect(mayUse(key(['read'], { modules: new Set(['tokens']) }), 'tokens')).toBe(true);
    expect(mayUse(key(['read'], { modules: new Set(['tokens']) }), 'cdrs')).toBe(false);
    expect(mayUse(key(['read']), 'cdrs')).toBe(true);
  });

  describe('of one party', () => {
    const own = key(['read'], { parties: new Set(['NL*RGC']) });

    it.each([
      ['an own object of its party', 'own', 'NL*RGC', undefined, true],
      ['an own object of its party that is meant for another', 'own', 'NL*RGC', ['DE*ABC'], true],
      ['an own object of another own party', 'own', 'NL*EMS', undefined, false],
      ['an own object of another own party, meant for its party', 'own', 'NL*EMS', ['NL*RGC'], true],
      ['what a peer sent to everybody', 'p1', 'DE*ABC', undefined, true],
      ['what a peer sent to its party', 'p1', 'DE*ABC', ['NL*RGC'], true],
      ['what a peer sent to another party', 'p1', 'DE*ABC', ['NL*EMS'], false],
      ['what a peer sent to nobody', 'p1', 'DE*ABC', [], false],
    ])('%s', (_what, origin, party, audience, seen) => {
      expect(maySee(own, { origin, party, ...(audience && { audience }) })).toBe(seen);
    });

    it('others see all', () => {
      expect(maySee(key(['read']), { origin: 'own', party: 'NL*EMS', audience: ['DE*ABC'] })).toBe(true);
    });
  });
});
