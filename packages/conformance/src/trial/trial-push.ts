import { isDeepStrictEqual } from 'node:util';
import { addressQuery, moduleById, type CredentialsRole, type ModuleDeclaration } from '@roamgrid/modules';
import { joinUrl, partyKey, type Party } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient, type CallOptions, type Method } from '../http/platform-client';
import type { TrialPeer, TrialPlatform } from './trial-platform';

const ATTEMPTS = 3;

/** Brings an own object to all peers that are to have it, or tells them that it is gone. */
export async function pushToAll(
  platform: TrialPlatform,
  module: string,
  object: JsonObject,
  before: JsonObject | undefined,
  method: Method = 'PUT',
): Promise<void> {
  if (isDeepStrictEqual(object, before) && !platform.defects.has('unchanged is pushed again')) return;
  for (const peer of [...platform.peers]) await push(platform, peer, module, object, before, method);
}

async function push(
  platform: TrialPlatform,
  { credentials = {}, endpoints, patches = false, contracted }: TrialPeer,
  id: string,
  object: JsonObject,
  before: JsonObject | undefined,
  method: Method,
): Promise<void> {
  const { defects } = platform;
  const module = moduleById(id);
  const listed = endpoints.filter(isJsonObject);
  const url = textField(listed.find((each) => each['identifier'] === id && each['role'] === 'RECEIVER'), 'url');
  const roles = listField(credentials, 'roles') as readonly CredentialsRole[];
  const to = module && receiverAmong(platform, module, roles, object, contracted);
  if (platform.clientInfos.holds(roles)) return;
  if (url === undefined || !module || !to) return;
  const from = defects.has('pushes name the first party') ? platform.cpo : (object as unknown as Party);
  const token = textField(credentials, 'token') ?? '';
  const changes = before && method === 'PUT' ? changesOf(platform, object, before, patches) : undefined;
  const posted = module.delivery.method === 'POST';
  const place = posted ? url : addressOf(platform, module, url, object);
  const send = (): Promise<Answer> =>
    new PlatformClient(token).call(posted ? 'POST' : changes ? 'PATCH' : method, place, {
      ...outgoing(platform, token),
      ...(method === 'PUT' && { body: changes ?? object }),
      routing: defects.has('pushes without routing headers') ? undefined : { from, to: defects.has('the first eMSP is addressed') ? firstOf(roles, to) : to },
      headers: defects.has('pushes without a body type') ? { 'content-type': 'text/plain' } : {},
    });
  for (let attempt = 0; attempt < ATTEMPTS && !(await isDone(platform, send)); attempt += 1);
}

/** The role of a peer that an object is for, if any. */
function receiverAmong(
  { defects }: TrialPlatform,
  { id, interested, audience }: ModuleDeclaration,
  roles: readonly CredentialsRole[],
  object: JsonObject,
  contracted: boolean | undefined,
): CredentialsRole | undefined {
  const wanted: readonly string[] = interested;
  const places = id === 'locations' || id === 'tariffs';
  if (places && defects.has('CPOs are not pushed to') && roles.some(({ role }) => role === 'CPO')) return undefined;
  const meant = audience && !contracted && !defects.has('the audience is ignored') ? audience(object).map(partyKey) : undefined;
  return roles.find((role) => {
    const fits = places && defects.has('pushes to eMSPs only') ? role.role === 'EMSP' : wanted.includes(role.role);
    return fits && (meant?.includes(partyKey(role)) ?? true);
  });
}

function addressOf({ defects }: TrialPlatform, module: ModuleDeclaration, url: string, object: JsonObject): string {
  const names = module.key.map((name) => textField(object, name) ?? '');
  const ids = module.keyQuery ? names.slice(0, -1) : names;
  const query = defects.has('the type is never sent') ? '' : addressQuery(module, names);
  const tail = query && `?${query}`;
  return (defects.has('pushes join URLs with two slashes') ? `${url}//${ids.join('/')}` : joinUrl(url, ...ids)) + tail;
}

/** Options of every request of the platform. */
export function outgoing(platform: TrialPlatform, token: string, raw = false): CallOptions {
  return raw || platform.defects.has('tokens go out raw') ? { authorization: `Token ${token}` } : {};
}

async function isDone({ defects }: TrialPlatform, send: () => Promise<Answer>): Promise<boolean> {
  const answer = await send().catch(() => undefined);
  if (!answer) return defects.has('no answer counts as delivered');
  const success = answer.http < 300 && (answer.statusCode ?? 0) >= 1000 && (answer.statusCode ?? 0) < 2000;
  const plain = typeof answer.data !== 'object' && answer.data !== undefined;
  if (success) return !(plain && defects.has('success needs an object'));
  return plain && defects.has('odd data of failures is fatal');
}

/** The body of a PATCH, for platforms that push so, and peers that want it. */
function changesOf({ defects }: TrialPlatform, object: JsonObject, before: JsonObject, wanted: boolean): JsonObject | undefined {
  const nulls = defects.has('removals go out as null');
  if (!nulls && !wanted && !defects.has('pushes changes only')) return undefined;
  const changed = Object.entries(object).filter(([name, value]) => !isDeepStrictEqual(value, field(before, name)));
  const gone = Object.keys(before).filter((name) => !(name in object));
  const changes = { ...Object.fromEntries(changed), ...(nulls && Object.fromEntries(gone.map((name) => [name, null]))) };
  return 'charging_periods' in changes && !defects.has('a PATCH repeats all periods') ? withNewPeriods(changes, before) : changes;
}

/** Only the periods that are new; undefined where others were changed or taken back. */
function withNewPeriods(changes: JsonObject, before: JsonObject): JsonObject | undefined {
  const [known, now] = [listField(before, 'charging_periods'), listField(changes, 'charging_periods')];
  const isLonger = known.every((period, index) => isDeepStrictEqual(period, now[index]));
  return isLonger ? { ...changes, charging_periods: now.slice(known.length) } : undefined;
}

function firstOf(roles: readonly CredentialsRole[], { role }: CredentialsRole): Party | undefined {
  return roles.find((each) => each.role === role);
}
