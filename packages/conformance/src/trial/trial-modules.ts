import type { CredentialsRole } from '@roamgrid/modules';
import { partyKey, readRouting, routingHeaders, type Routing } from '@roamgrid/ocpi';
import { listField, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import type { TrialObjects } from './trial-objects';
import { authorize, prefer } from './trial-actions';
import { isHeld, type TrialPlatform } from './trial-platform';
import { receiver } from './trial-receiver';

const NOT_FOUND: PeerReply = { http: 404, status: 2001 };
const INVALID: PeerReply = { status: 2001 };
const NOT_ALLOWED: PeerReply = { http: 405, status: 2000 };

/** A request to a module, with who asks. */
export interface ModuleCall {
  readonly request: RecordedRequest;
  readonly objects: TrialObjects;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly routing: Routing;
  /** Roles of the asking peer. */
  readonly roles: readonly CredentialsRole[];
}

/** Answers a request to a functional module of the trial platform. */
export async function answerModule(
  platform: TrialPlatform,
  request: RecordedRequest,
  path: string,
  query: URLSearchParams,
  credentials: JsonObject,
): Promise<PeerReply> {
  const { defects } = platform;
  const [, , side, module = '', ...segments] = path.split('/').map(decodeURIComponent);
  if (module === 'hubclientinfo' && side === 'r') return clientInfo(platform, request, segments, credentials);
  if (!isHeld(module)) return NOT_FOUND;
  if (platform.broken.has(module)) return defects.has('a failure is 2000') ? { status: 2000 } : { http: 503, status: 3000 };
  const { problem, ...routing } = readRouting(request.headers);
  if (problem !== undefined) return INVALID;
  const roles = listField(credentials, 'roles') as readonly CredentialsRole[];
  const swapped = defects.has('routing is not swapped') ? routing : { to: routing.from, from: routing.to ?? platform.cpo };
  const headers = routingHeaders(swapped);
  const call = { request, objects: platform[module], segments, query, routing, roles };
  const reply = speaks(platform, call) ? await (side === 's' ? sender(platform, call) : receiver(platform, call)) : INVALID;
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

/** What a hub says, or what it said; without routing. */
function clientInfo({ clientInfos, defects, roles: hosted }: TrialPlatform, request: RecordedRequest, party: readonly string[], credentials: JsonObject): PeerReply {
  const roles = listField(credentials, 'roles') as readonly CredentialsRole[];
  const { from } = readRouting(request.headers);
  const isSpeaker = roles.some((role) => from && partyKey(role) === partyKey(from));
  return defects.has('hubs need routing headers') && !isSpeaker ? INVALID : clientInfos.answer(request, party, roles, hosted);
}

function speaks({ defects }: TrialPlatform, { routing: { from }, roles }: ModuleCall): boolean {
  return !from || roles.some((role) => partyKey(role) === partyKey(from)) || defects.has('FROM is not checked');
}

function sender(
  platform: TrialPlatform,
  { request, objects, segments, query, routing, roles }: ModuleCall,
): PeerReply | Promise<PeerReply> {
  const { defects } = platform;
  const { from, to } = routing;
  const [id = '', action] = segments;
  const { interested, id: module } = objects.module;
  const readers = roles.filter((role) => !from || partyKey(role) === partyKey(from));
  const reads = defects.has('roles may do everything') || readers.some(({ role }) => interested.includes(role));
  const asked = { request, id, query, readers };
  if (reads && request.method === 'POST' && module === 'tokens' && action === 'authorize') return authorize(platform, asked);
  if (reads && request.method === 'PUT' && module === 'sessions' && action === 'charging_preferences') return prefer(platform, asked);
  if (request.method !== 'GET') return NOT_ALLOWED;
  return reads ? objects.sender(segments, query, to, readers) : INVALID;
}
