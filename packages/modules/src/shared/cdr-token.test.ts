import { periodsOfCdr, tariffs, tokens, type Tariff, type Token } from '../index';

const token: Token = {
  country_code: 'NL', party_id: 'RGE', uid: '012345', type: 'APP_USER', contract_id: 'NL-RGE-C1', issuer: 'Drive', valid: true,
  whitelist: 'NEVER', last_updated: '2026-01-01T00:00:00Z', visual_number: 'V1', language: null,
};

describe('what stands inside other objects', () => {
  it('SES-31 of a Token is its name, its owner and its contract, in Sessions and CDRs', () => {
    const embedded = { country_code: 'NL', party_id: 'RGE', uid: '012345', type: 'APP_USER', contract_id: 'NL-RGE-C1' };
    expect([tokens.embedded.sessions?.(token), tokens.embedded.cdrs?.(token)]).toEqual([embedded, embedded]);
  });

  it('CDR-29 of a Tariff is all of it, without the nulls that a peer may have sent', () => {
    const tariff: Tariff = {
      country_code: 'NL', party_id: 'RGC', id: 'T1', currency: 'EUR', type: null, elements: [{ price_components: [{ type: 'FLAT', price: 0, vat: null, step_size: 1 }] }],
      last_updated: '2026-01-01T00:00:00Z',
    };
    expect(JSON.stringify(tariffs.embedded.cdrs?.({ ...tariff, own_field: 'kept' }))).toBe(
      '{"country_code":"NL","party_id":"RGC","id":"T1","currency":"EUR","elements":[{"price_components":[{"type":"FLAT","price":0,"step_size":1}]}],"last_updated":"2026-01-01T00:00:00Z","own_field":"kept"}',
    );
  });

  it('CDR-24 of the periods of a Session is what CDRs have of dimensions', () => {
    const period = (dimensions: { type: string; volume: number }[]): object => ({ start_date_time: '2026-01-01T00:00:00Z', tariff_id: 'T1', dimensions });
    const given = [{ type: 'ENERGY', volume: 1 }, { type: 'CURRENT', volume: 16 }, { type: 'STATE_OF_CHARGE', volume: 80 }, { type: 'TIME', volume: 0.5 }];
    expect(periodsOfCdr([period(given)] as never)).toEqual([period([{ type: 'ENERGY', volume: 1 }, { type: 'TIME', volume: 0.5 }])]);
  });
});
