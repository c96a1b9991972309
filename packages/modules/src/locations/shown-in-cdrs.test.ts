import { locations, type Location } from '../index';

const connector = { id: '1', standard: 'CHADEMO', format: 'CABLE', power_type: 'DC', max_voltage: 400, max_amperage: 125, last_updated: '2026-01-01T00:00:00Z' } as const;
const evse = { uid: 'E1', status: 'AVAILABLE', connectors: [{ ...connector }], last_updated: '2026-01-01T00:00:00Z' } as const;
const location: Location = {
  country_code: 'NL', party_id: 'RGC', id: 'L1', publish: true, address: 'Straat 1', city: 'Utrecht', country: 'NLD',
  coordinates: { latitude: '52.090737', longitude: '5.121420' }, evses: [{ ...evse, connectors: [{ ...connector }] }], time_zone: 'Europe/Amsterdam',
  last_updated: '2026-01-01T00:00:00Z',
};

function shown(changes: Partial<Location>): string {
  const { history } = locations;
  return typeof history === 'function' ? JSON.stringify(history({ ...location, ...changes })) : '';
}

const withEvse = (changes: object): Partial<Location> => ({ evses: [{ ...evse, connectors: [{ ...connector }], ...changes }] });

describe('the history of a Location', () => {
  it.each<[string, Partial<Location>]>([
    ['the status of an EVSE', withEvse({ status: 'CHARGING', last_updated: '2026-01-02T00:00:00Z' })],
    ['opening times', { opening_times: { twentyfourseven: true }, last_updated: '2026-01-02T00:00:00Z' }],
    ['the tariffs of a Connector', withEvse({ connectors: [{ ...connector, tariff_ids: ['T1'] }] })],
  ])('has no version of its own for %s', (_what, changes) => {
    expect(shown(changes)).toBe(shown({}));
  });

  it.each<[string, Partial<Location>]>([
    ['the address', { address: 'Straat 2' }],
    ['the name', { name: 'Plein' }],
    ['the place', { coordinates: { latitude: '52.090738', longitude: '5.121420' } }],
    ['the evse_id', withEvse({ evse_id: 'NL*RGC*E1' })],
    ['the standard of a Connector', withEvse({ connectors: [{ ...connector, standard: 'IEC_62196_T2_COMBO' }] })],
    ['an EVSE more', { evses: [...(location.evses ?? []), { ...evse, uid: 'E2', connectors: [{ ...connector }] }] }],
  ])('CDR-17 has one for %s', (_what, changes) => {
    expect(shown(changes)).not.toBe(shown({}));
  });
});
