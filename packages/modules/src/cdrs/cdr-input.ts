import { ciString, countryCode, currency, dateTime, identifier, many, maybe, object, one, partyId, type Static } from '../schema';
import { AuthMethod } from '../shared/auth-method';
import { CdrToken } from '../shared/cdr-token';
import { ChargingPeriod } from '../shared/charging-period';
import { TokenType } from '../shared/token-type';
import { CDR, CdrLocation } from './schema';

/** A Token by its name; RFID unless `type` says otherwise. */
export const TokenName = object('TokenName', {
  country_code: one(countryCode),
  party_id: one(partyId),
  uid: one(identifier(36)),
  type: maybe(TokenType),
});
export type TokenName = Static<typeof TokenName>;

/** A Connector of a Location of the CDR's own party; `#NA` for what a reservation that was never used leaves open (CDR-19). */
export const ConnectorName = object('ConnectorName', {
  location_id: one(ciString(36)),
  evse_uid: one(ciString(36)),
  connector_id: one(ciString(36)),
});
export type ConnectorName = Static<typeof ConnectorName>;

/**
 * A CDR as our own systems may write it: instead of what stands inside a CDR, its name. The platform puts in what the named
 * object was at `start_date_time` (CDR-17).
 *
 * - `token` instead of `cdr_token`, `location` instead of `cdr_location`, `tariff_ids` instead of `tariffs`; without either,
 *   the tariffs are those that the charging periods name.
 * - Where one of `cdr_token`, `cdr_location`, `currency`, `auth_method`, `charging_periods`, `start_date_time` and
 *   `end_date_time` is absent and not named, the Session of `session_id` gives it, and then `authorization_reference` and
 *   `meter_id`, too. So `session_id` alone with id, totals and `last_updated` is enough.
 */
export const CdrInput = object('CDRInput', {
  ...CDR.fields,
  start_date_time: maybe(dateTime),
  end_date_time: maybe(dateTime),
  cdr_token: maybe(CdrToken),
  token: maybe(TokenName),
  auth_method: maybe(AuthMethod),
  cdr_location: maybe(CdrLocation),
  location: maybe(ConnectorName),
  currency: maybe(currency),
  tariff_ids: many(ciString(36)),
  charging_periods: many(ChargingPeriod),
});
export type CdrInput = Static<typeof CdrInput>;
