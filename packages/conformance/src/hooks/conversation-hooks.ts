import { joinUrl } from '@roamgrid/ocpi';
import { isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { Conversations, OwnWrite, Talk } from '../target/platform-hooks';
import type { ApiAnswer, ApiMethod } from './roaming-api-hooks';

type Ask = (method: ApiMethod, path: string, body?: string) => Promise<ApiAnswer>;

/** The conversations of a Roamgrid platform, by its roaming API. */
export function conversationHooks(ask: Ask): Conversations {
  return {
    asked: async (module) => {
      const answer = await ask('GET', `/v1/${module}?direction=asked&limit=200`);
      return listField(JSON.parse(read(answer)), 'items').map(talkOf);
    },
    answer: async (module, { handle }, result) => written(await ask('POST', `/v1/${module}${handle}/result`, JSON.stringify(result))),
    begin: async (module, { from, to, ...wish }) => {
      const nameOf = ({ country_code, party_id }: typeof from): string => `${country_code}*${party_id}`;
      const answer = await ask('POST', `/v1/${module}`, JSON.stringify({ ...wish, from: nameOf(from), to: nameOf(to) }));
      return { ...written(answer), ...(answer.status < 300 && { talk: talkOf(JSON.parse(answer.text)) }) };
    },
    read: async (module, { handle }) => talkOf(JSON.parse(read(await ask('GET', `/v1/${module}${handle}`)))),
    tell: async ({ country_code, party_id }, notice) =>
      written(await ask('POST', joinUrl('/v1/chargingprofiles', country_code, party_id, 'active'), JSON.stringify(notice))),
  };
}

function talkOf(shown: unknown): Talk {
  const text = (name: string): string => textField(shown, name) ?? '';
  const talk = isJsonObject(shown) ? (shown as JsonObject & Talk) : undefined;
  if (!talk) throw new Error(`expected a conversation: ${JSON.stringify(shown)}`);
  return { ...talk, handle: joinUrl('/', text('country_code'), text('party_id'), text('id')) };
}

function read({ status, text }: ApiAnswer): string {
  if (status < 300) return text;
  throw new Error(`a conversation cannot be read: HTTP ${status} ${text.slice(0, 500)}`);
}

function written({ status, text }: ApiAnswer): OwnWrite {
  if (status >= 500) throw new Error(`HTTP ${status} ${text.slice(0, 500)}`);
  return { taken: status < 300, warnings: [], said: text };
}
