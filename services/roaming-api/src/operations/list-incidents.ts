import type { Request } from 'express';
import { RoamgridError, type Attempt, type DeadLetter, type PageRequest, type Quarantined } from '@roamgrid/runtime';
import type { Backend } from '../backend';
import { nextCursor, pageParameters, readLimit, readPosition } from '../http/page-query';
import { queryParameter, sendJson, type Handler, type QueryParameter } from '../http/route';
import { dateOf } from './operations-view';

const LIMITS = { fallback: 100, most: 500 };

/** Query parameters of the lists of what went wrong. */
export const incidentParameters: readonly QueryParameter[] = [
  { name: 'peer', description: 'only those of the peer of this id', schema: { type: 'string' } },
  { name: 'module', description: 'only those of this module, such as `locations`', schema: { type: 'string' } },
  ...pageParameters('lines', LIMITS),
];

/** The same of attempts. */
export const attemptParameters: readonly QueryParameter[] = [
  ...incidentParameters,
  { name: 'key', description: 'only those of this object, as lists name it, such as `NL*RGC*LOC1`', schema: { type: 'string' } },
];

type Row = Readonly<Record<string, unknown>>;

/** What peers would not take, newest failure first. Throws parameter.invalid. */
export function listDeadLetters(backend: Backend): Handler {
  return listing('dead-letters', backend, async (page) => {
    const { dead_letters, next } = await backend.pushOperations.DeadLetters(page);
    return { items: dead_letters.map(viewDeadLetter), next };
  });
}

/** What peers list and we refuse, last seen first. Throws parameter.invalid. */
export function listQuarantine(backend: Backend): Handler {
  return listing('quarantine', backend, async (page) => {
    const { quarantined, next } = await backend.pullOperations.Quarantine(page);
    return { items: quarantined.map(viewQuarantined), next };
  });
}

/** What was sent to peers, or tried, newest first. Throws parameter.invalid. */
export function listAttempts(backend: Backend): Handler {
  return listing('attempts', backend, async (page, request) => {
    const { attempts, next } = await backend.pushOperations.Attempts({ ...page, key: queryParameter(request, 'key') ?? '' });
    return { items: attempts.map(viewAttempt), next };
  });
}

function listing(
  name: string,
  backend: Backend,
  read: (page: PageRequest, request: Request) => Promise<{ readonly items: readonly Row[]; readonly next: string }>,
): Handler {
  const { cursors } = backend;
  return async (request, response) => {
    const peer_id = queryParameter(request, 'peer') ?? '';
    const module = queryParameter(request, 'module') ?? '';
    checkModule(module, backend);
    const key = name === 'attempts' ? queryParameter(request, 'key') : undefined;
    const scope = JSON.stringify([name, peer_id, module, key]);
    const page = { peer_id, module, limit: readLimit(request, LIMITS), after: readPosition(request, cursors, scope) };
    const { items, next } = await read(page, request);
    sendJson(response, 200, { items, ...nextCursor(next, cursors, scope) });
  };
}

function checkModule(module: string, { modules }: Backend): void {
  if (module === '' || modules.some(({ declaration }) => declaration.id === module)) return;
  throw new RoamgridError('parameter.invalid', `module: expected one of ${modules.map(({ declaration }) => declaration.id).join(', ')}`);
}

function answered({ http, ocpi, response }: DeadLetter | Attempt): Row {
  return { http_status: http || null, ocpi_status: ocpi || null, response: response || null };
}

function viewDeadLetter(letter: DeadLetter): Row {
  const { peer_id: peer, module, key, rev, at, reason } = letter;
  return { peer, module, key, rev, at: dateOf(at), reason, ...answered(letter) };
}

function viewAttempt(attempt: Attempt): Row {
  const { at, peer_id: peer, module, key, rev, method, milliseconds, outcome, reason } = attempt;
  return { at: dateOf(at), peer, module, key, rev, method, milliseconds, outcome, reason: reason || null, ...answered(attempt) };
}

function viewQuarantined({ peer_id: peer, key, first_seen, last_seen, ...rest }: Quarantined): Row {
  return { peer, ...rest, key: key || null, first_seen: dateOf(first_seen), last_seen: dateOf(last_seen) };
}
