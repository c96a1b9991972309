import { objectKey, partyKey, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type ConversationReply, type ConversationsCalls, type Handlers } from '@roamgrid/runtime';

type View = Readonly<Record<string, unknown>> & Party & { readonly id: string };

/** The service of a conversation module that keeps views in memory, newest first, and remembers its calls. */
export class MemoryConversations {
  readonly stored: View[] = [];
  readonly calls: { readonly name: string; readonly request: unknown }[] = [];
  readonly #module: string;

  constructor(module: string) {
    this.#module = module;
  }

  /** Every request of calls of that name, with what it carries as JSON. */
  requests(name: string): Record<string, unknown>[] {
    return this.calls.filter((call) => call.name === name).map(({ request }) => readable(request as Record<string, unknown>));
  }

  /** Keeps a conversation, the newest of all. */
  keep(party: Party, about: Readonly<Record<string, unknown>>): View {
    const moment = '2026-06-01T08:00:00.000Z';
    const id = `C${this.stored.length + 1}`;
    const with_ = { country_code: 'DE', party_id: 'CPO' };
    const frame = { module: this.#module, state: 'REQUESTED', direction: 'asking', peer: 'p1', with: with_, request: {} };
    const view = { ...party, id, ...frame, ...about, deadline: moment, created: moment, last_updated: moment };
    this.stored.unshift(view);
    return view;
  }

  handlers(): Handlers<ConversationsCalls> {
    const elsewhere = (): never => {
      throw new Error('peers ask elsewhere');
    };
    return {
      Receive: this.#noted('Receive', elsewhere),
      TakeResult: this.#noted('TakeResult', elsewhere),
      TakeNotice: this.#noted('TakeNotice', elsewhere),
      Begin: this.#noted('Begin', ({ kind, from, to, json }) => toReply(this.keep(from, { kind, with: to, request: complete(from, parsed(json)) }))),
      Answer: this.#noted('Answer', ({ party, id, json }) => toReply(this.#answer(party, id, parsed(json)))),
      Notify: this.#noted('Notify', ({ kind, party, json }) => {
        const notice = parsed(json) as Record<string, unknown>;
        return { conversations: notice['session_id'] === 'nobody' ? [] : [toReply(this.keep(party, { kind, request: notice }))] };
      }),
      Get: this.#noted('Get', ({ party, id }) => toReply(this.#find(party, id))),
      List: this.#noted('List', ({ parties, direction, state, limit, after }) => {
        const wanted = parties.map(partyKey);
        const found = this.stored.filter(
          (view) =>
            (wanted.length === 0 || wanted.includes(partyKey(view))) &&
            (direction === '' || view['direction'] === direction) &&
            (state === '' || view['state'] === state),
        );
        const from = after === '' ? 0 : found.findIndex(({ id }) => `1 ${id}` === after) + 1;
        const shown = found.slice(from, from + limit);
        return { conversations: shown.map(toReply), next: found.length > from + limit ? `1 ${shown.at(-1)?.id ?? ''}` : '' };
      }),
    };
  }

  #answer(party: Party, id: string, result: unknown): View {
    const known = this.#find(party, id);
    if (known['state'] !== 'WAITING') throw new RoamgridError('conversation.over', `it is ${String(known['state'])}`);
    const view = { ...known, state: 'COMPLETED', result, told: false };
    this.stored[this.stored.indexOf(known)] = view;
    return view;
  }

  #find(party: Party, id: string): View {
    const found = this.stored.find((view) => view.id === id && partyKey(view) === partyKey(party));
    if (!found) throw new RoamgridError('conversation.unknown', `no ${id}`);
    return found;
  }

  #noted<Request, Reply>(name: string, answer: (request: Request) => Reply): (request: Request) => Promise<Reply> {
    return async (request) => {
      this.calls.push({ name, request });
      return Promise.resolve(answer(request));
    };
  }
}

/** A Token that is named stands there whole. */
function complete(owner: Party, request: unknown): unknown {
  if (typeof request !== 'object' || request === null || !('token' in request)) return request;
  const rest = { contract_id: 'C', issuer: 'ABC', valid: true, whitelist: 'ALLOWED', last_updated: '2026-06-01T08:00:00Z' };
  return { ...request, token: { ...owner, ...rest, ...(request.token as object) } };
}

function toReply(view: View): ConversationReply {
  return { key: objectKey(view, view.id), rev: 1, json: Buffer.from(JSON.stringify(view)) };
}

function readable({ json, ...request }: Record<string, unknown>): Record<string, unknown> {
  return { ...request, ...(Buffer.isBuffer(json) && { json: parsed(json) }) };
}

function parsed(json: Buffer): unknown {
  return JSON.parse(json.toString());
}
