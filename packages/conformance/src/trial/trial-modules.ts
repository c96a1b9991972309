import { locations, type CredentialsRole } from '@roamgrid/modules';
import { partyKey, readRouting, routingHeaders, type Party, type Routing } from '@roamgrid/ocpi';
import { listField, textField, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import type { TrialObjects } from './trial-objects';
import type { TrialPlatform } from './trial-platform';

const NOT_FOUND: PeerReply = { http: 404, status: 2001 };
const INVALID: PeerReply = { status: 2001 };
const NOT_ALLOWED: PeerReply = { http: 405, status: 2000 };
/** Roles that locations and tariffs are for. */
const INTERESTED: readonly string[] = locations.interested;

/** A request to a module, with who asks. */
interface ModuleCall {
  readonly request: RecordedRequest;
  readonly objects: TrialObjects;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly routing: Routing;
  /** Roles of the asking peer. */
  readonly roles: readonly CredentialsRole[];
}

/** Answers a request to a functional module of the trial platform. */
export function answerModule(
  platform: TrialPlatform,
  request: RecordedRequest,
  path: string,
  query: URLSearchParams,
  credentials: JsonObject,
): PeerReply {
  const { defects } = platform;
  const [, , side, module = '', ...segments] = path.split('/').map(decodeURIComponent);
  if (module !== 'locations' && module !== 'tariffs') return NOT_FOUND;
  if (platform.broken.has(module)) return defects.has('a failure is 2000') ? { status: 2000 } : { http: 503, status: 3000 };
  const { problem, ...routing } = readRouting(request.headers);
  if (problem !== undefined) return INVALID;
  const roles = listField(credentials, 'roles') as readonly CredentialsRole[];
  const swapped = defects.has('routing is not swapped') ? routing : { to: routing.from, from: routing.to ?? platform.cpo };
  const headers = routingHeaders(swapped);
  const call = { request, objects: platform[module], segments, query, routing, roles };
  const reply = speaks(platform, call) ? (side === 's' ? sender(platform, call) : receiver(platform, call)) : INVALID;
  return { ...reply, headers: { ...headers, ...reply.headers } };
}

function speaks({ defects }: TrialPlatform, { routing: { from }, roles }: ModuleCall): boolean {
  return !from || roles.some((role) => partyKey(role) === partyKey(from)) || defects.has('FROM is not checked');
}

function sender({ defects }: TrialPlatform, { request, objects, segments, query, routing, roles }: ModuleCall): PeerReply {
  if (request.method !== 'GET') return NOT_ALLOWED;
  const { from, to } = routing;
  const speaking = roles.filter((role) => !from || partyKey(role) === partyKey(from));
  const reads = defects.has('roles may do everything') || speaking.some(({ role }) => INTERESTED.includes(role));
  return reads ? objects.sender(segments, query, to) : INVALID;
}

function receiver(platform: TrialPlatform, { request, objects, segments, roles }: ModuleCall): PeerReply {
  const { defects } = platform;
  const [country_code = '', party_id = '', ...ids] = segments;
  const owner = { country_code, party_id };
  const nameOf = (party: Party): string =>
    defects.has('parties are told by party_id') ? party.party_id.toUpperCase() : partyKey(party);
  const held = roles.filter((role) => nameOf(role) === nameOf(owner)).map(({ role }) => role);
  const anyRole = request.method === 'GET' || defects.has('roles may do everything');
  const owned = anyRole ? held.length > 0 : held.includes('CPO');
  if (!owned && !defects.has('owners are not checked')) return NOT_FOUND;
  if (refuses(platform, request)) return INVALID;
  const reply = objects.receiver(request, owner, ids);
  if (defects.has('tariffs nobody names are dropped')) dropTariffs(platform, owner);
  return reply;
}

/** What some platforms will not take. */
function refuses({ defects }: TrialPlatform, { json, text }: RecordedRequest): boolean {
  const abroad = defects.has('abroad is refused') && (textField(json, 'country') ?? 'NLD') !== 'NLD';
  return abroad || (defects.has('#NA is refused') && text.includes('"#NA"'));
}

function dropTariffs(platform: TrialPlatform, owner: Party): void {
  const named = JSON.stringify(platform.locations.receivedOf(owner));
  for (const { id } of platform.tariffs.receivedOf(owner)) {
    if (named.includes('tariff_ids') && !named.includes(JSON.stringify(id))) platform.tariffs.drop(owner, String(id));
  }
}
