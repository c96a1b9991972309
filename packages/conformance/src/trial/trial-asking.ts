import type { CredentialsRole } from '@roamgrid/modules';
import { joinUrl, type Party } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient } from '../http/platform-client';
import type { UsedToken } from '../target/platform-hooks';
import type { TrialPeer, TrialPlatform } from './trial-platform';

/** What is decided at a station of the trial platform: by the whitelist type of the Token, and by its eMSP. */
export async function askEmsp(platform: TrialPlatform, used: UsedToken): Promise<JsonObject | undefined> {
  const { defects } = platform;
  const known = platform.tokens.receivedBy((each) => each['uid'] === used.uid && each['type'] === used.type);
  if (!known) return defects.has('unknown Tokens are refused') ? undefined : askAll(platform, used);
  if (isDecided(platform, known)) return byStore(known);
  const cached = platform.verdicts.get(used.uid);
  if (cached && defects.has('verdicts are kept')) return cached;
  const peer = platform.peers.find((each) => emspsOf(each).some(({ party_id }) => party_id === known['party_id']));
  const info = peer && (await ask(platform, peer, used));
  const isRefused = known['whitelist'] === 'NEVER' || defects.has('offline is refused');
  if (info === undefined) return isRefused ? { allowed: 'NOT_ALLOWED', token: known } : byStore(known);
  if (info === 'unknown') return { allowed: 'NOT_ALLOWED', token: known };
  platform.verdicts.set(used.uid, info);
  return defects.has('the Token of the answer is dropped') ? { ...info, token: known } : info;
}

/** Whether nobody needs to be asked. */
function isDecided({ defects }: TrialPlatform, { valid, whitelist }: JsonObject): boolean {
  const isSure = whitelist === 'ALWAYS' && !defects.has('ALWAYS is asked about');
  return isSure || (valid === false && defects.has('invalid Tokens are refused unasked'));
}

function byStore(token: JsonObject): JsonObject {
  return { allowed: token['valid'] === true ? 'ALLOWED' : 'BLOCKED', token };
}

async function askAll(platform: TrialPlatform, used: UsedToken): Promise<JsonObject | undefined> {
  const emsps = platform.peers.filter((peer) => emspsOf(peer).length > 0);
  const done: JsonObject[] = [];
  const answers = await Promise.all(
    emsps.map(async (peer) => {
      const info = await ask(platform, peer, used);
      if (isJsonObject(info)) done.push(info);
      return info;
    }),
  );
  const infos = platform.defects.has('the fastest eMSP wins') ? done : answers.filter(isJsonObject);
  return infos.find(({ allowed }) => allowed === 'ALLOWED') ?? infos[0];
}

/** The AuthorizationInfo of an eMSP; undefined when it could not be had. */
async function ask(platform: TrialPlatform, peer: TrialPeer, used: UsedToken): Promise<JsonObject | 'unknown' | undefined> {
  const sender = peer.endpoints.find((each) => field(each, 'identifier') === 'tokens' && field(each, 'role') === 'SENDER');
  const [to] = emspsOf(peer);
  const query = used.type === 'RFID' || platform.defects.has('the type is never sent') ? '' : `?type=${used.type}`;
  const url = joinUrl(textField(sender, 'url') ?? '', used.uid, 'authorize') + query;
  const client = new PlatformClient(textField(peer.credentials, 'token') ?? '');
  const body = used.location && { body: used.location };
  const answer: Answer | undefined = await client.call('POST', url, { ...body, routing: { from: platform.cpo, to } }).catch(() => undefined);
  if (answer?.statusCode === 2004) return 'unknown';
  return answer?.statusCode === 1000 && isJsonObject(answer.data) ? answer.data : undefined;
}

function emspsOf({ credentials }: TrialPeer): readonly Party[] {
  const roles = listField(credentials, 'roles') as readonly CredentialsRole[];
  return roles.filter(({ role }) => role === 'EMSP');
}
