import { request } from 'undici';
import { textField } from '../check/field';
import type { Invitation, PlatformHooks, PlatformLink } from '../target/platform-hooks';

/** The roaming API of a Roamgrid platform. */
export interface RoamingApi {
  /** Without a slash at the end. */
  readonly url: string;
  /** A key that opens also the calls about peers. */
  readonly apiKey: string;
}

/** The hooks of a Roamgrid platform: its roaming API does what an operator and a backend do. */
export function roamingApiHooks(api: RoamingApi): Required<PlatformHooks> {
  return {
    invite: (name) => inviteBy(api, name),
    seed: async (module, objects) => {
      const lines = objects.map((object) => JSON.stringify(object)).join('\n');
      const path = `/v1/${module}/import?results=refused`;
      const answer = await callApi(api, 'POST', path, `${lines}\n`, 'application/x-ndjson');
      const [summary = '', ...refused] = answer.trim().split('\n').reverse();
      if (!/"refused":0\b/.test(summary)) throw new Error(`the import refused lines: ${refused.join('\n')} ${summary}`);
    },
    patch: async (module, path, changes) => {
      await callApi(
        api,
        'PATCH',
        `/v1/${[module, ...path].map(encodeURIComponent).join('/')}`,
        JSON.stringify(changes),
      );
    },
    connect: async (name, { versionsUrl, token }): Promise<PlatformLink> => {
      const body = JSON.stringify({ name, versions_url: versionsUrl, token });
      const peer = JSON.parse(await callApi(api, 'POST', '/v1/peers', body)) as unknown;
      const path = `/v1/peers/${encodeURIComponent(textField(peer, 'id') ?? '')}`;
      return {
        renew: async () => void (await callApi(api, 'POST', `${path}/renew`)),
        pull: async (module, full) =>
          void (await callApi(api, 'POST', `${path}/pull`, JSON.stringify({ module, full }))),
        disconnect: async () => void (await callApi(api, 'DELETE', path)),
      };
    },
  };
}

async function inviteBy(api: RoamingApi, name: string): Promise<Invitation> {
  const answer = JSON.parse(await callApi(api, 'POST', '/v1/peers/invitations', JSON.stringify({ name }))) as unknown;
  return { versionsUrl: textField(answer, 'versions_url') ?? '', token: textField(answer, 'token') ?? '' };
}

/** Gives the body of a 2xx answer; throws Error with the body of any other. */
async function callApi(
  { url, apiKey }: RoamingApi,
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: string,
  contentType = 'application/json',
): Promise<string> {
  const headers = { 'x-api-key': apiKey, ...(body !== undefined && { 'content-type': contentType }) };
  const response = await request(url + path, { method, headers, body: body ?? null });
  const text = await response.body.text();
  if (response.statusCode < 300) return text;
  throw new Error(`${method} ${path}: HTTP ${response.statusCode} ${text.slice(0, 500)}`);
}
