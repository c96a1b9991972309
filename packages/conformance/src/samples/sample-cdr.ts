import type { CDR, CdrLocation, CdrToken } from '@roamgrid/modules';
import { formatOcpiDateTime, type Party } from '@roamgrid/ocpi';
import { samplePeriod } from './sample-session';
import { sampleTariff } from './sample-tariff';

const HOUR = 3_600_000;

/** The place of a charge. */
export const sampleCdrLocation: CdrLocation = {
  id: 'CONFORMANCE-LOC',
  name: 'Conformance',
  address: 'Stationsplein 1',
  city: 'Utrecht',
  postal_code: '3511CE',
  country: 'NLD',
  coordinates: { latitude: '52.08950', longitude: '5.110010' },
  evse_uid: 'CONFORMANCE-LOC-E1',
  evse_id: 'NL*ABC*E1',
  connector_id: '1',
  connector_standard: 'IEC_62196_T2',
  connector_format: 'SOCKET',
  connector_power_type: 'AC_3_PHASE',
};

/** A CDR of an hour that ended when it was made. */
export function sampleCdr(party: Party, id: string, driver: CdrToken, lastUpdated: string, change: Partial<CDR> = {}): CDR {
  const { country_code, party_id } = party;
  const start = formatOcpiDateTime(Date.parse(lastUpdated) - HOUR);
  return {
    country_code,
    party_id,
    id,
    start_date_time: start,
    end_date_time: lastUpdated,
    session_id: `S${id}`.slice(0, 36),
    cdr_token: driver,
    auth_method: 'WHITELIST',
    cdr_location: sampleCdrLocation,
    currency: 'EUR',
    tariffs: [sampleTariff(party, 'CONFORMANCE-1', '2026-01-01T00:00:00Z')],
    charging_periods: [samplePeriod(start, 10)],
    total_cost: { excl_vat: 2.5, incl_vat: 3.025 },
    total_energy: 10,
    total_energy_cost: { excl_vat: 2, incl_vat: 2.42 },
    total_fixed_cost: { excl_vat: 0.5, incl_vat: 0.605 },
    total_time: 1,
    last_updated: lastUpdated,
    ...change,
  };
}

/** The Credit CDR of a CDR: all of it, with the cost turned round. */
export function creditOf(cdr: CDR, lastUpdated: string, change: Partial<CDR> = {}): CDR {
  const { excl_vat, incl_vat } = cdr.total_cost;
  const total_cost = { excl_vat: -excl_vat, ...(typeof incl_vat === 'number' && { incl_vat: -incl_vat }) };
  return { ...cdr, id: `${cdr.id}-C`, credit: true, credit_reference_id: cdr.id, total_cost, last_updated: lastUpdated, ...change };
}
