import { creditProblems, schemaAt, type CDR } from '@roamgrid/modules';
import { joinUrl, partyKey, type Party } from '@roamgrid/ocpi';
import { field, isJsonObject, textField, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import type { ModuleCall } from './trial-modules';
import type { TrialPlatform } from './trial-platform';

const NOT_FOUND: PeerReply = { http: 404, status: 2001 };
const INVALID: PeerReply = { status: 2001 };
const NOT_ALLOWED: PeerReply = { http: 405, status: 2000 };

/** Answers a request to a receiver interface of the trial platform. */
export function receiver(platform: TrialPlatform, call: ModuleCall): PeerReply {
  const { request, objects, segments, query } = call;
  const { defects } = platform;
  if (objects.module.id === 'cdrs') return receiveCdr(platform, call);
  const [country_code = '', party_id = '', ...ids] = segments;
  const owner = { country_code, party_id };
  if (!isOwner(platform, call, owner)) return NOT_FOUND;
  if (refuses(platform, request)) return INVALID;
  if (isForOthers(platform, call)) return { status: 2004 };
  if (ids.length === 0 || (objects.module.nested.length === 0 && ids.length > 1)) return { http: 404, status: 2000 };
  const reply = objects.receiver(request, owner, objects.module.keyQuery ? [...ids, typeOf(request, query)] : ids);
  if (defects.has('a tariff takes its Sessions with it') && request.method === 'DELETE') dropSessions(platform, owner, ids);
  if (defects.has('tariffs nobody names are dropped')) dropTariffs(platform, owner);
  if (objects.module.id === 'sessions') showSession(platform, request, reply);
  return reply;
}

function typeOf({ method, json }: RecordedRequest, query: URLSearchParams): string {
  return query.get('type') ?? (method === 'PUT' ? textField(json, 'type') : undefined) ?? 'RFID';
}

function isOwner({ defects }: TrialPlatform, { request, objects, roles }: ModuleCall, owner: Party): boolean {
  if (defects.has('owners are not checked')) return true;
  const nameOf = (party: Party): string =>
    defects.has('parties are told by party_id') ? party.party_id.toUpperCase() : partyKey(party);
  const held = roles.filter((role) => nameOf(role) === nameOf(owner)).map(({ role }) => role);
  const anyRole = request.method === 'GET' || defects.has('roles may do everything');
  return anyRole ? held.length > 0 : held.includes(objects.module.owner);
}

/** Takes CDRs by POST, and shows each to who posted it. */
function receiveCdr(platform: TrialPlatform, call: ModuleCall): PeerReply {
  const { request, objects, segments } = call;
  const { json, text, method } = request;
  if (method === 'GET' && segments.length > 0) return showCdr(platform, call);
  if (method === 'PUT' && platform.defects.has('CDRs can be PUT')) return objects.post(json, text);
  if (method !== 'POST' || segments.length > 0) return NOT_ALLOWED;
  if (json === undefined) return { http: 400, status: 2001 };
  return withLocation(platform, json, judgeCdr(platform, call));
}

function judgeCdr(platform: TrialPlatform, call: ModuleCall): PeerReply {
  const { objects, request } = call;
  const { json, text } = request;
  const owner = { country_code: textField(json, 'country_code') ?? '', party_id: textField(json, 'party_id') ?? '' };
  if (refuses(platform, request) || !isCpo(call, owner)) return INVALID;
  if (isForOthers(platform, call)) return { status: 2004 };
  const isSecond = platform.defects.has('a session_id counts once') && platform.cdrs.receivedBy((cdr) => isOfSession(cdr, json)) !== undefined;
  return isSecond || isWrongCredit(platform, json, 'received') ? INVALID : objects.post(json, text);
}

function isOfSession(cdr: JsonObject, other: unknown): boolean {
  return cdr['session_id'] === field(other, 'session_id') && cdr['id'] !== field(other, 'id') && field(other, 'credit') !== true;
}

/** Whether a Credit CDR takes back something else than what it credits, or that again. */
export function isWrongCredit({ cdrs, defects }: TrialPlatform, json: unknown, mode: 'own' | 'received'): boolean {
  const id = field(json, 'credit_reference_id');
  if (field(json, 'credit') !== true || typeof id !== 'string' || defects.has('credits are not compared')) return false;
  const find = (isIt: (cdr: JsonObject) => boolean): JsonObject | undefined => (mode === 'own' ? cdrs.own.find(isIt) : cdrs.receivedBy(isIt));
  const original = find((cdr) => cdr['id'] === id);
  const other = find((cdr) => cdr['credit_reference_id'] === id && cdr['id'] !== field(json, 'id'));
  const differs = original !== undefined && creditProblems(json as CDR, original as unknown as CDR, mode).length > 0;
  return other !== undefined || differs;
}

function withLocation({ defects, url }: TrialPlatform, json: unknown, reply: PeerReply): PeerReply {
  const ids = ['country_code', 'party_id', 'id'].map((name) => textField(json, name) ?? '');
  const place = joinUrl(url, '2.2.1', 'r', 'cdrs', ...ids);
  const location = defects.has('Location is relative') ? new URL(place).pathname : place;
  const failed = (reply.status ?? 1000) !== 1000 && !defects.has('broken CDRs have a Location');
  return failed ? reply : { ...reply, headers: { location } };
}

function showCdr({ defects }: TrialPlatform, call: ModuleCall): PeerReply {
  const [country_code = '', party_id = '', id = ''] = call.segments;
  const cdr = call.objects.received({ country_code, party_id }, id);
  return cdr && (isCpo(call, { country_code, party_id }) || defects.has('anybody reads a CDR')) ? { data: cdr } : NOT_FOUND;
}

function isCpo({ roles }: ModuleCall, party: Party): boolean {
  return roles.some((role) => role.role === 'CPO' && partyKey(role) === partyKey(party));
}

/** Whether what is sent is meant for nobody here. */
function isForOthers({ defects, roles }: TrialPlatform, { request: { json, method }, objects: { module } }: ModuleCall): boolean {
  if (!module.audience || method === 'GET' || method === 'PATCH' || defects.has('the audience is ignored')) return false;
  if (!schemaAt(module, '2.2.1').put.received(json).ok) return false;
  const token = field(json, 'cdr_token') as Party;
  return !roles.some((role) => partyKey(role) === partyKey(token));
}

function dropSessions({ sessions }: TrialPlatform, owner: Party, [tariff = '']: readonly string[]): void {
  for (const session of sessions.receivedOf(owner)) {
    if (JSON.stringify(session['charging_periods']).includes(tariff)) sessions.drop(session);
  }
}

/** What some platforms will not take. */
function refuses({ defects }: TrialPlatform, { json, text }: RecordedRequest): boolean {
  const abroad = defects.has('abroad is refused') && (textField(json, 'country') ?? 'NLD') !== 'NLD';
  return abroad || (defects.has('#NA is refused') && text.includes('"#NA"'));
}

/** Shows what was taken to those who act for the eMSP. */
function showSession({ conversations }: TrialPlatform, { json, method }: RecordedRequest, { http = 200, status = 1000 }: PeerReply): void {
  if (method === 'PUT' && http < 300 && status < 2000 && isJsonObject(json)) void conversations.passing.show(json);
}

function dropTariffs(platform: TrialPlatform, owner: Party): void {
  const named = JSON.stringify(platform.locations.receivedOf(owner));
  for (const tariff of platform.tariffs.receivedOf(owner)) {
    if (named.includes('tariff_ids') && !named.includes(JSON.stringify(tariff['id']))) platform.tariffs.drop(tariff);
  }
}
