import { Header, joinUrl, nextLink, parseOcpiDateTime } from '@roamgrid/ocpi';
import { isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from './recorded-request';

interface PageState {
  readonly module: string;
  readonly offset: number;
  readonly from: string | undefined;
}

const CONVERSATIONS = ['commands', 'chargingprofiles'];
/** What this peer answers to a command or a profile; what it is told it takes. */
const WILLING = { result: 'ACCEPTED', timeout: 5 };

/** The functional modules of a scripted peer: what it lists as an owner, and what it was pushed as a receiver. */
export class PeerModules {
  /** Objects in a page, whatever the platform asks for. */
  pageSize = 100;
  /** How many objects too many the X-Total-Count of its lists says. */
  phantoms = 0;
  /** All next links that were given out. */
  readonly links: string[] = [];
  /** Answers an authorization of a Token of this peer; unknown unless a check says otherwise. */
  authorize: (uid: string, type: string, where: unknown) => PeerReply = () => ({ http: 404, status: 2004 });
  /** Called before a page is made; lets a list change under a crawl. */
  beforePage: (offset: number) => void = () => undefined;
  readonly #listed = new Map<string, unknown[]>();
  readonly #pushed = new Map<string, unknown>();
  readonly #pages = new Map<string, PageState>();
  /** Keys of CDRs by the number that their Location ends in: it says nothing of what it leads to. */
  readonly #places: string[] = [];
  readonly #base: string;

  /** `base`: URL below which the interfaces of both sides stand. */
  constructor(base: string) {
    this.#base = base;
  }

  /** Adds objects to what this peer lists on its sender interface. */
  list(module: string, objects: readonly unknown[]): void {
    this.#listed.set(module, [...(this.#listed.get(module) ?? []), ...objects]);
  }

  /** Takes objects of that id or uid off what this peer lists. */
  unlist(module: string, id: string): void {
    const isIt = (object: unknown): boolean => [textField(object, 'id'), textField(object, 'uid')].includes(id);
    this.#listed.set(module, (this.#listed.get(module) ?? []).filter((object) => !isIt(object)));
  }

  /** What this peer was pushed and has; `ids` are country code, party id and ids, of a Token uid and type. */
  held(module: string, ...ids: readonly string[]): unknown {
    return this.#pushed.get(joinUrl(`/${module}`, ...ids));
  }

  /** Loses what it was pushed. */
  forget(module: string, ...ids: readonly string[]): void {
    this.#pushed.delete(joinUrl(`/${module}`, ...ids));
  }

  answer(request: RecordedRequest): PeerReply {
    const [path = '', search] = request.path.split('?', 2);
    const query = new URLSearchParams(search);
    const [, , role, module = '', ...segments] = path.replace(/\/+$/, '').split('/');
    const ids = segments.map(decodeURIComponent);
    const type = query.get('type') ?? 'RFID';
    if (CONVERSATIONS.includes(module)) return role === 'receiver' ? { data: WILLING } : {};
    if (role === 'sender' && ids.length === 0) return this.#page(module, query);
    if (role === 'sender' && ids.length > 1) return this.#ask(ids, type, request);
    if (module === 'cdrs') return this.#cdr(request, path);
    if (role === 'receiver') return this.#receive(request, joinUrl(`/${module}`, ...ids, ...(module === 'tokens' ? [type] : [])));
    return { http: 404, status: 2000 };
  }

  /** Answers what is asked of an object. */
  #ask([id = '', action]: readonly string[], type: string, { json }: RecordedRequest): PeerReply {
    if (action === 'authorize') return this.authorize(id, type, json);
    return action === 'charging_preferences' ? { data: 'ACCEPTED' } : { http: 404, status: 2000 };
  }

  /** Takes a CDR once, and shows it where it said. */
  #cdr({ method, json }: RecordedRequest, path: string): PeerReply {
    if (method === 'GET') {
      const stored = this.#pushed.get(this.#places[Number(path.split('/').at(-1))] ?? '');
      return stored === undefined ? { http: 404, status: 2000 } : { data: stored };
    }
    if (method !== 'POST') return { http: 405, status: 2000 };
    const key = joinUrl('/cdrs', ...['country_code', 'party_id', 'id'].map((name) => textField(json, name) ?? ''));
    const known = this.#places.indexOf(key);
    if (known < 0) this.#places.push(key);
    this.#pushed.set(key, json);
    const place = known < 0 ? this.#places.length - 1 : known;
    return { http: known < 0 ? 201 : 200, headers: { location: joinUrl(this.#base, 'kept', 'cdrs', String(place)) } };
  }

  /** Pages by a token that means nothing to the reader, so that only a followed Link leads on (PAG-15). */
  #page(module: string, query: URLSearchParams): PeerReply {
    const state = this.#pages.get(query.get('page') ?? '');
    const offset = state?.offset ?? Number(query.get('offset') ?? 0);
    const from = state ? state.from : (query.get('date_from') ?? undefined);
    if (module === 'sessions' && from === undefined) return { status: 2001 };
    this.beforePage(offset);
    const all = (this.#listed.get(module) ?? []).filter((object) => isUpdatedFrom(object, from));
    const data = all.slice(offset, offset + this.pageSize);
    const next = offset + data.length;
    const link = next < all.length ? this.#link({ module, offset: next, from }) : undefined;
    const headers = {
      [Header.TotalCount]: String(all.length + this.phantoms),
      [Header.Limit]: String(this.pageSize),
      ...(link !== undefined && { [Header.Link]: nextLink(link) }),
    };
    return { data, headers };
  }

  #link(state: PageState): string {
    const page = `p${this.links.length}-${state.offset}`;
    this.#pages.set(page, state);
    const link = `${joinUrl(this.#base, 'sender', state.module)}?page=${page}&note=a%20b%2Bc`;
    this.links.push(link);
    return link;
  }

  #receive({ method, json }: RecordedRequest, key: string): PeerReply {
    const stored = this.#pushed.get(key);
    if (method === 'GET') return stored === undefined ? { http: 404, status: 2000 } : { data: stored };
    if (method === 'DELETE') return this.#pushed.delete(key) ? {} : { http: 404, status: 2000 };
    if (method === 'PATCH') {
      if (!isJsonObject(stored)) return { http: 404, status: 2000 };
      const added = listField(json, 'charging_periods');
      const periods = added.length > 0 && { charging_periods: [...listField(stored, 'charging_periods'), ...added] };
      this.#pushed.set(key, { ...stored, ...(json as JsonObject), ...periods });
      return {};
    }
    this.#pushed.set(key, json);
    return stored === undefined ? { http: 201 } : {};
  }
}

function isUpdatedFrom(object: unknown, from: string | undefined): boolean {
  if (from === undefined) return true;
  const updated = parseOcpiDateTime(textField(object, 'last_updated') ?? '') ?? 0;
  return updated >= (parseOcpiDateTime(from) ?? 0);
}
