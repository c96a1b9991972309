import { describeProblems, schemaAt, type ModuleDeclaration } from '@roamgrid/modules';
import { Header, nextLink, parseOcpiDateTime, type Party } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import type { Defect } from './defect';

interface Stored {
  object: JsonObject;
  readonly created: number;
}

const NOT_FOUND: PeerReply = { http: 404, status: 2001 };
const INVALID: PeerReply = { status: 2001 };
const MAX_LIMIT = 5;

/** The objects of a module of the trial platform: its own, which it lists, and those that it received. */
export class TrialObjects {
  readonly #own = new Map<string, Stored>();
  readonly #received = new Map<string, Stored>();
  readonly #url: string;
  readonly #defects: ReadonlySet<Defect>;

  constructor(
    readonly module: ModuleDeclaration,
    url: string,
    defects: ReadonlySet<Defect>,
    /** Lists also what was received. */
    readonly passesOn: boolean,
  ) {
    this.#url = url;
    this.#defects = defects;
  }

  /** Writes an object of the platform's own; gives it as it is listed from then on, and what there was before. */
  seed(given: JsonObject): { readonly object: JsonObject; readonly before: JsonObject | undefined } {
    const key = this.#keyOf(given);
    const known = this.#own.get(key);
    const object = this.#keepRemoved(given, known?.object);
    this.#own.set(key, { object, created: known?.created ?? this.#own.size });
    return { object, before: known?.object };
  }

