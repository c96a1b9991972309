import { conversationName, type NoticeKind } from '@roamgrid/modules';
import type { Backend, ServedConversation } from '../backend';
import type { Route } from '../http/route';
import { idempotencyHeader, idempotent, REPLAYED_HEADER } from '../idempotency/idempotent';
import { itemsSchema, pageOf, ref } from '../openapi/api-schemas';
import { beginConversation, beginningSchema } from './begin-conversation';
import { conversationParameters, listConversations } from './list-conversations';
import { answerConversation, getConversation, tellPeers } from './one-conversation';

/** The routes of a module that is a conversation: to ask, to see what comes of it, to answer, to tell unasked. */
export function conversationRoutes(served: ServedConversation, backend: Backend): Route[] {
  const { declaration } = served;
  const routes = [
    beginRoute(served, backend),
    listRoute(served, backend),
    ...declaration.notices.map((notice) => noticeRoute(served, notice, backend)),
    getRoute(served),
    resultRoute(served, backend),
  ];
  return routes.map((route) => ({ ...route, tag: declaration.id, module: declaration.id }));
}

type OwnRoute = Omit<Route, 'module' | 'tag'>;

function beginRoute(served: ServedConversation, backend: Backend): OwnRoute {
  const { declaration } = served;
  const { id, requests } = declaration;
  const operation = `begin_${id}`;
  return {
    method: 'POST',
    path: `/v1/${id}`,
    id: operation,
    summary: `Asks a partner for one of the ${id}; its answer and its result come by GET, by the feed and on Kafka`,
    notes: requests.flatMap(({ name, note }) => (note === undefined ? [] : [`\`${name}\`: ${note}.`])).join(' '),
    access: 'write',
    headers: [idempotencyHeader],
    body: { kind: 'json', schema: beginningSchema(declaration), maxBytes: backend.limits.objectBytes },
    answers: {
      202: {
        description: 'kept, and on its way: a handle',
        schema: ref(conversationName(declaration)),
        headers: { location: 'URL of the conversation', ...REPLAYED_HEADER },
      },
    },
    handle: idempotent(operation, backend, beginConversation(served, backend), { byId: true }),
  };
}

function listRoute(served: ServedConversation, backend: Backend): OwnRoute {
  const { id } = served.declaration;
  return {
    method: 'GET',
    path: `/v1/${id}`,
    id: `list_${id}`,
    summary: `Lists ${id}, asked of us and by us, newest first`,
    access: 'read',
    query: conversationParameters,
    answers: { 200: { description: 'a page', schema: pageOf(ref(conversationName(served.declaration))) } },
    handle: listConversations(served, backend),
  };
}

function getRoute(served: ServedConversation): OwnRoute {
  return {
    method: 'GET',
    path: `${oneOf(served)}/{id}`,
    id: `get_${served.declaration.id}`,
    summary: 'Reads one by its handle: the own party in it, and its id',
    access: 'read',
    answers: { 200: { description: 'the conversation', schema: ref(conversationName(served.declaration)) } },
    handle: getConversation(served),
  };
}

function resultRoute(served: ServedConversation, backend: Backend): OwnRoute {
  const { id, requests } = served.declaration;
  const results = [...new Set(requests.map(({ result }) => result.name))];
  const schema = results.length === 1 ? ref(results.join('')) : { anyOf: results.map(ref) };
  return {
    method: 'POST',
    path: `${oneOf(served)}/{id}/result`,
    id: `answer_${id}`,
    summary: 'Gives the result of what a partner asked, which is then told it; the same one again changes nothing',
    access: 'write',
    body: { kind: 'json', schema, maxBytes: backend.limits.objectBytes },
    answers: { 200: { description: 'the conversation, with its result', schema: ref(conversationName(served.declaration)) } },
    handle: answerConversation(served),
  };
}

function noticeRoute(served: ServedConversation, notice: NoticeKind, backend: Backend): OwnRoute {
  return {
    method: 'POST',
    path: `${oneOf(served)}/${notice.word}`,
    id: `tell_${notice.name.toLowerCase()}`,
    summary: 'Tells the partners concerned what is so from now on; only the newest is told',
    access: 'write',
    body: { kind: 'json', schema: ref(notice.schema.name), maxBytes: backend.limits.objectBytes },
    answers: { 202: { description: 'one for each partner that is told; none where nobody is', schema: itemsSchema(ref(`${notice.schema.name}Conversation`)) } },
    handle: tellPeers(served, notice, backend),
  };
}

function oneOf({ declaration }: ServedConversation): string {
  return `/v1/${declaration.id}/{country_code}/{party_id}`;
}
