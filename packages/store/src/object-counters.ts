import type { mongo } from 'mongoose';
import type { CounterDocument, ObjectCollections, ObjectDocument } from './object-document';

/** A change as far as counting is concerned. */
interface Change {
  readonly present: ObjectDocument | undefined;
  readonly next: ObjectDocument;
}

/**
 * Adds what a batch changed to the counters of its parties, before the batch is acknowledged, so that a writer who then
 * lists finds the new total. A process that dies in between leaves a counter behind; `recount`, run at every start, mends it.
 */
export async function countChanges(collections: ObjectCollections, changes: readonly Change[]): Promise<void> {
  const byOwner = new Map<string, { origin: string; difference: number }>();
  for (const { present, next } of changes) {
    const entry = byOwner.get(next.owner) ?? { origin: next.origin, difference: 0 };
    entry.difference += live(next) - live(present);
    byOwner.set(next.owner, entry);
  }
  if (byOwner.size === 0) return;
  await collections.counters.bulkWrite(
    [...byOwner].map(([owner, { origin, difference }]) => ({
      updateOne: {
        filter: { _id: owner },
        update: { $inc: { objects: difference, version: 1 }, $setOnInsert: { origin } },
        upsert: true,
      },
    })),
    { ordered: false, writeConcern: { w: 1 } },
  );
}

/** Counts all live objects anew. Counters that a batch touched meanwhile keep their value and are counted again. */
export async function recount(collections: ObjectCollections): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const before = new Map((await collections.counters.find().toArray()).map((counter) => [counter._id, counter]));
    const groups = await collections.objects
      .aggregate<{ _id: { owner: string; origin: string }; objects: number }>([
        { $match: { 'state.deleted': false } },
        { $group: { _id: { owner: '$owner', origin: '$origin' }, objects: { $sum: 1 } } },
      ])
      .toArray();
    const counted = new Map(groups.map((group) => [group._id.owner, { origin: group._id.origin, objects: group.objects }]));
    const wrong = [...new Set([...before.keys(), ...counted.keys()])].filter(
      (owner) => (before.get(owner)?.objects ?? 0) !== (counted.get(owner)?.objects ?? 0),
    );
    if (wrong.length === 0) return;
    await collections.counters.bulkWrite(wrong.map((owner) => correction(owner, before.get(owner), counted.get(owner))));
  }
}

/** Live objects of an origin (empty: of all), or of the parties when some are given. */
export async function countLive(collections: ObjectCollections, origin: string, owners: readonly string[]): Promise<number> {
  const filter = { ...(owners.length > 0 && { _id: { $in: [...owners] } }), ...(origin !== '' && { origin }) };
  const counters = await collections.counters.find(filter, { projection: { objects: 1 } }).toArray();
  return counters.reduce((total, counter) => total + counter.objects, 0);
}

function correction(
  owner: string,
  before: CounterDocument | undefined,
  counted: { origin: string; objects: number } | undefined,
): mongo.AnyBulkWriteOperation<CounterDocument> {
  const objects = counted?.objects ?? 0;
  const origin = counted?.origin ?? before?.origin ?? '';
  return before
    ? { updateOne: { filter: { _id: owner, version: before.version }, update: { $set: { objects, origin }, $inc: { version: 1 } } } }
    : { updateOne: { filter: { _id: owner }, update: { $setOnInsert: { objects, origin, version: 1 } }, upsert: true } };
}

function live(document: ObjectDocument | undefined): number {
  return document !== undefined && !document.state.deleted ? 1 : 0;
}
