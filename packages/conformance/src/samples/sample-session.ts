import type { CdrToken, ChargingPeriod, Session } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';

/** A charging period that took so many kWh. */
export function samplePeriod(start: string, kwh = 1.5): ChargingPeriod {
  return { start_date_time: start, dimensions: [{ type: 'ENERGY', volume: kwh }], tariff_id: 'CONFORMANCE-1' };
}

/** A Session that is under way, of one period. */
export function sampleSession(
  { country_code, party_id }: Party,
  id: string,
  driver: CdrToken,
  lastUpdated: string,
  change: Partial<Session> = {},
): Session {
  return {
    country_code,
    party_id,
    id,
    start_date_time: lastUpdated,
    kwh: 1.5,
    cdr_token: driver,
    auth_method: 'WHITELIST',
    location_id: 'CONFORMANCE-LOC',
    evse_uid: 'CONFORMANCE-LOC-E1',
    connector_id: '1',
    currency: 'EUR',
    charging_periods: [samplePeriod(lastUpdated)],
    status: 'ACTIVE',
    last_updated: lastUpdated,
    ...change,
  };
}
