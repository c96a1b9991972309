import { describeProblems, schemaAt, type ModuleDeclaration } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import type { Defect } from './defect';
import { isOf, isSame, momentOf, trialPage, type Stored } from './trial-page';
import { isEnded, mergedPeriods, putSession } from './trial-sessions';

const NOT_FOUND: PeerReply = { http: 404, status: 2001 };
const INVALID: PeerReply = { status: 2001 };

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

  /** The own object with the same key. */
  ownLike(object: JsonObject): JsonObject | undefined {
    return this.#own.get(this.#keyOf(object))?.object;
  }

  /** Ends an own object. */
  removeOwn(object: JsonObject): void {
    this.#own.delete(this.#keyOf(object));
  }

  /** A received object. */
  received(owner: Party, ...ids: readonly string[]): JsonObject | undefined {
    return this.#received.get(this.#keyOf({ ...owner, ...this.#named(ids) }))?.object;
  }

  /** The first object that was received and is such a one, whoever sent it. */
  receivedBy(isIt: (object: JsonObject) => boolean): JsonObject | undefined {
    return [...this.#received.values()].find(({ object }) => isIt(object))?.object;
  }

  /** What was received of one party. */
  receivedOf(owner: Party): readonly JsonObject[] {
    const isIts = ({ object }: Stored): boolean => this.#keyOf({ ...object, id: '', uid: '' }) === this.#keyOf({ ...owner, id: '', uid: '', type: object['type'] });
    return [...this.#received.values()].filter(isIts).map(({ object }) => object);
  }

  /** Takes an object as a page brings it. */
  take(object: JsonObject): void {
    this.#putWhole(this.#keyOf(object), object);
  }

  /** Loses what was received. */
  drop(object: JsonObject): void {
    this.#received.delete(this.#keyOf(object));
  }

  /** `readers`: parties of who asks. */
  sender([id, ...nested]: readonly string[], query: URLSearchParams, to: Party | undefined, readers: readonly Party[]): PeerReply {
    if (id === undefined) return this.#list(query, to, readers);
    if (this.module.id !== 'locations') return NOT_FOUND;
    const found = this.own.find((object) => this.#key(object['id']) === this.#key(id) && isOf(object, to));
    return this.#show(found, nested);
  }

  /** `ids`: what names an object within its party, then what names nested ones. */
  receiver({ method, text, json }: RecordedRequest, owner: Party, ids: readonly string[]): PeerReply {
    const names = ids.slice(0, this.module.key.length - 2);
    const nested = ids.slice(names.length);
    const key = this.#keyOf({ ...owner, ...this.#named(names) });
    const stored = this.#received.get(key);
    if (method === 'GET') return this.#show(stored?.object, nested);
    if (method === 'DELETE') return this.#delete(key);
    if (method !== 'PUT' && (method !== 'PATCH' || this.module.deletable)) return this.#notAllowed();
    if (json === undefined) return this.#defects.has('no JSON is 200') ? INVALID : { http: 400, status: 2001 };
    const level = this.#level(nested.length - 1);
    const expected = level ? { [level.id]: nested.at(-1) ?? '' } : { ...owner, ...this.#named(names) };
    const reply = this.#judge(method, json, { depth: nested.length, expected, text });
    if (reply) return reply;
    return nested.length === 0 && method === 'PUT'
      ? this.#putWhole(key, json as JsonObject)
      : this.#change(stored, nested, json as JsonObject, method);
  }

  /** Takes an object that its body alone names, or not: with the reply. */
  post(json: unknown, text: string): PeerReply {
    const checked = this.#judge('PUT', json, { depth: 0, expected: {}, text });
    if (checked) return checked;
    const object = json as JsonObject;
    const key = this.#keyOf(object);
    const known = this.#received.get(key);
    const differs = known && JSON.stringify(known.object) !== JSON.stringify(object);
    if (differs && !this.#defects.has('CDRs are overwritten')) return INVALID;
    return this.#putWhole(key, object);
  }

  #delete(key: string): PeerReply {
    if (!this.module.deletable && !this.#defects.has('Locations are deleted')) return this.#notAllowed();
    return this.#received.delete(key) ? {} : NOT_FOUND;
  }

  #judge(
    method: 'PUT' | 'PATCH',
    json: unknown,
    { depth, expected, text }: { readonly depth: number; readonly expected: Readonly<Record<string, string>>; readonly text: string },
  ): PeerReply | undefined {
    const schema = schemaAt(this.module, '2.2.1', depth);
    const lenient = this.#defects.has('PATCH needs no last_updated') && isJsonObject(json) && !('last_updated' in json);
    const checked = lenient ? { ...json, last_updated: '2026-01-05T20:00:00Z' } : json;
    const verdict = method === 'PUT' ? schema.put.received(checked) : schema.patch.received(checked);
    if (!verdict.ok) return { ...INVALID, message: describeProblems(verdict.problems) };
    const foreign = Object.entries(expected).some(([name, value]) => !isSame(textField(json, name) ?? value, value));
    return foreign || text.length > 1_000_000 ? INVALID : undefined;
  }

  #putWhole(key: string, object: JsonObject): PeerReply {
    const known = this.#received.get(key);
    if (known && momentOf(object) < momentOf(known.object) && !this.#defects.has('late pushes win')) return {};
    const whole = this.#keepRemoved(object, known?.object);
    const merged = known && this.#defects.has('PUT merges') ? { ...known.object, ...whole } : whole;
    const kept = this.module.final ? putSession(this.#defects, known?.object, merged) : merged;
    this.#received.set(key, { object: kept, created: known?.created ?? this.#received.size });
    return known || this.#defects.has('PUT is always 200') ? {} : { http: 201 };
  }

  #change(stored: Stored | undefined, nested: readonly string[], json: JsonObject, method: 'PUT' | 'PATCH'): PeerReply {
    if (!stored) return this.#defects.has('skeletons are made') ? {} : NOT_FOUND;
    if (this.module.final && isEnded(this.#defects, stored.object)) return INVALID;
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
    const periods = this.module.final && { charging_periods: mergedPeriods(this.#defects, object, json) };
    return { ...object, ...json, ...periods };
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

  #key(id: unknown): string {
    return this.#defects.has('the case of ids counts') ? String(id) : String(id).toUpperCase();
  }

  #keyOf(object: JsonObject): string {
    const country = this.#defects.has('parties are told by party_id') ? '' : String(object['country_code']);
    const ids = this.module.key.slice(2).filter((name) => name !== 'type' || !this.#defects.has('the type of a Token is ignored'));
    return this.#key([country, object['party_id'], ...ids.map((name) => object[name])].map(String).join('*'));
  }

  #named(ids: readonly string[]): Record<string, string> {
    return Object.fromEntries(this.module.key.slice(2).map((name, index) => [name, ids[index] ?? '']));
  }

  #list(query: URLSearchParams, to: Party | undefined, readers: readonly Party[]): PeerReply {
    const { audience } = this.module;
    const received = this.passesOn || this.#defects.has('what is received is listed') ? [...this.#received.values()] : [];
    const isReader = (object: JsonObject): boolean =>
      !audience || this.#defects.has('the audience is ignored') || audience(object).some((party) => readers.some((reader) => isOf({ ...reader }, party)));
    const hidden = (object: JsonObject): boolean => this.#defects.has('revoked Tokens are hidden') && object['valid'] === false;
    const list = {
      url: this.#url,
      defects: this.#defects,
      needsFrom: this.module.interfaces.sender.some(({ from }) => from === 'required'),
      stored: [...this.#own.values(), ...received],
      isFor: (object: JsonObject) => (this.passesOn || isOf(object, to)) && isReader(object) && !hidden(object),
    };
    return trialPage(list, query);
  }
}
