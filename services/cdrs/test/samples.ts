export type Json = Readonly<Record<string, unknown>>;

export const START = '2026-06-01T10:00:00Z';
export const END = '2026-06-01T12:00:00Z';
const party = { country_code: 'NL', party_id: 'RGC' };

export const cdr_token = { country_code: 'NL', party_id: 'RGE', uid: 'T1', type: 'RFID', contract_id: 'NL-RGE-C1' };
export const token = { ...cdr_token, issuer: 'Drive', valid: true, whitelist: 'ALWAYS', last_updated: '2026-01-01T00:00:00Z' };

export function tariff(price: number, id = 'TAR1'): Json {
  return { ...party, id, currency: 'EUR', elements: [{ price_components: [{ type: 'ENERGY', price, step_size: 1 }] }], last_updated: '2026-01-01T00:00:00Z' };
}

export function location(address: string): Json {
  const last_updated = '2026-01-01T00:00:00Z';
  const connector = { id: '1', standard: 'CHADEMO', format: 'CABLE', power_type: 'DC', max_voltage: 400, max_amperage: 125, last_updated };
  return {
    ...party, id: 'L1', publish: true, address, city: 'Utrecht', country: 'NLD', coordinates: { latitude: '52.090737', longitude: '5.121420' },
    time_zone: 'Europe/Amsterdam', evses: [{ uid: 'E1', status: 'AVAILABLE', connectors: [connector], last_updated }], last_updated,
  };
}

export function cdrLocation(address: string): Json {
  return {
    id: 'L1', address, city: 'Utrecht', country: 'NLD', coordinates: { latitude: '52.090737', longitude: '5.121420' }, evse_uid: 'E1', evse_id: '#NA',
    connector_id: '1', connector_standard: 'CHADEMO', connector_format: 'CABLE', connector_power_type: 'DC',
  };
}

export const charging_periods = [{ start_date_time: START, dimensions: [{ type: 'ENERGY', volume: 10 }], tariff_id: 'TAR1' }];

export const session: Json = {
  ...party, id: 'S1', start_date_time: START, end_date_time: END, kwh: 10, cdr_token, auth_method: 'AUTH_REQUEST', authorization_reference: 'A1',
  location_id: 'L1', evse_uid: 'E1', connector_id: '1', meter_id: 'M1', currency: 'EUR', status: 'COMPLETED', last_updated: END,
  charging_periods: [{ ...charging_periods[0], dimensions: [{ type: 'ENERGY', volume: 10 }, { type: 'POWER', volume: 5 }] }],
};

/** The least of a CDR that its session completes. */
export const bare: Json = {
  ...party, id: 'C1', session_id: 'S1', total_cost: { excl_vat: 4.2 }, total_energy: 10, total_time: 2, last_updated: '2026-06-01T12:05:00Z',
};

/** Without a session: all that it would give. */
export const plain: Json = {
  ...bare, start_date_time: START, end_date_time: END, auth_method: 'WHITELIST', currency: 'EUR', charging_periods,
};
