import { mongo } from 'mongoose';
import type { Clock } from '@roamgrid/runtime';
import type { CommitResult } from './group-commit';
import { countChanges } from './object-counters';
import type { ObjectCollections, ObjectDocument, ObjectState } from './object-document';
import { isDuplicateKey, storeError, writeErrorsOf } from './store-error';

/** What is to become of an object. */
export type Verdict =
  /** Nothing: it stays as it is. */
  | { readonly kind: 'keep' }
  /** A new state; rev and time of writing are set by the store. */
  | { readonly kind: 'store'; readonly owner: string; readonly state: Omit<ObjectState, 'rev' | 'written'> };

/** Decides, from the object as it is now, what becomes of it; throws a RoamgridError to refuse. Must have no side effects. */
export type Judge = (present: ObjectDocument | undefined) => Verdict;

/** What became of it. */
export interface Written {
  readonly changed: boolean;
  /** It did not exist, or only as a tombstone. */
  readonly created: boolean;
  readonly rev: number;
}

interface Plan {
  readonly index: number;
  readonly present: ObjectDocument | undefined;
  readonly next: ObjectDocument;
}

type Results = CommitResult<Written>[];

/**
 * One round of writes: reads all objects concerned, lets each be judged, keeps the superseded revisions where history is
 * kept, writes all changes in one bulk. Each change holds only for the revision that was judged: an upsert that finds
 * another one collides with its key, which tells us which write to judge again.
 */
export class WriteBatch {
  readonly #collections: ObjectCollections;
  readonly #clock: Clock;
  readonly #keepsHistory: boolean;

  constructor(collections: ObjectCollections, clock: Clock, keepsHistory: boolean) {
    this.#collections = collections;
    this.#clock = clock;
    this.#keepsHistory = keepsHistory;
  }

  async commit(writes: readonly { key: string; judge: Judge }[]): Promise<Results> {
    try {
      const keys = writes.map(({ key }) => key);
      const found = await this.#collections.objects.find({ _id: { $in: keys } }, { promoteBuffers: true }).toArray();
      const present = new Map(found.map((document) => [document._id, document]));
      const results: Results = [];
      const plans = writes.flatMap(({ key, judge }, index) => this.#plan(key, judge, index, present.get(key), results));
      if (plans.length > 0) await this.#execute(plans, results);
      return results;
    } catch (error) {
      throw storeError(error);
    }
  }

  #plan(key: string, judge: Judge, index: number, present: ObjectDocument | undefined, results: Results): Plan[] {
    try {
      const verdict = judge(present);
      if (verdict.kind === 'keep') {
        results[index] = { kind: 'done', result: { changed: false, created: false, rev: present?.state.rev ?? 0 } };
        return [];
      }
      const now = new Date(this.#clock.now());
      const revived = present === undefined || (present.state.deleted && !verdict.state.deleted);
      const state: ObjectState = { ...verdict.state, rev: (present?.state.rev ?? 0) + 1, written: now };
      const created = revived ? now : present.created;
      return [{ index, present, next: { _id: key, owner: verdict.owner, origin: state.origin, created, state } }];
    } catch (error) {
      results[index] = { kind: 'failed', error };
      return [];
    }
  }

  async #execute(plans: readonly Plan[], results: Results): Promise<void> {
    if (this.#keepsHistory) await this.#archive(plans);
    const collided = await this.#write(plans);
    const done = plans.filter((_, i) => !collided.has(i));
    await countChanges(this.#collections, done, new Date(this.#clock.now()));
    plans.forEach((plan, i) => {
      results[plan.index] = collided.has(i)
        ? { kind: 'again' }
        : { kind: 'done', result: { changed: true, created: isCreation(plan), rev: plan.next.state.rev } };
    });
  }

  /** Keeps what is about to be replaced. It is committed and immutable, so a repetition finds its own copy: no harm. */
  async #archive(plans: readonly Plan[]): Promise<void> {
    const copies = plans.flatMap(({ present }) =>
      present && !present.state.deleted
        ? [{ _id: `${present._id}/${present.state.rev}`, key: present._id, state: present.state }]
        : [],
    );
    if (copies.length === 0) return;
    await this.#collections.versions.insertMany(copies, { ordered: false }).catch((error: unknown) => {
      const onlyDuplicates = error instanceof mongo.MongoBulkWriteError && writeErrorsOf(error).every(isDuplicateKey);
      if (!onlyDuplicates) throw error;
    });
  }

  /** Writes all; returns the positions of those that somebody else overtook. */
  async #write(plans: readonly Plan[]): Promise<Set<number>> {
    const operations = plans.map(({ present, next }) =>
      present === undefined
        ? { insertOne: { document: next } }
        : {
            updateOne: {
              filter: { _id: next._id, 'state.rev': present.state.rev },
              update: { $set: { state: next.state, ...(next.created !== present.created && { created: next.created }) } },
              upsert: true,
            },
          },
    );
    try {
      await this.#collections.objects.bulkWrite(operations, { ordered: false });
      return new Set();
    } catch (error) {
      if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
      const failures = writeErrorsOf(error);
      if (failures.length === 0 || !failures.every(isDuplicateKey)) throw error;
      return new Set(failures.map(({ index }) => index));
    }
  }
}

function isCreation({ present, next }: Plan): boolean {
  return !next.state.deleted && (present === undefined || present.state.deleted);
}
