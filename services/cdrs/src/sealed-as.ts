import type { CDR, CdrInput } from '@roamgrid/modules';
import { foldCase } from '@roamgrid/ocpi';

/** What can be put into a CDR. */
const PUT_IN = [
  'start_date_time',
  'end_date_time',
  'cdr_token',
  'auth_method',
  'authorization_reference',
  'cdr_location',
  'meter_id',
  'currency',
  'tariffs',
  'charging_periods',
] as const satisfies readonly (keyof CDR)[];

/**
 * The CDR that a CDR by names means when it was written before: what is left to be put in is what was put in then, because
 * that is sealed, however the Session or the services went on. Undefined when it names anything else than that CDR has.
 */
export function sealedAs(input: CdrInput, present: CDR): Readonly<Record<string, unknown>> | undefined {
  const { token, location, tariff_ids, ...written } = input;
  if (input.session_id && !isSame(input.session_id, present.session_id)) return undefined;
  if (token && !isToken(token, present.cdr_token)) return undefined;
  if (location && !isPlace(location, present.cdr_location)) return undefined;
  if (tariff_ids && !isSame(tariff_ids.join(), (present.tariffs ?? []).map(({ id }) => id).join())) return undefined;
  const sealed = PUT_IN.flatMap((name) => (present[name] === undefined ? [] : [[name, present[name]] as const]));
  return { ...Object.fromEntries(sealed), ...written };
}

function isToken(token: NonNullable<CdrInput['token']>, of: CDR['cdr_token']): boolean {
  const type = token.type ?? 'RFID';
  const pairs = [[token.country_code, of.country_code], [token.party_id, of.party_id], [token.uid, of.uid], [type, of.type]] as const;
  return pairs.every(([one, other]) => isSame(one, other));
}

function isPlace(place: NonNullable<CdrInput['location']>, of: CDR['cdr_location']): boolean {
  const pairs = [[place.location_id, of.id], [place.evse_uid, of.evse_uid], [place.connector_id, of.connector_id]] as const;
  return pairs.every(([one, other]) => isSame(one, other));
}

function isSame(one: string, other: string | null | undefined): boolean {
  return foldCase(one) === foldCase(other ?? '');
}
