import { Header, joinUrl, nextLink, parseOcpiDateTime } from '@roamgrid/ocpi';
import { isJsonObject, textField, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from './recorded-request';

interface PageState {
  readonly module: string;
  readonly offset: number;
  readonly from: string | undefined;
}

/** The functional modules of a scripted peer: what it lists as an owner, and what it was pushed as a receiver. */
export class PeerModules {
  /** Objects in a page, whatever the platform asks for. */
  pageSize = 100;
  /** How many objects too many the X-Total-Count of its lists says. */
  phantoms = 0;
  /** All next links that were given out. */
  readonly links: string[] = [];
  /** Called before a page is made; lets a list change under a crawl. */
  beforePage: (offset: number) => void = () => undefined;
  readonly #listed = new Map<string, unknown[]>();
  readonly #pushed = new Map<string, unknown>();
  readonly #pages = new Map<string, PageState>();
  readonly #senderUrl: (module: string) => string;

  constructor(senderUrl: (module: string) => string) {
    this.#senderUrl = senderUrl;
  }

  /** Adds objects to what this peer lists on its sender interface. */
  list(module: string, objects: readonly unknown[]): void {
    this.#listed.set(module, [...(this.#listed.get(module) ?? []), ...objects]);
  }

  /** Takes an object off what this peer lists. */
  unlist(module: string, id: string): void {
    this.#listed.set(module, (this.#listed.get(module) ?? []).filter((object) => textField(object, 'id') !== id));
  }

  /** What this peer was pushed and has; `ids` are country code, party id and ids. */
  held(module: string, ...ids: readonly string[]): unknown {
    return this.#pushed.get(joinUrl(`/${module}`, ...ids));
  }

  /** Loses what it was pushed. */
  forget(module: string, ...ids: readonly string[]): void {
    this.#pushed.delete(joinUrl(`/${module}`, ...ids));
  }

  answer(request: RecordedRequest): PeerReply {
    const [path = '', query] = request.path.split('?', 2);
    const [, , role, module = '', ...ids] = path.replace(/\/+$/, '').split('/');
    if (role === 'sender') return this.#page(module, new URLSearchParams(query));
    if (role === 'receiver') return this.#receive(request, joinUrl(`/${module}`, ...ids.map(decodeURIComponent)));
    return { http: 404, status: 2000 };
  }

  /** Pages by a token that means nothing to the reader, so that only a followed Link leads on (PAG-15). */
  #page(module: string, query: URLSearchParams): PeerReply {
    const state = this.#pages.get(query.get('page') ?? '');
    const offset = state?.offset ?? Number(query.get('offset') ?? 0);
    const from = state ? state.from : (query.get('date_from') ?? undefined);
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
    const link = `${this.#senderUrl(state.module)}?page=${page}&note=a%20b%2Bc`;
    this.links.push(link);
    return link;
  }

  #receive({ method, json }: RecordedRequest, key: string): PeerReply {
    const stored = this.#pushed.get(key);
    if (method === 'GET') return stored === undefined ? { http: 404, status: 2000 } : { data: stored };
    if (method === 'DELETE') return this.#pushed.delete(key) ? {} : { http: 404, status: 2000 };
    if (method === 'PATCH') {
      if (!isJsonObject(stored)) return { http: 404, status: 2000 };
      this.#pushed.set(key, { ...stored, ...(json as JsonObject) });
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
