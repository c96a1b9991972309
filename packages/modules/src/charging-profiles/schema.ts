import { dateTime, enumOf, identifier, int, many, maybe, number, object, one, url, type Static } from '../schema';

/** W: the total power; A: the current of each phase (CHP-17). */
export const ChargingRateUnit = enumOf('ChargingRateUnit', ['W', 'A']);
export type ChargingRateUnit = Static<typeof ChargingRateUnit>;

/** A limit, never a target (CHP-22), from so many seconds after the start of the profile until the next period begins (CHP-18). */
export const ChargingProfilePeriod = object('ChargingProfilePeriod', {
  start_period: one(int({ min: 0 })),
  limit: one(number),
});
export type ChargingProfilePeriod = Static<typeof ChargingProfilePeriod>;

/** Without start_date_time: from the start of charging; without duration: the last period goes on (CHP-19). */
export const ChargingProfile = object('ChargingProfile', {
  start_date_time: maybe(dateTime),
  duration: maybe(int({ min: 0 })),
  charging_rate_unit: one(ChargingRateUnit),
  min_charging_rate: maybe(number),
  charging_profile_period: many(ChargingProfilePeriod),
});
export type ChargingProfile = Static<typeof ChargingProfile>;

/** start_date_time is when it was calculated; all offsets count from there (CHP-20). */
export const ActiveChargingProfile = object('ActiveChargingProfile', {
  start_date_time: one(dateTime),
  charging_profile: one(ChargingProfile),
});
export type ActiveChargingProfile = Static<typeof ActiveChargingProfile>;

/** PUT: the body, with the session of the path. */
export const SetChargingProfile = object('SetChargingProfile', {
  session_id: one(identifier(36)),
  charging_profile: one(ChargingProfile),
  response_url: one(url),
});
export type SetChargingProfile = Static<typeof SetChargingProfile>;

/** GET: the query, with the session of the path; duration in seconds (CHP-05). */
export const GetActiveChargingProfile = object('GetActiveChargingProfile', {
  session_id: one(identifier(36)),
  duration: one(int({ min: 0 })),
  response_url: one(url),
});
export type GetActiveChargingProfile = Static<typeof GetActiveChargingProfile>;

/** DELETE: the query, with the session of the path. */
export const ClearChargingProfile = object('ClearChargingProfile', {
  session_id: one(identifier(36)),
  response_url: one(url),
});
export type ClearChargingProfile = Static<typeof ClearChargingProfile>;

export const ChargingProfileResponseType = enumOf('ChargingProfileResponseType', [
  'ACCEPTED',
  'NOT_SUPPORTED',
  'REJECTED',
  'TOO_OFTEN',
  'UNKNOWN_SESSION',
]);
export type ChargingProfileResponseType = Static<typeof ChargingProfileResponseType>;

/** CHP-07: `timeout`, in seconds, stands in every answer. */
export const ChargingProfileResponse = object('ChargingProfileResponse', {
  result: one(ChargingProfileResponseType),
  timeout: one(int({ min: 0 })),
});
export type ChargingProfileResponse = Static<typeof ChargingProfileResponse>;

/** UNKNOWN: no such profile; there is none for a time-out (CHP-11). */
export const ChargingProfileResultType = enumOf('ChargingProfileResultType', ['ACCEPTED', 'REJECTED', 'UNKNOWN']);
export type ChargingProfileResultType = Static<typeof ChargingProfileResultType>;

export const ActiveChargingProfileResult = object('ActiveChargingProfileResult', {
  result: one(ChargingProfileResultType),
  profile: maybe(ActiveChargingProfile),
});
export type ActiveChargingProfileResult = Static<typeof ActiveChargingProfileResult>;

export const ChargingProfileResult = object('ChargingProfileResult', { result: one(ChargingProfileResultType) });
export type ChargingProfileResult = Static<typeof ChargingProfileResult>;

export const ClearProfileResult = object('ClearProfileResult', { result: one(ChargingProfileResultType) });
export type ClearProfileResult = Static<typeof ClearProfileResult>;

/** PUT to the sender: the body, with the session of the path (CHP-12). */
export const ActiveProfileNotice = object('ActiveProfileNotice', {
  session_id: one(identifier(36)),
  start_date_time: one(dateTime),
  charging_profile: one(ChargingProfile),
});
export type ActiveProfileNotice = Static<typeof ActiveProfileNotice>;
