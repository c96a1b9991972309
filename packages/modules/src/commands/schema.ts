import { ciString, dateTime, enumOf, identifier, int, many, maybe, object, one, url, type Static } from '../schema';
import { DisplayText } from '../shared/display-text';
import { TokenType } from '../shared/token-type';
import { Token } from '../tokens/schema';

export const CommandType = enumOf('CommandType', [
  'CANCEL_RESERVATION',
  'RESERVE_NOW',
  'START_SESSION',
  'STOP_SESSION',
  'UNLOCK_CONNECTOR',
]);
export type CommandType = Static<typeof CommandType>;

/** A Token of ours, named instead of being there whole; an RFID Token where it does not say. */
export const NamedToken = object('NamedToken', { uid: one(identifier(36)), type: maybe(TokenType) });
export type NamedToken = Static<typeof NamedToken>;

export const CancelReservation = object('CancelReservation', {
  response_url: one(url),
  reservation_id: one(identifier(36)),
});
export type CancelReservation = Static<typeof CancelReservation>;

export const ReserveNow = object('ReserveNow', {
  response_url: one(url),
  token: one(Token),
  expiry_date: one(dateTime),
  reservation_id: one(identifier(36)),
  location_id: one(identifier(36)),
  evse_uid: maybe(identifier(36)),
  authorization_reference: maybe(ciString(36)),
});
export type ReserveNow = Static<typeof ReserveNow>;

export const StartSession = object('StartSession', {
  response_url: one(url),
  token: one(Token),
  location_id: one(identifier(36)),
  evse_uid: maybe(identifier(36)),
  connector_id: maybe(identifier(36)),
  authorization_reference: maybe(ciString(36)),
});
export type StartSession = Static<typeof StartSession>;

export const StopSession = object('StopSession', { response_url: one(url), session_id: one(identifier(36)) });
export type StopSession = Static<typeof StopSession>;

export const UnlockConnector = object('UnlockConnector', {
  response_url: one(url),
  location_id: one(identifier(36)),
  evse_uid: one(identifier(36)),
  connector_id: one(identifier(36)),
});
export type UnlockConnector = Static<typeof UnlockConnector>;

/** Closed, so that results of the charge point are not taken for it (CMD-06). */
export const CommandResponseType = enumOf('CommandResponseType', ['NOT_SUPPORTED', 'REJECTED', 'ACCEPTED', 'UNKNOWN_SESSION']);
export type CommandResponseType = Static<typeof CommandResponseType>;

/** CMD-05: `timeout`, in seconds, stands in every answer. */
export const CommandResponse = object('CommandResponse', {
  result: one(CommandResponseType),
  timeout: one(int({ min: 0 })),
  message: many(DisplayText),
});
export type CommandResponse = Static<typeof CommandResponse>;

export const CommandResultType = enumOf('CommandResultType', [
  'ACCEPTED',
  'CANCELED_RESERVATION',
  'EVSE_OCCUPIED',
  'EVSE_INOPERATIVE',
  'FAILED',
  'NOT_SUPPORTED',
  'REJECTED',
  'TIMEOUT',
  'UNKNOWN_RESERVATION',
]);
export type CommandResultType = Static<typeof CommandResultType>;

export const CommandResult = object('CommandResult', { result: one(CommandResultType), message: many(DisplayText) });
export type CommandResult = Static<typeof CommandResult>;
