import type { ConversationReply, ConversationsCalls, Handlers } from '@roamgrid/runtime';
import { bodyOf, versionField } from '@roamgrid/store';
import { RoamgridError } from '@roamgrid/runtime';
import type { AskedSide } from './asked-side';
import type { AskingSide } from './asking-side';
import type { ConversationDocument } from './conversation-document';
import type { ConversationStore } from './conversation-store';
import type { Notices } from './notices';

const MOST = 200;

/** The gRPC contract of a conversation module. */
export function conversationHandlers(store: ConversationStore, asked: AskedSide, asking: AskingSide, notices: Notices): Handlers<ConversationsCalls> {
  return {
    Receive: async (request) => ({ json: Buffer.from(JSON.stringify(await asked.receive(request))) }),
    TakeResult: async (request) => {
      await asking.takeResult(request);
      return {};
    },
    TakeNotice: async (request) => {
      await notices.take(request);
      return {};
    },
    Begin: async (request) => toReply(await asking.begin(request)),
    Answer: async ({ party, id, json }) => toReply(await asked.answer(await store.get(party, id), json)),
    Notify: async (request) => ({ conversations: (await notices.tell(request)).map(toReply) }),
    Get: async ({ party, id }) => toReply(await store.get(party, id)),
    List: async ({ limit, after, ...filter }) => {
      const most = Math.min(Math.max(limit, 1), MOST);
      const found = await store.list({ ...filter, limit: most + 1, after: after === '' ? undefined : readPosition(after) });
      const shown = found.slice(0, most);
      const last = found.length > most ? shown.at(-1) : undefined;
      return { conversations: shown.map(toReply), next: last ? `${last.created.getTime()} ${last._id}` : '' };
    },
  };
}

function toReply({ _id, state }: ConversationDocument): ConversationReply {
  return { key: _id, rev: state.rev, json: bodyOf(state, versionField('2.2.1')) ?? Buffer.from('{}') };
}

function readPosition(text: string): { created: number; key: string } {
  const [created = '', ...key] = text.split(' ');
  if (!/^\d{1,15}$/.test(created)) throw new RoamgridError('parameter.invalid', 'after: is no position in this list');
  return { created: Number(created), key: key.join(' ') };
}
