import type { ModuleDeclaration } from '@roamgrid/modules';
import { foldCase, objectKey, partyKey, partyOfKey } from '@roamgrid/ocpi';
import {
  RoamgridError,
  type Fetched,
  type GetReply,
  type GetRequest,
  type ListReply,
  type ListRequest,
  type PartyCount,
} from '@roamgrid/runtime';
import { bodyOf, versionField, type ListedObject, type ObjectDocument, type ObjectStore, type PageRequest, type Tally } from '@roamgrid/store';
import { findNested, type MutableObject } from './nested-item';
import { SharedReads } from './shared-reads';

const EMPTY = Buffer.alloc(0);
const COMMA = Buffer.from(',');
/** More is not said of one party: a few roles, by a few platforms. */
const MOST_SAID = 100;

/** Reading what is stored, as the bytes that are stored. */
export class ObjectReads {
  readonly #module: ModuleDeclaration;
  readonly #store: ObjectStore;
  readonly #tallies = new SharedReads<Tally>();

  constructor(module: ModuleDeclaration, store: ObjectStore) {
    this.#module = module;
    this.#store = store;
  }

  /** One object or nested one. Throws object.unknown; object.ambiguous when several of the parties have that id (LOC-11). */
  async get(request: GetRequest): Promise<GetReply> {
    const field = versionField(request.version);
    const named = this.#module.ownedBy === 'role' ? await this.#newest(request) : await this.#named(request);
    const found = named.filter(({ origin, state }) => !state.deleted && (request.origin === '' || origin === request.origin));
    if (found.length > 1) {
      const owners = found.map(({ owner }) => owner).join(' and ');
      throw new RoamgridError('object.ambiguous', `${request.ids.join('/')} exists for ${owners}; say whose by the OCPI-to headers`);
    }
    const document = found[0];
    const bytes = document && bodyOf(document.state, field);
    const json = bytes && this.#nested(bytes, request.nested);
    if (!document || !json) {
      throw new RoamgridError('object.unknown', `${this.#module.id}: no ${[...request.ids, ...request.nested].join('/')}`);
    }
    return { json, key: document._id, rev: document.state.rev, origin: document.origin };
  }

  /**
   * One page as a JSON array, joined from stored bytes; nothing when the caller's copy still holds. The version is read before
   * the page, and every change counts before it is acknowledged: a page is never older than its version says.
   */
  async list(request: ListRequest): Promise<ListReply> {
    const field = versionField(request.version);
    const tally = await this.#tally(request);
    const { version } = tally;
    if (request.if_version === version) return { json: EMPTY, count: 0, total: 0, version, unchanged: true };
    const keysOf = (parties: ListRequest['readers'] = []): string[] => (this.#module.audience ? parties.map(partyKey) : []);
    const [readers, alsoFor] = [keysOf(request.readers), keysOf(request.also_for)];
    const counted = request.date_from === undefined && request.date_to === undefined && readers.length + alsoFor.length === 0;
    const knownTotal = request.known_total ?? (counted ? tally.objects : undefined);
    const page = await this.#store.page({ ...selectionOf(request, { readers, alsoFor }), ...(knownTotal !== undefined && { knownTotal }), field });
    const last = page.more ? page.objects.at(-1)?.about() : undefined;
    return {
      json: joinArray(page.objects.map((object) => (request.described ? describe(object) : object.json))),
      count: page.objects.length,
      total: page.total,
      version,
      unchanged: false,
      ...(last && { next: { created: last.created.getTime(), key: last._id } }),
    };
  }

  /** The present state by key, for delivery; keys never heard of are left out. */
  async fetch(version: string, keys: readonly string[]): Promise<Fetched[]> {
    const field = versionField(version);
    const documents = await this.#store.readMany(keys);
    return documents.map(({ _id, origin, state }) => {
      const [country_code = '', party_id = '', ...ids] = state.names;
      return {
        key: _id,
        rev: state.rev,
        deleted: state.deleted,
        json: bodyOf(state, field) ?? EMPTY,
        written: state.written.getTime(),
        party: { country_code, party_id },
        ids,
        audience: state.audience ?? [],
        origin,
      };
    });
  }

  async counts(): Promise<PartyCount[]> {
    const counts = await this.#store.counts();
    return counts.map(({ owner, origin, objects }) => ({ party: partyOfKey(owner), origin, objects }));
  }

  #named({ parties, ids }: GetRequest): Promise<ObjectDocument[]> {
    return this.#store.readMany(parties.map((party) => objectKey(party, ...ids)));
  }

  /** Of what several platforms say of the parties, each under the same name, the newest; an empty id stands for any (HCI-09). */
  async #newest({ version, origin, parties, ids }: GetRequest): Promise<ObjectDocument[]> {
    const selection = { origin, owners: parties.map(partyKey), offset: 0, limit: MOST_SAID, knownTotal: MOST_SAID };
    const { objects } = await this.#store.page({ ...selection, field: versionField(version) });
    const said = await this.#store.readMany(objects.map((object) => object.about()._id));
    const isNamed = ({ state }: ObjectDocument): boolean =>
      ids.every((id, i) => id === '' || foldCase(id) === foldCase(state.names[i + 2] ?? ''));
    return said.filter(isNamed).sort((a, b) => b.state.lu.getTime() - a.state.lu.getTime()).slice(0, 1);
  }

  #tally(request: ListRequest): Promise<Tally> {
    const { origin, parties } = request.also_for?.length ? { origin: '', parties: [] } : request; // what else is shown counts, too
    return this.#tallies.get([origin, ...parties.map(partyKey)].join('|'), () => this.#store.tally(origin, parties));
  }

  #nested(bytes: Buffer, ids: readonly string[]): Buffer | undefined {
    if (ids.length === 0) return bytes;
    const object = JSON.parse(bytes.toString()) as MutableObject;
    const item = findNested(object, this.#module.nested, ids)?.item;
    return item && Buffer.from(JSON.stringify(item));
  }
}

interface Audiences {
  readonly readers: readonly string[];
  readonly alsoFor: readonly string[];
}

function selectionOf(request: ListRequest, { readers, alsoFor }: Audiences): Omit<PageRequest, 'field' | 'knownTotal'> {
  const { origin, parties, date_from: from, date_to: to, offset, limit, after } = request;
  return {
    origin,
    owners: parties.map(partyKey),
    ...(readers.length > 0 && { audience: readers }),
    ...(alsoFor.length > 0 && { alsoFor }),
    ...(from !== undefined && { from: new Date(from) }),
    ...(to !== undefined && { to: new Date(to) }),
    offset,
    limit,
    ...(after && { after: { created: new Date(after.created), key: after.key } }),
  };
}

function describe({ json, about: read }: ListedObject): Buffer {
  const { _id, owner, origin, state } = read();
  const about = { key: _id, party: owner, origin, rev: state.rev, last_updated: state.lu.toISOString() };
  return Buffer.concat([Buffer.from(`${JSON.stringify(about).slice(0, -1)},"object":`), json, Buffer.from('}')]);
}

function joinArray(parts: readonly Buffer[]): Buffer {
  const pieces = parts.flatMap((part, i) => (i === 0 ? [part] : [COMMA, part]));
  return Buffer.concat([Buffer.from('['), ...pieces, Buffer.from(']')]);
}
