import {
  countryCode,
  currency,
  date,
  dateTime,
  enumOf,
  identifier,
  int,
  many,
  maybe,
  number,
  object,
  one,
  partyId,
  some,
  timeOfDay,
  url,
  type Static,
} from '../schema';
import { DisplayText } from '../shared/display-text';
import { EnergyMix } from '../shared/energy-mix';
import { Price } from '../shared/price';

export const DayOfWeek = enumOf('DayOfWeek', [
  'MONDAY',
  'TUESDAY',
  'WEDNESDAY',
  'THURSDAY',
  'FRIDAY',
  'SATURDAY',
  'SUNDAY',
]);
export type DayOfWeek = Static<typeof DayOfWeek>;

export const ReservationRestrictionType = enumOf('ReservationRestrictionType', ['RESERVATION', 'RESERVATION_EXPIRES']);
export type ReservationRestrictionType = Static<typeof ReservationRestrictionType>;

export const TariffDimensionType = enumOf('TariffDimensionType', ['ENERGY', 'FLAT', 'PARKING_TIME', 'TIME']);
export type TariffDimensionType = Static<typeof TariffDimensionType>;

export const TariffType = enumOf('TariffType', [
  'AD_HOC_PAYMENT',
  'PROFILE_CHEAP',
  'PROFILE_FAST',
  'PROFILE_GREEN',
  'REGULAR',
]);
export type TariffType = Static<typeof TariffType>;

export const PriceComponent = object('PriceComponent', {
  type: one(TariffDimensionType),
  price: one(number),
  vat: maybe(number),
  step_size: one(int()),
});
export type PriceComponent = Static<typeof PriceComponent>;

export const TariffRestrictions = object('TariffRestrictions', {
  start_time: maybe(timeOfDay),
  end_time: maybe(timeOfDay),
  start_date: maybe(date),
  end_date: maybe(date),
  min_kwh: maybe(number),
  max_kwh: maybe(number),
  min_current: maybe(number),
  max_current: maybe(number),
  min_power: maybe(number),
  max_power: maybe(number),
  min_duration: maybe(int()),
  max_duration: maybe(int()),
  day_of_week: many(DayOfWeek),
  reservation: maybe(ReservationRestrictionType),
});
export type TariffRestrictions = Static<typeof TariffRestrictions>;

export const TariffElement = object('TariffElement', {
  price_components: some(PriceComponent),
  restrictions: maybe(TariffRestrictions),
});
export type TariffElement = Static<typeof TariffElement>;

export const Tariff = object('Tariff', {
  country_code: one(countryCode),
  party_id: one(partyId),
  id: one(identifier(36)),
  currency: one(currency),
  type: maybe(TariffType),
  tariff_alt_text: many(DisplayText),
  tariff_alt_url: maybe(url),
  min_price: maybe(Price),
  max_price: maybe(Price),
  elements: some(TariffElement),
  start_date_time: maybe(dateTime),
  end_date_time: maybe(dateTime),
  energy_mix: maybe(EnergyMix),
  last_updated: one(dateTime),
});
export type Tariff = Static<typeof Tariff>;
