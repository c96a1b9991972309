import { mongo } from 'mongoose';
import { binaryIn } from './binary-in';
import type { ObjectCollections, ObjectDocument, ObjectState } from './object-document';

/** Which objects, and which part of their list. */
export interface PageRequest {
  /** Only of this origin; empty: any. */
  readonly origin: string;
  /** Only of these owners (`CC*PID`); empty: any. */
  readonly owners: readonly string[];
  /** Only those that one of these parties may see; absent: no restriction. */
  readonly audience?: readonly string[];
  /** Besides, those of any origin and owner that one of these parties may see. */
  readonly alsoFor?: readonly string[];
  /** Window on last_updated: from inclusive, to exclusive. */
  readonly from?: Date;
  readonly to?: Date;
  readonly offset: number;
  readonly limit: number;
  /** The last object of the page before; given, the offset is not used. */
  readonly after?: { readonly created: Date; readonly key: string };
  /** Objects in the window; counted when absent, which a list without window or audience never needs: its tally says it. */
  readonly knownTotal?: number;
  /** The version field whose bytes are wanted. */
  readonly field: string;
}

/** An object of a page. */
export interface ListedObject {
  /** Its bytes in the version asked for; empty when it has none in it. */
  readonly json: Buffer;
  /** All that describes it; decoded when it is called. */
  readonly about: () => AboutObject;
}

export interface AboutObject {
  readonly _id: string;
  readonly owner: string;
  readonly origin: string;
  readonly created: Date;
  readonly state: Pick<ObjectState, 'rev' | 'lu'>;
}

export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  readonly total: number;
  /** Whether there are objects behind this page. */
  readonly more: boolean;
}

/** A window with at most this many objects is read by last_updated and sorted; a larger one is filtered while listing. */
const SPARSE = 2_000;

/**
 * A page in the order of creation, with `_id` as tie-break: an object that changes meanwhile never moves, so a crawl skips
 * and repeats nothing (PAG-14). Behind a keyset position every page costs the same (PAG-28).
 */
export async function readPage(collections: ObjectCollections, request: PageRequest): Promise<ObjectPage> {
  const windowed = request.from !== undefined || request.to !== undefined;
  const filter = filterOf(request);
  const total = request.knownTotal ?? (await collections.objects.countDocuments(filter));
  if (request.limit === 0) return { objects: [], total, more: total > request.offset };
  const index = indexFor(request, windowed, total);
  const cursor = collections.objects.find(request.after ? behind(filter, request.after) : filter, {
    projection: { owner: 1, origin: 1, created: 1, 'state.rev': 1, 'state.lu': 1, [`state.body.${request.field}`]: 1 },
    sort: { created: 1, _id: 1 },
    skip: request.after ? 0 : request.offset,
    limit: request.limit + 1,
    batchSize: request.limit + 1,
    ...(index !== undefined && { hint: index }),
    raw: true,
  } as mongo.FindOptions);
  const documents = (await cursor.toArray()) as unknown as Buffer[];
  const objects = documents.slice(0, request.limit).map((document) => listed(document, request.field));
  return { objects, total, more: documents.length > request.limit };
}

const NO_BYTES = Buffer.alloc(0);

function listed(document: Buffer, field: string): ListedObject {
  return {
    json: binaryIn(document, ['state', 'body', field]) ?? NO_BYTES,
    about: () => mongo.BSON.deserialize(document) as AboutObject,
  };
}

type Filter = mongo.Filter<ObjectDocument>;

function filterOf({ origin, owners, audience, alsoFor, from, to }: PageRequest): Filter {
  const window = (from ?? to) && { 'state.lu': { ...(from && { $gte: from }), ...(to && { $lt: to }) } };
  const wanted: Filter = {
    ...(origin !== '' && { origin }),
    ...(owners.length > 0 && { owner: { $in: [...owners] } }),
    ...(audience && { 'state.audience': { $in: [...audience] } }),
    ...window,
  };
  return { 'state.deleted': false, ...(alsoFor ? { $or: [wanted, { 'state.audience': { $in: [...alsoFor] }, ...window }] } : wanted) };
}

/** Objects created at the same millisecond are told apart by key; `$gte` keeps it one range of the index. */
function behind(filter: Filter, { created, key }: { created: Date; key: string }): Filter {
  return { ...filter, created: { $gte: created }, $nor: [{ created, _id: { $lte: key } }] };
}

/** Undefined: each part of what is wanted has an index of its own, and the database puts them together. */
function indexFor({ origin, owners, audience, alsoFor }: PageRequest, windowed: boolean, total: number): string | undefined {
  if (alsoFor) return windowed && total <= SPARSE ? undefined : 'list_all';
  if (audience) return windowed && total <= SPARSE ? 'delta_by_audience' : 'list_by_audience';
  if (windowed && origin !== '' && total <= SPARSE) return 'delta_by_origin';
  if (owners.length > 0) return 'list_by_owner';
  return origin === '' ? 'list_all' : 'list_by_origin';
}
