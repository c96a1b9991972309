import { bodyOf } from './body-of';
import type { ObjectCollections, ObjectDocument, ObjectState, VersionDocument } from './object-document';

/** A version of an object: what it was from one moment up to another. */
export interface ObjectVersion {
  /** `deleted`: an end, from which on there was no such object. */
  readonly state: ObjectState;
  readonly from: Date;
  /** Exclusive; absent: still so. The same as `from` where the next version begins at the same moment. */
  readonly to?: Date;
}

export interface VersionPage {
  readonly versions: readonly ObjectVersion[];
  /** Whether there are younger ones behind these. */
  readonly more: boolean;
}

/**
 * The moment from which a state counts: what its owner says by last_updated, and where changes that make no version came
 * between, what the first of them took over. An object ends when it is deleted, but not before its last version begins.
 */
export function beginOf({ lu, since, deleted, written }: ObjectState): Date {
  if (deleted) return written > lu ? written : lu;
  return since ?? lu;
}

/** Of two versions that begin at the same moment the one of the later revision counts; what came late has none. */
const OLDEST_FIRST = { begin: 1, 'state.rev': 1, _id: 1 } as const;
const NEWEST_FIRST = { begin: -1, 'state.rev': -1, _id: -1 } as const;

/** A part of the versions of an object, its present one included, oldest first; undefined when it was never heard of. */
export async function readVersions(
  collections: ObjectCollections,
  key: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<VersionPage | undefined> {
  const present = await readPresent(collections, key);
  if (!present) return undefined;
  const superseded = await collections.versions
    .find(before(present), { promoteBuffers: true, sort: OLDEST_FIRST, skip: offset, limit: limit + 1 })
    .toArray();
  const all = superseded.map(({ begin, state }) => ({ from: begin, state }));
  if (all.length <= limit && !(all.length === 0 && (await isBeyond(collections, present, offset)))) {
    all.push({ from: beginOf(present.state), state: present.state });
  }
  const versions = all.slice(0, limit).map((version, i) => ended(version, all[i + 1]?.from));
  return { versions, more: all.length > limit };
}

/** Whether a page that begins there is behind the present version, too, which stands behind all others. */
async function isBeyond({ versions }: ObjectCollections, present: ObjectDocument, offset: number): Promise<boolean> {
  return offset > 0 && (await versions.countDocuments(before(present), { limit: offset })) < offset;
}

/** What an object was at a moment: nothing before its first version; an end where it was deleted then. */
export async function readVersionAt(collections: ObjectCollections, key: string, at: Date): Promise<VersionPage | undefined> {
  const present = await readPresent(collections, key);
  if (!present) return undefined;
  const begin = beginOf(present.state);
  if (begin <= at) return { versions: [{ from: begin, state: present.state }], more: false };
  const find = (begins: object, sort: typeof OLDEST_FIRST | typeof NEWEST_FIRST): Promise<VersionDocument | null> =>
    collections.versions.findOne({ ...before(present), begin: begins }, { promoteBuffers: true, sort });
  const [found, next] = await Promise.all([find({ $lte: at }, NEWEST_FIRST), find({ $gt: at }, OLDEST_FIRST)]);
  const versions = found ? [ended({ from: found.begin, state: found.state }, next?.begin ?? begin)] : [];
  return { versions, more: false };
}

/** Read before what it has superseded: a write in between then hides nothing, and a copy of it made too early is left out. */
async function readPresent({ objects }: ObjectCollections, key: string): Promise<ObjectDocument | undefined> {
  return (await objects.findOne({ _id: key }, { promoteBuffers: true })) ?? undefined;
}

function before({ _id, state }: ObjectDocument): { key: string; 'state.rev': { $lt: number } } {
  return { key: _id, 'state.rev': { $lt: state.rev } };
}

function ended({ from, state }: Omit<ObjectVersion, 'to'>, to: Date | undefined): ObjectVersion {
  return { from, state, ...(to && { to }) };
}

/** Whether two states hold the same bytes in every version of OCPI. */
export function isSameContent(one: ObjectState, other: ObjectState): boolean {
  const fields = Object.keys(one.body);
  if (fields.length !== Object.keys(other.body).length) return false;
  return fields.every((field) => {
    const [left, right] = [bodyOf(one, field), bodyOf(other, field)];
    return left !== undefined && right !== undefined && left.equals(right);
  });
}
