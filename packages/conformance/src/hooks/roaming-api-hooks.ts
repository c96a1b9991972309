import { request } from 'undici';
import { field, listField, textField, type JsonObject } from '../check/field';
import { conversationHooks } from './conversation-hooks';
import type { Invitation, OwnWrite, PlatformHooks, PlatformLink } from '../target/platform-hooks';

/** The roaming API of a Roamgrid platform. */
export interface RoamingApi {
  /** Without a slash at the end. */
  readonly url: string;
  /** A key that opens also the calls about peers. */
  readonly apiKey: string;
}

/**
 * The hooks of a Roamgrid platform: its roaming API does what an operator and a backend do. What needs the machine under
 * the platform is not among them.
 */
export function roamingApiHooks(
  api: RoamingApi,
): Required<Omit<PlatformHooks, 'breakDown' | 'logs' | 'withRoles'>> {
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
    write: (module, objects) => writeBy(api, module, objects),
    remove: async (module, path) => {
      const { status, text } = await ask(api, 'DELETE', `/v1/${[module, ...path].map(encodeURIComponent).join('/')}`);
      return { taken: status < 300, warnings: [], said: text };
    },
    driverView: async (path, driver) => {
      const url = `/v1/driver-view/locations/${path.map(encodeURIComponent).join('/')}`;
      return JSON.parse(await callApi(api, 'POST', url, JSON.stringify(driver))) as JsonObject;
    },
    authorize: async (token) => {
      const { status, text } = await ask(api, 'POST', '/v1/tokens/authorize', JSON.stringify(token));
      if (status === 404) return undefined;
      if (status >= 300) throw new Error(`POST /v1/tokens/authorize: HTTP ${status} ${text.slice(0, 500)}`);
      return JSON.parse(text) as JsonObject;
    },
    conversations: conversationHooks((...call) => ask(api, ...call)),
    report: async () => {
      const [peers, status] = [await callApi(api, 'GET', '/v1/peers'), await callApi(api, 'GET', '/v1/status')];
      return `${peers}\n${status}`;
    },
    connect: async (name, { versionsUrl, token }, quirks = {}): Promise<PlatformLink> => {
      const body = JSON.stringify({ name, versions_url: versionsUrl, token, quirks });
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

async function writeBy(api: RoamingApi, module: string, objects: readonly JsonObject[]): Promise<OwnWrite[]> {
  const lines = objects.map((object) => JSON.stringify(object)).join('\n');
  const answer = await callApi(api, 'POST', `/v1/${module}/import`, `${lines}\n`, 'application/x-ndjson');
  const results = answer.trim().split('\n').slice(0, -1);
  return results.map((line): OwnWrite => {
    const result = JSON.parse(line) as unknown;
    const warnings = listField(result, 'warnings').map((warning) => textField(warning, 'row') ?? '');
    return { taken: field(result, 'outcome') !== 'refused', warnings, said: line };
  });
}

/** Gives the body of a 2xx answer; throws Error with the body of any other. */
async function callApi(
  api: RoamingApi,
  method: ApiMethod,
  path: string,
  body?: string,
  contentType?: string,
): Promise<string> {
  const { status, text } = await ask(api, method, path, body, contentType);
  if (status < 300) return text;
  throw new Error(`${method} ${path}: HTTP ${status} ${text.slice(0, 500)}`);
}

/** Methods of the roaming API that hooks use. */
export type ApiMethod = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** An answer of the roaming API. */
export interface ApiAnswer {
  readonly status: number;
  readonly text: string;
}

async function ask(
  { url, apiKey }: RoamingApi,
  method: ApiMethod,
  path: string,
  body?: string,
  contentType = 'application/json',
): Promise<ApiAnswer> {
  const headers = { 'x-api-key': apiKey, ...(body !== undefined && { 'content-type': contentType }) };
  const response = await request(url + path, { method, headers, body: body ?? null });
  return { status: response.statusCode, text: await response.body.text() };
}
