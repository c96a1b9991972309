import type { ConversationDeclaration, RequestKind } from '../define-conversation';
import { objectSchema, type ObjectSchema } from '../schema';
import { connectorNeedsEvse } from './rules';
import {
  CancelReservation,
  CommandResponse,
  CommandResult,
  NamedToken,
  ReserveNow,
  StartSession,
  StopSession,
  UnlockConnector,
  type CommandType,
} from './schema';

const result = objectSchema(CommandResult);
const reservation = { type: 'string', description: 'the id by which the charge point knows it: the reservation_id of an eMSP never goes there' };
const replaces = { type: 'boolean', description: 'whether it takes the place of the one that has that id' };

type Optional = Pick<RequestKind, 'details' | 'endedBy' | 'named' | 'note'>;

function command(name: CommandType, schema: ObjectSchema, more: Optional = {}): RequestKind {
  return { name, method: 'POST', segment: { word: name }, place: 'body', numbers: [], schema, result, ...more };
}

/** Commands of an eMSP to the charge points of a CPO (CMD-01, CMD-02). */
export const commands: ConversationDeclaration = {
  id: 'commands',
  version: '2.2.1',
  asks: ['EMSP', 'HUB'],
  answers: 'CPO',
  response: objectSchema(CommandResponse),
  requests: [
    command('CANCEL_RESERVATION', objectSchema(CancelReservation), { details: { reservation } }),
    command('RESERVE_NOW', objectSchema(ReserveNow), {
      endedBy: 'CANCELED_RESERVATION',
      named: { token: NamedToken },
      details: { reservation, replaces },
    }),
    command('START_SESSION', objectSchema(StartSession, { rules: [connectorNeedsEvse] }), {
      named: { token: NamedToken },
      note: 'the result ACCEPTED does not mean that a Session exists: the car may never be plugged in, and a Session tells by itself when it begins',
    }),
    command('STOP_SESSION', objectSchema(StopSession)),
    command('UNLOCK_CONNECTOR', objectSchema(UnlockConnector), {
      note: 'for the staff of a service desk that speaks with the driver: never let a driver trigger it directly',
    }),
  ],
  notices: [],
  silent: 'TIMEOUT',
};
