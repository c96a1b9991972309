import { conversationById, conversations, type ConversationDeclaration, type ConversationId, type RequestKind } from '@roamgrid/modules';
import { joinUrl, readRouting } from '@roamgrid/ocpi';
import { isJsonObject, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import type { Conversations } from '../target/platform-hooks';
import { rolesOf, TrialAsked } from './trial-asked';
import type { TrialPeer, TrialPlatform } from './trial-platform';
import { shownTalk, type TrialTalk } from './trial-talk';
import { TrialPassing } from './trial-passing';
import { TrialWishes } from './trial-wishes';

const INVALID: PeerReply = { status: 2001 };
const NOT_FOUND: PeerReply = { http: 404, status: 2001 };
const NOT_ALLOWED: PeerReply = { http: 405, status: 2000 };

/** The commands and charging profiles of the trial platform, of both sides. */
export class TrialConversations {
  readonly asked: TrialAsked;
  readonly wishes: TrialWishes;
  readonly passing: TrialPassing;
  readonly #platform: TrialPlatform;
  readonly #heard: TrialTalk[] = [];

  constructor(platform: TrialPlatform) {
    this.#platform = platform;
    this.asked = new TrialAsked(platform);
    this.wishes = new TrialWishes(platform);
    this.passing = new TrialPassing(platform, this.wishes);
  }

  get hooks(): Conversations {
    return {
      asked: (module) => Promise.resolve([...this.#heard, ...this.asked.talks].filter((talk) => talk.module === module).map(shownTalk)),
      answer: (_module, talk, result) => Promise.resolve(this.asked.answer(talk, result)),
      begin: (module, wish) => Promise.resolve(this.wishes.begin(declarationOf(module), wish)),
      read: (_module, talk) => Promise.resolve(this.wishes.read(talk)),
      tell: (party, notice) => this.asked.notify(party, notice),
    };
  }

  /** Answers a request to one of these modules; undefined where it is to none. */
  answer(request: RecordedRequest, path: string, query: URLSearchParams, peer: TrialPeer): Promise<PeerReply> | PeerReply | undefined {
    const [, , side, id = '', ...segments] = path.split('/').map(decodeURIComponent);
    const module = conversationById(id);
    if (!module) return undefined;
    return side === 'r' ? this.#receive(module, request, segments, query, peer) : this.#hear(module, request, segments, peer);
  }

  #receive(module: ConversationDeclaration, { method, json, text, headers }: RecordedRequest, [segment]: readonly string[], query: URLSearchParams, peer: TrialPeer): Promise<PeerReply> | PeerReply {
    const kind = module.requests.find((each) => each.method === method && (!('word' in each.segment) || each.segment.word === segment));
    if (!kind || segment === undefined) return module.id === 'commands' && method === 'POST' ? NOT_FOUND : NOT_ALLOWED;
    if (text !== '' && json === undefined) return { http: 400, status: 2001 };
    const named = 'field' in kind.segment ? { [kind.segment.field]: segment } : {};
    const whole = { ...(kind.place === 'body' ? (isJsonObject(json) ? json : {}) : readQuery(kind, query)), ...named };
    const isValid = kind.schema.put.received(whole).ok && query.getAll('response_url').length < 2;
    if (!isValid && !this.#platform.defects.has('requests are not checked')) return INVALID;
    const { from } = readRouting(headers);
    const emsp = rolesOf(peer, from).find(({ role }) => module.asks.includes(role));
    if (!emsp) return INVALID;
    const { response_url: url, ...request } = whole as JsonObject;
    const counterpart = { country_code: emsp.country_code, party_id: emsp.party_id };
    const asked = { module, kind, peer, counterpart, url: String(url), request };
    return this.passing.receive(asked).then((passed) => passed ?? this.asked.receive(asked));
  }

  /** What comes to the side that asks: results, and what is told unasked. */
  #hear(module: ConversationDeclaration, { method, json }: RecordedRequest, [first, secret]: readonly string[], peer: TrialPeer): PeerReply {
    const { defects, cpo, random } = this.#platform;
    if (secret !== undefined) return method === 'POST' ? this.wishes.take(secret, peer, json) : NOT_ALLOWED;
    const [notice] = module.notices;
    if (method !== 'PUT' || !notice) return NOT_ALLOWED;
    const request = { ...(isJsonObject(json) ? json : {}), [notice.field]: first };
    if (!notice.schema.put.received(request).ok && !defects.has('requests are not checked')) return INVALID;
    const talk = { handle: random(), module: module.id, kind: notice.name, direction: 'asked', peer, counterpart: cpo, party: cpo, request, url: '', state: 'COMPLETED' } as const;
    if (!defects.has('told profiles are forgotten')) this.#heard.unshift(talk);
    void this.passing.tellOn(first ?? '', isJsonObject(json) ? json : {});
    return {};
  }
}

/** The interfaces of these modules that a platform with such roles lists. */
export function conversationSides({ roles, url }: Pick<TrialPlatform, 'roles' | 'url'>, sides: readonly string[]): JsonObject[] {
  return conversations.flatMap(({ id, asks, answers }) =>
    sides
      .filter((side) => roles.some(({ role }) => (side === 'SENDER' ? asks : [answers, 'HUB']).includes(role)))
      .map((role) => ({ identifier: id, role, url: joinUrl(url, '2.2.1', role === 'SENDER' ? 's' : 'r', id) })),
  );
}

function readQuery({ numbers }: RequestKind, query: URLSearchParams): JsonObject {
  return Object.fromEntries([...query].map(([name, text]) => [name, numbers.includes(name) && /^\d+$/.test(text) ? Number(text) : text]));
}

function declarationOf(id: ConversationId): ConversationDeclaration {
  const module = conversationById(id);
  if (!module) throw new Error(`no module ${id}`);
  return module;
}
