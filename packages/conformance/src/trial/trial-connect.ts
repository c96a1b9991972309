import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { type CredentialsRole } from '@roamgrid/modules';
import { field, listField, textField } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient, type CallOptions, type Method } from '../http/platform-client';
import type { Invitation, PlatformLink, Quirks } from '../target/platform-hooks';
import { isJsonObject } from '../check/field';
import type { TrialPlatform } from './trial-platform';
import { TrialPull, type PullSource } from './trial-pull';
import { outgoing } from './trial-push';

/** A request that looks at no certificate. */
async function askAnybody(url: string): Promise<void> {
  const request = get(url, { rejectUnauthorized: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
}

/** Registers the trial platform at a peer, as a client. */
export async function connect(
  platform: TrialPlatform,
  { versionsUrl, token }: Invitation,
  quirks: Quirks = {},
): Promise<PlatformLink> {
  const raw = quirks['token_encoding'] === 'raw' && !platform.defects.has('one encoding for all');
  const call = (method: Method, url: string, options: CallOptions = {}): Promise<Answer> =>
    new PlatformClient(token).call(method, url, { ...outgoing(platform, token, raw), ...options });
  if (platform.defects.has('any certificate will do') && versionsUrl.startsWith('https:')) await askAnybody(versionsUrl);
  const endpoints = await endpointsAt(versionsUrl, (url) => call('GET', url));
  const has = (identifier: string): unknown => endpoints.find((each) => field(each, 'identifier') === identifier);
  if (!has('locations') && !platform.defects.has('registers without endpoints')) throw new Error('no locations there');
  const peer = platform.invite();
  const late = platform.defects.has('token B comes late');
  if (late) platform.peers.splice(platform.peers.indexOf(peer), 1);
  peer.credentials = {};
  const credentialsUrl = textField(has('credentials'), 'url') ?? '';
  const answer = await call('POST', credentialsUrl, { body: platform.credentials(peer.token) });
  if (late) platform.peers.push(peer);
  if (!isTaken(answer) && !platform.defects.has('the status of the answer is ignored')) throw new Error(answer.describe());
  if (isJsonObject(answer.data)) peer.credentials = answer.data;
  peer.endpoints = endpoints;
  peer.patches = quirks['push_method'] === 'patch';
  peer.contracted = quirks['smart_charging'] === true && !platform.defects.has('SCSPs are no better than others');
  const tokenC = textField(answer.data, 'token') ?? '';
  const roles = listField(answer.data, 'roles') as readonly CredentialsRole[];
  const pulls = pullsFrom(platform, endpoints, { token: tokenC, raw, roles });
  return {
    renew: () => Promise.reject(new Error('the trial platform does not renew')),
    pull: (module, full) => Promise.resolve(pulls.get(module)?.start(full)),
    disconnect: async () => {
      await call('DELETE', credentialsUrl, { token: tokenC });
      platform.peers.splice(platform.peers.indexOf(peer), 1);
    },
  };
}

async function endpointsAt(versionsUrl: string, get: (url: string) => Promise<Answer>): Promise<readonly unknown[]> {
  const versions = await get(versionsUrl);
  const entry = (versions.data as unknown[]).find((each) => field(each, 'version') === '2.2.1');
  const details = await get(textField(entry, 'url') ?? '');
  return listField(details.data, 'endpoints');
}

function isTaken({ http, statusCode = 0 }: Answer): boolean {
  return http < 300 && statusCode >= 1000 && statusCode < 2000;
}

function pullsFrom(
  platform: TrialPlatform,
  endpoints: readonly unknown[],
  source: Omit<PullSource, 'url'>,
): ReadonlyMap<string, TrialPull> {
  const pulls = (['locations', 'tariffs', 'tokens', 'sessions', 'cdrs'] as const).map((module): [string, TrialPull] => {
    const sender = endpoints.find((each) => field(each, 'identifier') === module && field(each, 'role') === 'SENDER');
    return [module, new TrialPull(platform[module], platform, { ...source, url: textField(sender, 'url') ?? '' })];
  });
  return new Map(pulls);
}
