import { isDeepStrictEqual } from 'node:util';
import { locations, type CredentialsRole } from '@roamgrid/modules';
import { joinUrl } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient, type CallOptions, type Method } from '../http/platform-client';
import type { TrialPeer, TrialPlatform } from './trial-platform';

const INTERESTED: readonly string[] = locations.interested;
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
  { credentials = {}, endpoints }: TrialPeer,
  module: string,
  object: JsonObject,
  before: JsonObject | undefined,
  method: Method,
): Promise<void> {
  const { defects } = platform;
  const listed = endpoints.filter(isJsonObject);
  const url = textField(listed.find((each) => each['identifier'] === module && each['role'] === 'RECEIVER'), 'url');
  const roles = listField(credentials, 'roles') as readonly CredentialsRole[];
  const to = roles.find(({ role }) => (defects.has('pushes to eMSPs only') ? role === 'EMSP' : INTERESTED.includes(role)));
  const skipped = defects.has('CPOs are not pushed to') && roles.some(({ role }) => role === 'CPO');
  if (url === undefined || !to || skipped) return;
  const ids = ['country_code', 'party_id', 'id'].map((name) => textField(object, name) ?? '');
  const [country_code = '', party_id = ''] = ids;
  const from = defects.has('pushes name the first party') ? platform.cpo : { country_code, party_id };
  const token = textField(credentials, 'token') ?? '';
  const twice = defects.has('pushes join URLs with two slashes');
  const changes = before && method === 'PUT' ? changesOf(platform, object, before) : undefined;
  const send = (): Promise<Answer> =>
    new PlatformClient(token).call(changes ? 'PATCH' : method, twice ? `${url}//${ids.join('/')}` : joinUrl(url, ...ids), {
      ...outgoing(platform, token),
      ...(method === 'PUT' && { body: changes ?? object }),
      routing: defects.has('pushes without routing headers') ? undefined : { from, to },
      headers: defects.has('pushes without a body type') ? { 'content-type': 'text/plain' } : {},
    });
  for (let attempt = 0; attempt < ATTEMPTS && !(await isDone(platform, send)); attempt += 1);
}

/** Options of every request of the platform. */
export function outgoing(platform: TrialPlatform, token: string): CallOptions {
  return platform.defects.has('tokens go out raw') ? { authorization: `Token ${token}` } : {};
}

async function isDone({ defects }: TrialPlatform, send: () => Promise<Answer>): Promise<boolean> {
  const answer = await send().catch(() => undefined);
  if (!answer) return defects.has('no answer counts as delivered');
  const success = answer.http < 300 && (answer.statusCode ?? 0) >= 1000 && (answer.statusCode ?? 0) < 2000;
  const plain = typeof answer.data !== 'object' && answer.data !== undefined;
  if (success) return !(plain && defects.has('success needs an object'));
  return plain && defects.has('odd data of failures is fatal');
}

/** The body of a PATCH, for platforms that push so. */
function changesOf({ defects }: TrialPlatform, object: JsonObject, before: JsonObject): JsonObject | undefined {
  const nulls = defects.has('removals go out as null');
  if (!nulls && !defects.has('pushes changes only')) return undefined;
  const changed = Object.entries(object).filter(([name, value]) => !isDeepStrictEqual(value, field(before, name)));
  const gone = Object.keys(before).filter((name) => !(name in object));
  return { ...Object.fromEntries(changed), ...(nulls && Object.fromEntries(gone.map((name) => [name, null]))) };
}
