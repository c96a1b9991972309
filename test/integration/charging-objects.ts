/** Small valid objects of each module, for tests: what is left out has no part in them. */
export type Json = Record<string, unknown>;

/** The n-th second of a day. */
export const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 10, 8) + seconds * 1000).toISOString();

export const cdrToken = { country_code: 'DE', party_id: 'RGE', uid: 'CARD1', type: 'RFID', contract_id: 'DE-RGE-5' };

export function token(uid: string, changes: Json = {}): Json {
  return {
    country_code: 'DE', party_id: 'RGE', uid, type: 'RFID', contract_id: `DE-RGE-${uid.length}`, issuer: 'Roamgrid Drive', valid: true,
    whitelist: 'NEVER', last_updated: at(0), ...changes,
  };
}

export const period = (seconds: number): Json => ({ start_date_time: at(seconds), dimensions: [{ type: 'ENERGY', volume: 1.5 }] });

export function session(id: string, changes: Json = {}): Json {
  return {
    country_code: 'NL', party_id: 'RGC', id, start_date_time: at(0), kwh: 0, cdr_token: cdrToken, auth_method: 'AUTH_REQUEST',
    location_id: 'LOC1', evse_uid: 'E1', connector_id: '1', currency: 'EUR', status: 'ACTIVE', last_updated: at(0), ...changes,
  };
}

export function cdr(id: string, changes: Json = {}): Json {
  return {
    country_code: 'NL', party_id: 'RGC', id, start_date_time: at(0), end_date_time: at(3600), session_id: 'S1', cdr_token: cdrToken,
    auth_method: 'AUTH_REQUEST', currency: 'EUR', charging_periods: [period(0)], total_cost: { excl_vat: 4 }, total_energy: 1.5,
    total_time: 1, last_updated: at(3700),
    cdr_location: {
      id: 'LOC1', address: 'Street 1', city: 'Ghent', country: 'BEL', coordinates: { latitude: '51.047599', longitude: '3.729944' },
      evse_uid: 'E1', evse_id: 'BE*RGC*E1', connector_id: '1', connector_standard: 'IEC_62196_T2', connector_format: 'SOCKET',
      connector_power_type: 'AC_3_PHASE',
    },
    ...changes,
  };
}

export function location(id: string, changes: Json = {}): Json {
  return {
    country_code: 'NL', party_id: 'RGC', id, publish: true, address: 'Street 1', city: 'Ghent', country: 'BEL',
    coordinates: { latitude: '51.047599', longitude: '3.729944' }, time_zone: 'Europe/Brussels', last_updated: at(0), ...changes,
  };
}

export function tariff(id: string, changes: Json = {}): Json {
  return {
    country_code: 'NL', party_id: 'RGC', id, currency: 'EUR', last_updated: at(0),
    elements: [{ price_components: [{ type: 'ENERGY', price: 0.4, step_size: 1 }] }], ...changes,
  };
}

/** Who has yet to come to a hub; the number in the id makes the party. */
export function clientInfo(id: string, changes: Json = {}): Json {
  const party_id = Number(id.replace(/\D/g, '')).toString(36).padStart(3, '0').toUpperCase();
  return { country_code: 'NL', party_id, role: 'CPO', status: 'PLANNED', last_updated: at(0), ...changes };
}