  /** All own objects. */
  get own(): readonly JsonObject[] {
    return [...this.#own.values()].map(({ object }) => object);
  }

  /** Ends an own object. */
  removeOwn(object: JsonObject): void {
    this.#own.delete(this.#keyOf(object));
  }

  /** A received object. */
  received(owner: Party, id: string): JsonObject | undefined {
    return this.#received.get(this.#keyOf({ ...owner, id }))?.object;
  }

  /** Keys of what was received of one party. */
  receivedOf(owner: Party): readonly JsonObject[] {
    const isIts = ({ object }: Stored): boolean => this.#keyOf({ ...object, id: '' }) === this.#keyOf({ ...owner, id: '' });
    return [...this.#received.values()].filter(isIts).map(({ object }) => object);
  }

  /** Takes an object as a page brings it. */
  take(object: JsonObject): void {
    this.#putWhole(this.#keyOf(object), object);
  }

  drop(owner: Party, id: string): void {
    this.#received.delete(this.#keyOf({ ...owner, id }));
  }

  sender([id, ...nested]: readonly string[], query: URLSearchParams, to: Party | undefined): PeerReply {
    if (id === undefined) return this.#list(query, to);
    if (this.module.id === 'tariffs') return NOT_FOUND;
    const found = this.own.find((object) => this.#key(object['id']) === this.#key(id) && isOf(object, to));
    return this.#show(found, nested);
  }

  receiver({ method, text, json }: RecordedRequest, owner: Party, [id = '', ...nested]: readonly string[]): PeerReply {
    const key = this.#keyOf({ ...owner, id });
    const stored = this.#received.get(key);
    if (method === 'GET') return this.#show(stored?.object, nested);
    if (method === 'DELETE') return this.#delete(key);
    if (method !== 'PUT' && (method !== 'PATCH' || this.module.deletable)) return this.#notAllowed();
    if (json === undefined) return this.#defects.has('no JSON is 200') ? INVALID : { http: 400, status: 2001 };
    const reply = this.#judge(method, json, [id, ...nested], owner, text);
    if (reply) return reply;
    return nested.length === 0 && method === 'PUT'
      ? this.#putWhole(key, json as JsonObject)
      : this.#change(stored, nested, json as JsonObject, method);
  }

  #delete(key: string): PeerReply {
    if (!this.module.deletable && !this.#defects.has('Locations are deleted')) return this.#notAllowed();
    return this.#received.delete(key) ? {} : NOT_FOUND;
  }

  #judge(
    method: 'PUT' | 'PATCH',
    json: unknown,
    ids: readonly string[],
    owner: Party,
    text: string,
  ): PeerReply | undefined {
    const schema = schemaAt(this.module, '2.2.1', ids.length - 1);
    const lenient = this.#defects.has('PATCH needs no last_updated') && isJsonObject(json) && !('last_updated' in json);
    const checked = lenient ? { ...json, last_updated: '2026-01-05T20:00:00Z' } : json;
    const verdict = method === 'PUT' ? schema.put.received(checked) : schema.patch.received(checked);
    if (!verdict.ok) return { ...INVALID, message: describeProblems(verdict.problems) };
    const names = { ...owner, [ids.length === 2 ? 'uid' : 'id']: ids.at(-1) ?? '' };
    const foreign = Object.entries(names).some(([name, value]) => !isSame(textField(json, name) ?? value, value));
    return foreign || text.length > 1_000_000 ? INVALID : undefined;
  }

  #putWhole(key: string, object: JsonObject): PeerReply {
    const known = this.#received.get(key);
    if (known && momentOf(object) < momentOf(known.object) && !this.#defects.has('late pushes win')) return {};
    const whole = this.#keepRemoved(object, known?.object);
    const merged = known && this.#defects.has('PUT merges') ? { ...known.object, ...whole } : whole;
    this.#received.set(key, { object: merged, created: known?.created ?? this.#received.size });
    return known || this.#defects.has('PUT is always 200') ? {} : { http: 201 };
  }

  #change(stored: Stored | undefined, nested: readonly string[], json: JsonObject, method: 'PUT' | 'PATCH'): PeerReply {
    if (!stored) return this.#defects.has('skeletons are made') ? {} : NOT_FOUND;
    let created = false;
    const apply = (object: JsonObject, depth: number): JsonObject | undefined => {
      const level = this.#level(depth);
      const id = nested[depth];
      if (id === undefined || !level) return this.#merge(object, json, method);
      const items = listField(object, level.list).filter(isJsonObject);
      const at = items.findIndex((item) => this.#key(item[level.id]) === this.#key(id));
      created = at < 0;
      const last = depth === nested.length - 1;
      if (at < 0 && !(last && method === 'PUT')) return this.#defects.has('skeletons are made') ? object : undefined;
      const item = at < 0 || (last && method === 'PUT') ? json : apply(items[at] ?? {}, depth + 1);
      if (item === undefined) return undefined;
      const list = at < 0 ? [...items, item] : items.map((each, index) => (index === at ? item : each));
      const kept = this.#defects.has('an EVSE replaces its siblings') && last ? [item] : list;
      return { ...object, [level.list]: kept, ...this.#bumped(object, json) };
    };
    const late = momentOf(json) < momentOf(this.#inside(stored.object, nested));
    if (late && !this.#defects.has('late pushes win')) return {};
    const changed = apply(stored.object, 0);
    if (!changed) return NOT_FOUND;
    stored.object = changed;
    return created && method === 'PUT' && !this.#defects.has('PUT is always 200') ? { http: 201 } : {};
  }

  #merge(object: JsonObject, json: JsonObject, method: 'PUT' | 'PATCH'): JsonObject {
    if (method === 'PUT' || this.#defects.has('PATCH replaces')) return json;
    return { ...object, ...json };
  }

  #bumped(object: JsonObject, json: JsonObject): JsonObject {
    if (this.#defects.has('last_updated stays below')) return {};
    const later = momentOf(json) > momentOf(object) || this.#defects.has('last_updated goes back');
    return later ? { last_updated: json['last_updated'] } : {};
  }

  #level(depth: number): { readonly list: string; readonly id: string } | undefined {
    const level = this.module.nested[depth];
    return level && { list: level.field, id: level.id };
  }

  #notAllowed(): PeerReply {
    const allow = this.module.deletable ? 'GET, PUT, DELETE' : 'GET, PUT, PATCH';
    return { http: 405, status: 2000, headers: { allow } };
  }

  #keepRemoved(object: JsonObject, before: JsonObject | undefined): JsonObject {
    if (!before || this.module.nested.length === 0 || this.#defects.has('dropped EVSEs vanish')) return object;
    const evses = listField(object, 'evses');
    const uids = new Set(evses.map((evse) => this.#key(field(evse, 'uid'))));
    const gone = listField(before, 'evses').filter((evse) => !uids.has(this.#key(field(evse, 'uid'))));
    const marked = gone.filter(isJsonObject).map((evse) => ({ ...evse, status: 'REMOVED' }));
    return gone.length === 0 ? object : { ...object, evses: [...evses, ...marked] };
  }

  #show(object: JsonObject | undefined, nested: readonly string[]): PeerReply {
    const found = this.#defects.has('the Location at every level') ? object : this.#inside(object, nested);
    if (found !== undefined) return { data: found };
    return this.#defects.has('unknown is 200') ? { data: null } : NOT_FOUND;
  }

  #inside(object: unknown, nested: readonly string[]): unknown {
    return nested.reduce<unknown>((at, id, depth) => {
      const level = this.#level(depth);
      if (!level) return undefined;
      return listField(at, level.list).find((item) => this.#key(field(item, level.id)) === this.#key(id));
    }, object);
  }

  #list(query: URLSearchParams, to: Party | undefined): PeerReply {
    const bad = ['offset', 'limit'].some((name) => !/^\d{0,15}$/.test(query.get(name) ?? ''));
    const times = ['date_from', 'date_to'].map((name) => query.get(name) ?? undefined);
    const instants = times.map((text) => (text === undefined ? undefined : parseOcpiDateTime(text)));
    const unread = times.some((text, index) => text !== undefined && instants[index] === undefined);
    if ((bad || unread) && !this.#defects.has('bad parameters are ignored')) return INVALID;
    const all = this.#window(instants[0], instants[1]).filter((object) => this.passesOn || isOf(object, to));
    const asked = query.has('limit') ? Number(query.get('limit')) : MAX_LIMIT;
    const limit = this.#defects.has('any limit') ? asked : Math.min(asked, MAX_LIMIT);
    const given = Number(query.get('offset') ?? 0);
    const offset = this.#defects.has('offset counts pages') ? given * limit : given;
    if (offset >= all.length && offset > 0 && this.#defects.has('an offset past the end is 404')) return NOT_FOUND;
    const data = all.slice(offset, offset + limit);
    if (data.length === 0 && this.#defects.has('no headers on an empty list')) return { data };
    const none = data.length === 0 && this.#defects.has('an empty list is null');
    return { data: none ? null : data, headers: this.#headers(query, offset, limit, data.length, all.length) };
  }

  #window(from: number | undefined, to: number | undefined): JsonObject[] {
    const [first, last] = [from ?? -Infinity, to ?? Infinity];
    const time = (stored: Stored): number =>
      this.#defects.has('filters by creation') ? Date.now() + stored.created : momentOf(stored.object);
    const isIn = (stored: Stored): boolean =>
      (this.#defects.has('date_from is exclusive') ? time(stored) > first : time(stored) >= first) &&
      (this.#defects.has('date_to is inclusive') ? time(stored) <= last : time(stored) < last);
    const byTime = this.#defects.has('ordered by last_updated');
    const received = this.passesOn || this.#defects.has('what is received is listed') ? [...this.#received.values()] : [];
    return [...this.#own.values(), ...received]
      .filter(isIn)
      .sort((a, b) => (byTime ? momentOf(a.object) - momentOf(b.object) : a.created - b.created))
      .map(({ object }) => object);
  }

  #headers(
    query: URLSearchParams,
    offset: number,
    limit: number,
    count: number,
    total: number,
  ): Record<string, string> {
    const next = offset + count < total || (this.#defects.has('a Link on the last page') && count > 0);
    const filters = this.#defects.has('the Link drops filters') ? [] : ['date_from', 'date_to'];
    const kept = filters.flatMap((name): [string, string][] =>
      query.has(name) ? [[name, query.get(name) ?? '']] : [],
    );
    const link = new URLSearchParams([...kept, ['offset', String(offset + count)], ['limit', String(limit)]]);
    return {
      [Header.TotalCount]: String(this.#defects.has('X-Total-Count counts the page') ? count : total),
      [Header.Limit]: String(this.#defects.has('X-Limit counts the page') ? count : limit),
      ...(next && { [Header.Link]: nextLink(`${this.#url}?${link.toString()}`) }),
    };
  }

  #key(id: unknown): string {
    return this.#defects.has('the case of ids counts') ? String(id) : String(id).toUpperCase();
  }

  #keyOf({ country_code, party_id, id }: JsonObject): string {
    const country = this.#defects.has('parties are told by party_id') ? '' : String(country_code);
    return this.#key(`${country}*${String(party_id)}*${String(id)}`);
  }
}

function isOf(object: JsonObject, party: Party | undefined): boolean {
  return (
    !party ||
    (isSame(textField(object, 'country_code') ?? '', party.country_code) &&
      isSame(textField(object, 'party_id') ?? '', party.party_id))
  );
}

function isSame(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}

function momentOf(object: unknown): number {
  return parseOcpiDateTime(textField(object, 'last_updated') ?? '') ?? 0;
}
