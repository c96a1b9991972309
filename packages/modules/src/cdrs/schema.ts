import {
  boolean,
  ciString,
  countryCode,
  currency,
  dateTime,
  identifier,
  int,
  many,
  maybe,
  number,
  object,
  one,
  partyId,
  some,
  string,
  type Static,
} from '../schema';
import { ConnectorFormat, ConnectorType, PowerType } from '../locations/enums';
import { GeoLocation, locationCountry } from '../locations/schema';
import { AuthMethod } from '../shared/auth-method';
import { CdrToken } from '../shared/cdr-token';
import { ChargingPeriod } from '../shared/charging-period';
import { Price } from '../shared/price';
import { Tariff } from '../tariffs/schema';

/** Lengths of CdrLocation that are shorter than those of Location (CDR-21). */
export const CDR_ADDRESS = 45;
export const CDR_STATE = 20;

export const CdrLocation = object('CdrLocation', {
  id: one(ciString(36)),
  name: maybe(string(255)),
  address: one(string({ received: 255, own: CDR_ADDRESS })),
  city: one(string(45)),
  postal_code: maybe(string(10)),
  state: maybe(string({ received: 45, own: CDR_STATE })),
  country: one(locationCountry),
  coordinates: one(GeoLocation),
  evse_uid: one(ciString(36)),
  evse_id: one(ciString(48)),
  connector_id: one(ciString(36)),
  connector_standard: one(ConnectorType),
  connector_format: one(ConnectorFormat),
  connector_power_type: one(PowerType),
});
export type CdrLocation = Static<typeof CdrLocation>;

/** `nature` is an open list (CDR-42); what was signed is kept letter by letter (CDR-41). */
export const SignedValue = object('SignedValue', {
  nature: one(ciString(32)),
  plain_data: one(string(5000)),
  signed_data: one(string(5000)),
});
export type SignedValue = Static<typeof SignedValue>;

export const SignedData = object('SignedData', {
  encoding_method: one(ciString(36)),
  encoding_method_version: maybe(int()),
  public_key: maybe(string(512)),
  signed_values: some(SignedValue),
  url: maybe(string(512)),
});
export type SignedData = Static<typeof SignedData>;

export const CDR = object('CDR', {
  country_code: one(countryCode),
  party_id: one(partyId),
  id: one(identifier(39)),
  start_date_time: one(dateTime),
  end_date_time: one(dateTime),
  session_id: maybe(ciString(36)),
  cdr_token: one(CdrToken),
  auth_method: one(AuthMethod),
  authorization_reference: maybe(ciString(36)),
  cdr_location: one(CdrLocation),
  meter_id: maybe(string(255)),
  currency: one(currency),
  tariffs: many(Tariff),
  charging_periods: some(ChargingPeriod),
  signed_data: maybe(SignedData),
  total_cost: one(Price),
  total_fixed_cost: maybe(Price),
  total_energy: one(number),
  total_energy_cost: maybe(Price),
  total_time: one(number),
  total_time_cost: maybe(Price),
  total_parking_time: maybe(number),
  total_parking_cost: maybe(Price),
  total_reservation_cost: maybe(Price),
  remark: maybe(string(255)),
  invoice_reference_id: maybe(ciString(39)),
  credit: maybe(boolean),
  credit_reference_id: maybe(ciString(39)),
  home_charging_compensation: maybe(boolean),
  last_updated: one(dateTime),
});
export type CDR = Static<typeof CDR>;
