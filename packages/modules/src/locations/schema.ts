import {
  boolean,
  ciString,
  countryCode,
  dateTime,
  identifier,
  int,
  many,
  maybe,
  object,
  one,
  partyId,
  pattern,
  some,
  string,
  timeOfDay,
  url,
  type Static,
} from '../schema';
import { BusinessDetails } from '../shared/business-details';
import { DisplayText } from '../shared/display-text';
import { EnergyMix } from '../shared/energy-mix';
import { Image } from '../shared/image';
import {
  Capability,
  ConnectorFormat,
  ConnectorType,
  Facility,
  ParkingRestriction,
  ParkingType,
  PowerType,
  Status,
} from './enums';
import { TokenType } from '../shared/token-type';
import { latitude, longitude } from './coordinates';

export const GeoLocation = object('GeoLocation', { latitude: one(latitude), longitude: one(longitude) });
export type GeoLocation = Static<typeof GeoLocation>;

export const AdditionalGeoLocation = object('AdditionalGeoLocation', {
  latitude: one(latitude),
  longitude: one(longitude),
  name: maybe(DisplayText),
});
export type AdditionalGeoLocation = Static<typeof AdditionalGeoLocation>;

export const RegularHours = object('RegularHours', {
  weekday: one(int({ min: 1, max: 7 })),
  period_begin: one(timeOfDay),
  period_end: one(timeOfDay),
});
export type RegularHours = Static<typeof RegularHours>;

export const ExceptionalPeriod = object('ExceptionalPeriod', {
  period_begin: one(dateTime),
  period_end: one(dateTime),
});
export type ExceptionalPeriod = Static<typeof ExceptionalPeriod>;

export const Hours = object('Hours', {
  twentyfourseven: one(boolean),
  regular_hours: many(RegularHours),
  exceptional_openings: many(ExceptionalPeriod),
  exceptional_closings: many(ExceptionalPeriod),
});
export type Hours = Static<typeof Hours>;

export const StatusSchedule = object('StatusSchedule', {
  period_begin: one(dateTime),
  period_end: maybe(dateTime),
  status: one(Status),
});
export type StatusSchedule = Static<typeof StatusSchedule>;

export const PublishTokenType = object('PublishTokenType', {
  uid: maybe(ciString(36)),
  type: maybe(TokenType),
  visual_number: maybe(string(64)),
  issuer: maybe(string(64)),
  group_id: maybe(ciString(36)),
});
export type PublishTokenType = Static<typeof PublishTokenType>;

export const Connector = object('Connector', {
  id: one(identifier(36)),
  standard: one(ConnectorType),
  format: one(ConnectorFormat),
  power_type: one(PowerType),
  max_voltage: one(int()),
  max_amperage: one(int()),
  max_electric_power: maybe(int()),
  tariff_ids: many(ciString(36)),
  terms_and_conditions: maybe(url),
  last_updated: one(dateTime),
});
export type Connector = Static<typeof Connector>;

export const EVSE = object('EVSE', {
  uid: one(identifier(36)),
  evse_id: maybe(ciString(48)),
  status: one(Status),
  status_schedule: many(StatusSchedule),
  capabilities: many(Capability),
  connectors: some(Connector),
  floor_level: maybe(string(4)),
  coordinates: maybe(GeoLocation),
  physical_reference: maybe(string(16)),
  directions: many(DisplayText),
  parking_restrictions: many(ParkingRestriction),
  images: many(Image),
  last_updated: one(dateTime),
});
export type EVSE = Static<typeof EVSE>;

export const locationCountry = pattern('string(3)', 3, 'a country of three letters (ISO 3166-1 alpha-3)', {
  received: '^[A-Za-z]{3}$',
  own: '^[A-Z]{3}$',
});

export const Location = object('Location', {
  country_code: one(countryCode),
  party_id: one(partyId),
  id: one(identifier(36)),
  publish: one(boolean),
  publish_allowed_to: many(PublishTokenType),
  name: maybe(string(255)),
  address: one(string(255)),
  city: one(string(45)),
  postal_code: maybe(string(10)),
  state: maybe(string(45)),
  country: one(locationCountry),
  coordinates: one(GeoLocation),
  related_locations: many(AdditionalGeoLocation),
  parking_type: maybe(ParkingType),
  evses: many(EVSE),
  directions: many(DisplayText),
  operator: maybe(BusinessDetails),
  suboperator: maybe(BusinessDetails),
  owner: maybe(BusinessDetails),
  facilities: many(Facility),
  time_zone: one(string(255)),
  opening_times: maybe(Hours),
  charging_when_closed: maybe(boolean),
  images: many(Image),
  energy_mix: maybe(EnergyMix),
  last_updated: one(dateTime),
});
export type Location = Static<typeof Location>;
