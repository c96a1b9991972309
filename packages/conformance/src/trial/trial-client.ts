import { joinUrl } from '@roamgrid/ocpi';
import { field, isJsonObject, textField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient, type CallOptions, type Method } from '../http/platform-client';
import type { Invitation, PlatformHooks, PlatformLink } from '../target/platform-hooks';
import type { TrialPeer, TrialPlatform } from './trial-platform';

/** What the trial platform does on its own: it registers at peers, and pushes what is written to it. */
export function clientHooks(platform: TrialPlatform): PlatformHooks {
  return {
    invite: () => {
      const { token } = platform.invite();
      return Promise.resolve({ versionsUrl: joinUrl(platform.url, 'versions'), token });
    },
    seed: async (_module, objects) => {
      for (const object of objects) {
        platform.locations.seed(object);
        for (const peer of platform.peers) await push(platform, peer, object);
      }
    },
    connect: (_name, invitation) => connect(platform, invitation),
  };
}

async function connect(platform: TrialPlatform, { versionsUrl, token }: Invitation): Promise<PlatformLink> {
  const call = (method: Method, url: string, options: CallOptions = {}): Promise<Answer> =>
    new PlatformClient(token).call(method, url, { ...outgoing(platform, token), ...options });
  const versions = await call('GET', versionsUrl);
  const entry = (versions.data as unknown[]).find((each) => field(each, 'version') === '2.2.1');
  const details = await call('GET', textField(entry, 'url') ?? '');
  const endpoints = field(details.data, 'endpoints') as unknown[];
  const has = (identifier: string): unknown => endpoints.find((each) => field(each, 'identifier') === identifier);
  if (!has('locations') && !platform.defects.has('registers without endpoints')) throw new Error('no locations there');
  const peer = platform.invite();
  const late = platform.defects.has('token B comes late');
  if (late) platform.peers.splice(platform.peers.indexOf(peer), 1);
  peer.credentials = {};
  const body = platform.credentials(peer.token);
  const answer = await call('POST', textField(has('credentials'), 'url') ?? '', { body });
  if (late) platform.peers.push(peer);
  const taken = answer.http < 300 && (answer.statusCode ?? 0) >= 1000 && (answer.statusCode ?? 0) < 2000;
  if (!taken && !platform.defects.has('the status of the answer is ignored')) throw new Error(answer.describe());
  const unable = (): Promise<void> => Promise.reject(new Error('the trial platform neither renews nor pulls'));
  const disconnect = async (): Promise<void> => {
    await call('DELETE', textField(has('credentials'), 'url') ?? '', { token: textField(answer.data, 'token') ?? '' });
    platform.peers.splice(platform.peers.indexOf(peer), 1);
  };
  return { renew: unable, pull: unable, disconnect };
}

async function push(
  platform: TrialPlatform,
  { credentials = {}, endpoints }: TrialPeer,
  object: JsonObject,
): Promise<void> {
  const listed = endpoints.filter(isJsonObject);
  const receiver = listed.find((each) => each['identifier'] === 'locations' && each['role'] === 'RECEIVER');
  const url = textField(receiver, 'url');
  if (url === undefined) return;
  const token = textField(credentials, 'token') ?? '';
  const ids = ['country_code', 'party_id', 'id'].map((name) => textField(object, name) ?? '');
  const twice = platform.defects.has('pushes join URLs with two slashes');
  const roles = field(credentials, 'roles') as readonly { role: string; country_code: string; party_id: string }[];
  const to = roles.find(({ role }) => role === 'EMSP');
  await new PlatformClient(token).call('PUT', twice ? `${url}//${ids.join('/')}` : joinUrl(url, ...ids), {
    ...outgoing(platform, token),
    body: object,
    routing: platform.defects.has('pushes without routing headers') ? undefined : { from: platform.cpo, to },
    headers: platform.defects.has('pushes without a body type') ? { 'content-type': 'text/plain' } : {},
  });
}

function outgoing(platform: TrialPlatform, token: string): CallOptions {
  return platform.defects.has('tokens go out raw') ? { authorization: `Token ${token}` } : {};
}
