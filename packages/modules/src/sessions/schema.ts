import { boolean, ciString, countryCode, currency, dateTime, enumOf, identifier, many, maybe, number, object, one, partyId, string, type Static } from '../schema';
import { AuthMethod } from '../shared/auth-method';
import { CdrToken } from '../shared/cdr-token';
import { ChargingPeriod } from '../shared/charging-period';
import { Price } from '../shared/price';
import { ProfileType } from '../shared/profile-type';

/** COMPLETED is final (SES-26); an INVALID session is not billed (SES-27). */
export const SessionStatus = enumOf('SessionStatus', ['ACTIVE', 'COMPLETED', 'INVALID', 'PENDING', 'RESERVATION']);
export type SessionStatus = Static<typeof SessionStatus>;

export const Session = object('Session', {
  country_code: one(countryCode),
  party_id: one(partyId),
  id: one(identifier(36)),
  start_date_time: one(dateTime),
  end_date_time: maybe(dateTime),
  kwh: one(number),
  cdr_token: one(CdrToken),
  auth_method: one(AuthMethod),
  authorization_reference: maybe(ciString(36)),
  location_id: one(ciString(36)),
  evse_uid: one(ciString(36)),
  connector_id: one(ciString(36)),
  meter_id: maybe(string(255)),
  currency: one(currency),
  charging_periods: many(ChargingPeriod),
  total_cost: maybe(Price),
  status: one(SessionStatus),
  last_updated: one(dateTime),
});
export type Session = Static<typeof Session>;

export const ChargingPreferences = object('ChargingPreferences', {
  profile_type: one(ProfileType),
  departure_time: maybe(dateTime),
  energy_need: maybe(number),
  discharge_allowed: maybe(boolean),
});
export type ChargingPreferences = Static<typeof ChargingPreferences>;

export const ChargingPreferencesResponse = enumOf('ChargingPreferencesResponse', [
  'ACCEPTED',
  'DEPARTURE_REQUIRED',
  'ENERGY_NEED_REQUIRED',
  'NOT_POSSIBLE',
  'PROFILE_TYPE_NOT_SUPPORTED',
]);
export type ChargingPreferencesResponse = Static<typeof ChargingPreferencesResponse>;
