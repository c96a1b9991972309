import type { mongo } from 'mongoose';
import type { Clock } from '@roamgrid/runtime';
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
export async function countChanges(collections: ObjectCollections, changes: readonly Change[], now: Date): Promise<void> {
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
        update: { $inc: { objects: difference, version: 1 }, $set: { changed: now }, $setOnInsert: { origin } },
        upsert: true,
      },
    })),
    { ordered: false, writeConcern: { w: 1 } },
  );
}

/** A difference that is the same after this pause, milliseconds, is no batch between its write and its count. */
const SETTLING = 2_000;
const LONGEST_SETTLING = 16_000;

/**
 * Counts all live objects anew and corrects what a process that died has left wrong. What another replica has written but not
 * counted yet looks the same, so only a difference that lasts, on a counter that nobody touched meanwhile, is corrected. All
 * count as changed: who died between a write and its count has left a version behind that says less than what is stored.
 * Looks again, ever more seldom, until nothing differs: a party that is written to all the time is corrected when it rests.
 */
export async function recount(collections: ObjectCollections, clock: Clock, signal?: AbortSignal): Promise<void> {
  await collections.counters.updateMany({}, { $inc: { version: 1 }, $set: { changed: new Date(clock.now()) } });
  let seen = new Map<string, string>();
  for (let pause = SETTLING; !signal?.aborted; pause = Math.min(pause * 2, LONGEST_SETTLING)) {
    const differences = await findDifferences(collections);
    if (differences.length === 0) return;
    const lasting = differences.filter(({ owner, sign }) => seen.get(owner) === sign);
    if (lasting.length > 0) await collections.counters.bulkWrite(lasting.map(correction));
    seen = new Map(differences.map(({ owner, sign }) => [owner, sign]));
    await clock.sleep(pause, signal);
  }
}

/** A counter that does not say what is stored. */
interface Difference {
  readonly owner: string;
  readonly counter: CounterDocument | undefined;
  readonly origin: string;
  readonly objects: number;
  /** The same as long as nothing was written to the counter or to the objects of the party. */
  readonly sign: string;
}

async function findDifferences({ counters, objects }: ObjectCollections): Promise<Difference[]> {
  const byOwner = new Map((await counters.find().toArray()).map((counter) => [counter._id, counter]));
  const groups = await objects
    .aggregate<{ _id: { owner: string; origin: string }; objects: number }>([
      { $match: { 'state.deleted': false } },
      { $group: { _id: { owner: '$owner', origin: '$origin' }, objects: { $sum: 1 } } },
    ])
    .toArray();
  const stored = new Map(groups.map((group) => [group._id.owner, { origin: group._id.origin, objects: group.objects }]));
  return [...new Set([...byOwner.keys(), ...stored.keys()])].flatMap((owner) => {
    const counter = byOwner.get(owner);
    const live = stored.get(owner)?.objects ?? 0;
    if ((counter?.objects ?? 0) === live) return [];
    const origin = stored.get(owner)?.origin ?? counter?.origin ?? '';
    return [{ owner, counter, origin, objects: live, sign: `${counter?.version ?? 0}.${live}` }];
  });
}

/** What the counters of some parties say together. */
export interface Tally {
  /** Live objects. */
  readonly objects: number;
  /**
   * Another one after every acknowledged change. The time stands in it beside the number of changes, because counters are
   * written with less safety than objects: a failover that sets one back never brings an old version again.
   */
  readonly version: string;
}

/** The tally of an origin (empty: of all), or of the parties when some are given. */
export async function readTally(collections: ObjectCollections, origin: string, owners: readonly string[]): Promise<Tally> {
  const filter = { ...(owners.length > 0 && { _id: { $in: [...owners] } }), ...(origin !== '' && { origin }) };
  const counters = await collections.counters.find(filter, { projection: { objects: 1, version: 1, changed: 1 } }).toArray();
  let [objects, changes, latest] = [0, 0, 0];
  for (const counter of counters) {
    objects += counter.objects;
    changes += counter.version;
    latest = Math.max(latest, counter.changed?.getTime() ?? 0);
  }
  return { objects, version: `${counters.length}.${changes}.${latest}` };
}

function correction({ owner, counter, origin, objects }: Difference): mongo.AnyBulkWriteOperation<CounterDocument> {
  return counter
    ? { updateOne: { filter: { _id: owner, version: counter.version }, update: { $set: { objects, origin }, $inc: { version: 1 } } } }
    : { updateOne: { filter: { _id: owner }, update: { $setOnInsert: { objects, origin, version: 1 } }, upsert: true } };
}

function live(document: ObjectDocument | undefined): number {
  return document !== undefined && !document.state.deleted ? 1 : 0;
}
