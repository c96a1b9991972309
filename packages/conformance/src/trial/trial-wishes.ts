import { isDeepStrictEqual } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import { isOf, requestKind, type ConversationDeclaration, type CredentialsRole } from '@roamgrid/modules';
import { addQuery, joinUrl, partyKey } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient } from '../http/platform-client';
import type { PeerReply } from '../peer/recorded-request';
import type { OwnWrite, Talk, Wish } from '../target/platform-hooks';
import type { TrialPeer, TrialPlatform } from './trial-platform';
import { outgoing } from './trial-push';
import { shownTalk, type TrialTalk } from './trial-talk';

const UNKNOWN: PeerReply = { http: 404, status: 2001 };
const REFUSED: OwnWrite = { taken: false, warnings: [], said: 'refused' };

/** What the trial platform asks of the stations of its peers. */
export class TrialWishes {
  readonly #platform: TrialPlatform;
  readonly #talks: TrialTalk[] = [];

  constructor(platform: TrialPlatform) {
    this.#platform = platform;
  }

  /** `replyUrl`: where the result is to be told, if not at a URL of its own. */
  begin(module: ConversationDeclaration, { kind, from, to, request }: Wish, replyUrl?: string): OwnWrite & { readonly talk?: Talk } {
    const { defects, peers, random } = this.#platform;
    const token = this.#tokenOf(request);
    const peer = peers.find((each) => (listField(each.credentials, 'roles') as readonly CredentialsRole[]).some((role) => partyKey(role) === partyKey(to)));
    if (!peer || token === 'refused') return REFUSED;
    const secret = defects.has('one response_url for all') ? 'result' : random().padEnd(40, 'q7w9');
    const url = replyUrl ?? joinUrl(this.#platform.url, '2.2.1', 's', module.id, 'results', secret);
    const whole = { ...request, ...(token && { token }) };
    const talk: TrialTalk = {
      ...{ handle: random(), module: module.id, kind, declared: requestKind(module, kind), direction: 'asking', peer, counterpart: to, party: from },
      ...{ request: whole, url, state: 'SENT' },
    };
    this.#talks.unshift(talk);
    void this.#ask(talk, module);
    return { taken: true, warnings: [], said: 'sent', talk: shownTalk(talk) };
  }

  read({ handle }: Talk): Talk {
    const found = this.#talks.find((talk) => talk.handle === handle);
    if (!found) throw new Error(`no conversation ${handle}`);
    return shownTalk(found);
  }

  /** Takes a result at the URL of that secret. */
  take(secret: string, peer: TrialPeer, result: unknown): PeerReply {
    const { defects } = this.#platform;
    const talk = this.#talks.find(({ url }) => url.endsWith(`/${secret}`));
    if (!talk) return defects.has('unknown response_urls are 200') ? {} : UNKNOWN;
    if (talk.peer !== peer && !defects.has('results of anybody')) return UNKNOWN;
    if (talk.declared?.result.put.received(result).ok !== true && !defects.has('results are not checked')) return { status: 2001 };
    return this.#note(talk, result as JsonObject);
  }

  #note(talk: TrialTalk, result: JsonObject): PeerReply {
    const { defects } = this.#platform;
    const done: PeerReply = defects.has('a result is answered with data') ? { data: {} } : {};
    if (talk.state === 'TIMED_OUT') {
      if (defects.has('late results are 404')) return UNKNOWN;
      talk.late ??= result;
      return done;
    }
    if (talk.state === 'SENT' && defects.has('early results are lost')) return done;
    if (talk.result === undefined || defects.has('many results')) {
      talk.state = 'COMPLETED';
      talk.result = result;
      return done;
    }
    if (isDeepStrictEqual(talk.result, result) || isDeepStrictEqual(talk.ended, result)) return done;
    const mayEnd = talk.result['result'] === 'ACCEPTED' && result['result'] === talk.declared?.endedBy;
    if (!mayEnd) return { status: 2001 };
    talk.ended = result;
    return done;
  }

  /** Undefined: the request has none. */
  #tokenOf(request: JsonObject): JsonObject | 'refused' | undefined {
    const { defects, tokens, roles } = this.#platform;
    const { token } = request;
    if (!isJsonObject(token)) return undefined;
    if (token['country_code'] === undefined) {
      const found = tokens.own.find((each) => each['uid'] === token['uid'] && each['type'] === token['type']);
      return found?.['valid'] === true || (found && defects.has('foreign Tokens are sent')) ? found : 'refused';
    }
    const isOwn = roles.some(({ country_code, party_id }) => country_code === token['country_code'] && party_id === token['party_id']);
    return isOwn || defects.has('foreign Tokens are sent') ? token : 'refused';
  }

  async #ask(talk: TrialTalk, { id, response }: ConversationDeclaration): Promise<void> {
    const { defects } = this.#platform;
    const answer = await this.#send(talk, id);
    const data = answer?.statusCode === 1000 && isOf(response.type, answer.data) ? answer.data : undefined;
    if (data) talk.response = data;
    if (talk.state !== 'SENT') return;
    talk.state = data ? (data['result'] === 'ACCEPTED' || defects.has('every answer is a yes') ? 'WAITING' : 'REFUSED') : 'FAILED';
    await pause(Number(data?.['timeout'] ?? 0) * 1_000, undefined, { ref: false });
    if (talk.state === 'WAITING' && !defects.has('waits for results for ever')) talk.state = 'TIMED_OUT';
  }

  #send({ declared, peer, request, url, party, counterpart }: TrialTalk, module: string): Promise<Answer | undefined> {
    if (!declared) return Promise.resolve(undefined);
    const { method, segment, place } = declared;
    const receiver = peer.endpoints.find((each) => field(each, 'identifier') === module && field(each, 'role') === 'RECEIVER');
    const word = 'word' in segment ? segment.word : String(request[segment.field]);
    const { session_id: _session, ...withoutSession } = request;
    const body = { ...('word' in segment ? request : withoutSession), response_url: url };
    const endpoint = joinUrl(textField(receiver, 'url') ?? '', word);
    const plain = this.#platform.defects.has('response_url goes out as it is');
    const query = new URLSearchParams(Object.entries(body).map(([name, value]): [string, string] => [name, String(value)])).toString();
    const to = place === 'body' ? endpoint : addQuery(endpoint, plain ? decodeURIComponent(query) : query);
    const token = textField(peer.credentials, 'token') ?? '';
    const options = { ...outgoing(this.#platform, token), routing: { from: party, to: counterpart }, ...(place === 'body' && { body }) };
    return new PlatformClient(token).call(method, to, options).catch(() => undefined);
  }
}
