import type { JsonObject } from '@roamgrid/object-service';
import type { Party } from '@roamgrid/ocpi';
import type { Conversation } from './conversation-document';

/** What stands beside the conversation itself in what our own systems see of it. */
export interface ViewFrame {
  readonly module: string;
  /** Our party in it. */
  readonly party: Party;
  readonly id: string;
  readonly created: Date;
  readonly changed: Date;
}

/** A conversation as our own systems see it: in the roaming API, in the feed and on Kafka. The response_url is nobody's business. */
export function viewConversation({ module, party, id, created, changed }: ViewFrame, talk: Conversation): JsonObject {
  const { direction, kind, state, peer, counterpart, request, deadline } = talk;
  return {
    ...party,
    id,
    module,
    kind,
    direction,
    state,
    peer,
    with: counterpart,
    request,
    ...(talk.passedOn !== undefined && { passed_on: talk.passedOn }),
    ...(talk.onBehalfOf !== undefined && { on_behalf_of: talk.onBehalfOf }),
    ...talk.details,
    ...pick(talk, 'response', 'result', 'ended', 'late', 'error'),
    ...(direction === 'asked' && talk.result && { told: talk.untold.length === 0 && talk.error === undefined }),
    deadline: deadline.toISOString(),
    created: created.toISOString(),
    last_updated: changed.toISOString(),
  };
}

function pick(talk: Conversation, ...fields: readonly ('response' | 'result' | 'ended' | 'late' | 'error')[]): JsonObject {
  return Object.fromEntries(fields.filter((field) => talk[field] !== undefined).map((field) => [field, talk[field]]));
}
