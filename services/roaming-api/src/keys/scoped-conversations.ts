import { partyKey, partyOfKey, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type Client, type ConversationsCalls } from '@roamgrid/runtime';
import { narrowKey } from './scoped-objects';

/**
 * The client of a conversation module as the key of the request may use it: it asks, answers and tells for the parties of the
 * key, and sees their conversations only. A key of all parties passes through.
 */
export function scopedConversations(module: string, conversations: Client<ConversationsCalls>): Client<ConversationsCalls> {
  const checkActing = (party: Party): void => {
    if (actsFor(party)) return;
    throw new RoamgridError('party.not_yours', `${module}: this key does not act for ${partyKey(party)}`);
  };
  const checkSeeing = (party: Party): void => {
    if (actsFor(party)) return;
    throw new RoamgridError('conversation.unknown', `${module}: no such conversation for this key`);
  };
  return {
    ...conversations,
    Begin: async (request, options) => {
      checkActing(request.from);
      return conversations.Begin(request, options);
    },
    Notify: async (request, options) => {
      checkActing(request.party);
      return conversations.Notify(request, options);
    },
    Answer: async (request, options) => {
      checkSeeing(request.party);
      return conversations.Answer(request, options);
    },
    Get: async (request, options) => {
      checkSeeing(request.party);
      return conversations.Get(request, options);
    },
    List: async (request, options) => {
      const key = narrowKey();
      if (!key) return conversations.List(request, options);
      const parties = request.parties.length === 0 ? [...key.parties].map(partyOfKey) : request.parties.filter(actsFor);
      if (parties.length === 0) return { conversations: [], next: '' };
      return conversations.List({ ...request, parties }, options);
    },
  };
}

/** Whether the key of the request acts for a party. */
export function actsFor(party: Party): boolean {
  const key = narrowKey();
  return !key || key.parties.has(partyKey(party));
}
