import { CONVERSATION_STATES } from '@roamgrid/modules';
import type { Request } from 'express';
import { partyKey, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type ListConversationsRequest } from '@roamgrid/runtime';
import type { Backend, ServedConversation } from '../backend';
import { nextCursor, pageParameters, readLimit, readPosition } from '../http/page-query';
import { readParty } from '../http/read-party';
import { queryParameter, sendJson, type Handler, type QueryParameter } from '../http/route';

const LIMITS = { fallback: 100, most: 200 };
const DIRECTIONS = ['asked', 'asking'] as const;

/** Query parameters of a list of conversations. */
export const conversationParameters: readonly QueryParameter[] = [
  { name: 'direction', description: '`asked`: those that peers ask of us; `asking`: those that we ask of them', schema: { enum: [...DIRECTIONS] } },
  { name: 'state', description: 'only those in this state', schema: { enum: [...CONVERSATION_STATES] } },
  {
    name: 'party',
    description: 'only those of this own party, such as `NL*RGC`',
    schema: { type: 'string', pattern: '^[A-Za-z]{2}\\*[A-Za-z0-9]{1,3}$' },
  },
  ...pageParameters('conversations', LIMITS),
];

/** Lists conversations, newest first. Throws parameter.invalid. */
export function listConversations({ declaration, calls }: ServedConversation, { cursors }: Backend): Handler {
  return async (request, response) => {
    const selection = readSelection(request);
    const { direction, state, parties } = selection;
    const scope = JSON.stringify([declaration.id, direction, state, parties.map(partyKey)]);
    const after = readPosition(request, cursors, scope);
    const { conversations, next } = await calls.List({ ...selection, limit: readLimit(request, LIMITS), after });
    const items = conversations.map(({ json }) => JSON.parse(json.toString()) as unknown);
    sendJson(response, 200, { items, ...nextCursor(next, cursors, scope) });
  };
}

type Selection = Pick<ListConversationsRequest, 'direction' | 'parties' | 'state'>;

function readSelection(request: Request): Selection {
  const direction = readChoice(request, 'direction', DIRECTIONS);
  const state = readChoice(request, 'state', CONVERSATION_STATES);
  const party = queryParameter(request, 'party');
  const parties: Party[] = party === undefined ? [] : [readParty('party', party)];
  return { direction: direction ?? '', state: state ?? '', parties };
}

function readChoice<Choice extends string>(request: Request, name: string, choices: readonly Choice[]): Choice | undefined {
  const text = queryParameter(request, name);
  const found = choices.find((choice) => choice === text);
  if (text !== undefined && found === undefined) throw invalid(name, `one of ${choices.join(', ')}`);
  return found;
}

function invalid(name: string, expected: string): RoamgridError {
  return new RoamgridError('parameter.invalid', `${name}: expected ${expected}`);
}
