import { ciString, dateTime, maybe, number, object, one, openEnumOf, some, type Static } from '../schema';

/** Dimensions that only a Session may hold (SES-38, CDR-24). */
export const SESSION_ONLY_DIMENSIONS: readonly string[] = ['CURRENT', 'ENERGY_EXPORT', 'ENERGY_IMPORT', 'POWER', 'STATE_OF_CHARGE'];

export const CdrDimensionType = openEnumOf('CdrDimensionType', [
  'CURRENT',
  'ENERGY',
  'ENERGY_EXPORT',
  'ENERGY_IMPORT',
  'MAX_CURRENT',
  'MIN_CURRENT',
  'MAX_POWER',
  'MIN_POWER',
  'PARKING_TIME',
  'POWER',
  'RESERVATION_TIME',
  'STATE_OF_CHARGE',
  'TIME',
]);
export type CdrDimensionType = Static<typeof CdrDimensionType>;

/** Energy and power may be negative: a car can feed back (SES-40). */
export const CdrDimension = object('CdrDimension', { type: one(CdrDimensionType), volume: one(number) });
export type CdrDimension = Static<typeof CdrDimension>;

/** A stretch of a charge under one price; it ends where the next one begins. */
export const ChargingPeriod = object('ChargingPeriod', {
  start_date_time: one(dateTime),
  dimensions: some(CdrDimension),
  tariff_id: maybe(ciString(36)),
});
export type ChargingPeriod = Static<typeof ChargingPeriod>;

/** The periods of a Session as its CDR has them: without what only a Session may hold (CDR-24). */
export function periodsOfCdr(periods: readonly ChargingPeriod[]): ChargingPeriod[] {
  return periods.map((period) => ({
    ...period,
    dimensions: period.dimensions.filter(({ type }) => !SESSION_ONLY_DIMENSIONS.includes(type)),
  }));
}
