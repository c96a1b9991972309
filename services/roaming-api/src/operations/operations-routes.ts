import type { JsonSchema } from '@roamgrid/modules';
import type { Backend } from '../backend';
import type { Handler, Route } from '../http/route';
import { pageOf, ref } from '../openapi/api-schemas';
import { getOperations } from './get-operations';
import { attemptParameters, incidentParameters, listAttempts, listDeadLetters, listQuarantine } from './list-incidents';
import { pausePeer, replayToPeer, resumePeer, resyncPeer, retryPeer } from './operate-peer';
import { moduleSchema, pauseSchema, replaySchema } from './operations-schemas';

const common = { tag: 'operations', access: 'operations', uncounted: true } as const;

/** The routes by which an operator finds out what is wrong and does something about it; all need the right `operations`. */
export function operationsRoutes(backend: Backend): Route[] {
  return [...sightRoutes(backend), ...actionRoutes(backend)];
}

function sightRoutes(backend: Backend): Route[] {
  return [
    {
      ...common,
      method: 'GET',
      path: '/v1/operations',
      id: 'get_operations',
      summary: 'How everything stands: alarms, peers with what they are owed and what is pulled, how far changes have come',
      answers: { 200: { description: 'the picture', schema: ref('Operations') } },
      handle: getOperations(backend),
    },
    incidentRoute('dead-letters', 'list_dead_letters', 'DeadLetter', 'Lists what peers refused for good, newest first', listDeadLetters(backend)),
    incidentRoute('quarantine', 'list_quarantine', 'Quarantined', 'Lists what peers have and we refused, last seen first', listQuarantine(backend)),
    {
      ...incidentRoute('attempts', 'list_attempts', 'Attempt', 'Lists what was sent to peers or tried in the last days, newest first', listAttempts(backend)),
      query: attemptParameters,
    },
  ];
}

function incidentRoute(name: string, id: string, item: string, summary: string, handle: Handler): Route {
  return {
    ...common,
    ...{ method: 'GET', path: `/v1/operations/${name}`, id, summary, query: incidentParameters, handle },
    answers: { 200: { description: 'a page', schema: pageOf(ref(item)) } },
  };
}

function actionRoutes(backend: Backend): Route[] {
  const action = (word: string, summary: string, schema: JsonSchema | undefined, handle: Handler, notes: string): Route => ({
    ...common,
    ...{ method: 'POST', path: `/v1/peers/{id}/${word}`, id: `${word}_peer`, summary, notes, handle },
    ...(schema && { body: { kind: 'json', schema, maxBytes: backend.limits.peerBytes, optional: schema === moduleSchema } }),
    answers: { 200: { description: 'what changed; the second time nothing does', schema: ref('Done') } },
  });
  return [
    action('replay', 'Sends a peer again what it got or refused', replaySchema, replayToPeer(backend), 'One object, all since a time, or all that is dead; each in its present state. `push` counts objects.'),
    action('retry', 'Tries now what waits after a failure', moduleSchema, retryPeer(backend), '`push` counts objects, `pull` modules.'),
    action('pause', 'Lets a peer rest: nothing is sent to it, nothing is asked of it', pauseSchema, pausePeer(backend), 'What it is owed waits and is counted; a pull under way stops at its page. Holds over restarts, until it is resumed. 1 where it was not so before.'),
    action('resume', 'Ends the rest of a peer: what waited goes on', undefined, resumePeer(backend), '1 where it rested.'),
    action('resync', 'Gives a peer everything anew, and pulls everything that it has', moduleSchema, resyncPeer(backend), 'For the day on which both sides must be made equal whatever happened. `push` counts modules that are sent, `pull` modules that are pulled.'),
  ];
}
