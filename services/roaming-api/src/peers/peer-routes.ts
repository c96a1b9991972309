import type { Backend } from '../backend';
import type { Route } from '../http/route';
import { idempotencyHeader, idempotent, REPLAYED_HEADER } from '../idempotency/idempotent';
import { itemsSchema, ref, startedSchema } from '../openapi/api-schemas';
import { connectPeer, disconnectPeer, getPeer, invitePeer, listPeers, pullFromPeer, renewPeer } from './peer-handlers';
import { connectSchema, documented, invitationSchema, pullSchema } from './peer-schemas';
import { quirkRoutes } from './quirk-routes';

/** The routes by which an operator runs the peers; all need the right `peers`. */
export function peerRoutes(backend: Backend): Route[] {
  return [...newPeerRoutes(backend), ...onePeerRoutes(backend), ...quirkRoutes(backend)];
}

const common = { tag: 'peers', access: 'peers' } as const;
const peer = ref('Peer');

function newPeerRoutes(backend: Backend): Route[] {
  const maxBytes = backend.limits.peerBytes;
  return [
    {
      ...common,
      method: 'GET',
      path: '/v1/peers',
      id: 'list_peers',
      summary: 'Lists all peers',
      answers: { 200: { description: 'the peers', schema: itemsSchema(peer) } },
      handle: listPeers(backend),
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/peers',
      id: 'connect_peer',
      summary: 'Registers at a peer, with the versions URL and token A it gave us',
      body: { kind: 'json', schema: documented(connectSchema), maxBytes },
      headers: [idempotencyHeader],
      answers: {
        201: { description: 'registered', schema: peer, headers: { location: 'URL of the peer', ...REPLAYED_HEADER } },
      },
      handle: idempotent('connect_peer', backend, connectPeer(backend)),
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/peers/invitations',
      id: 'invite_peer',
      summary: 'Makes a token A and a versions URL for a peer that will register here',
      body: { kind: 'json', schema: documented(invitationSchema), maxBytes },
      headers: [idempotencyHeader],
      answers: {
        201: {
          description: 'invited; the token is never shown again',
          schema: ref('Invitation'),
          headers: REPLAYED_HEADER,
        },
      },
      handle: idempotent('invite_peer', backend, invitePeer(backend)),
    },
  ];
}

function onePeerRoutes(backend: Backend): Route[] {
  const maxBytes = backend.limits.peerBytes;
  return [
    {
      ...common,
      method: 'GET',
      path: '/v1/peers/{id}',
      id: 'get_peer',
      summary: 'Reads one peer',
      answers: { 200: { description: 'the peer', schema: peer } },
      handle: getPeer(backend),
    },
    {
      ...common,
      method: 'DELETE',
      path: '/v1/peers/{id}',
      id: 'disconnect_peer',
      summary: 'Ends the registration with a peer',
      answers: { 200: { description: 'the peer, removed', schema: peer } },
      handle: disconnectPeer(backend),
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/peers/{id}/renew',
      id: 'renew_peer',
      summary: 'Exchanges the tokens with a peer for new ones',
      answers: { 200: { description: 'renewed', schema: peer } },
      handle: renewPeer(backend),
    },
    {
      ...common,
      method: 'POST',
      path: '/v1/peers/{id}/pull',
      id: 'pull_from_peer',
      summary: 'Starts pulling from a peer now: one module or all, in full or what changed',
      body: { kind: 'json', schema: pullSchema, maxBytes, optional: true },
      answers: { 202: { description: 'started', schema: startedSchema } },
      handle: pullFromPeer(backend),
    },
  ];
}
