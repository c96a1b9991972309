import { mongo } from 'mongoose';
import { crashPoint, type Clock } from '@roamgrid/runtime';
import type { CommitResult } from './group-commit';
import { countChanges } from './object-counters';
import { CLAIMS, type ObjectCollections, type ObjectDocument, type ObjectState } from './object-document';
import { ClaimTakenError, isDuplicateIn, isDuplicateKey, storeError, writeErrorsOf, type WriteFailure } from './store-error';
import { isSameVersion, VersionArchive, type LateVersion } from './version-archive';

/** What is to become of an object. */
export type Verdict =
  /** Nothing: it stays as it is. */
  | { readonly kind: 'keep' }
  /** Nothing, but this was what it was once: kept among its versions, where its module keeps them. */
  | { readonly kind: 'late'; readonly state: NewState }
  /** A new state; rev, time of writing, and since when it counts are set by the store. */
  | { readonly kind: 'store'; readonly owner: string; readonly state: NewState };

type NewState = Omit<ObjectState, 'rev' | 'since' | 'written'>;

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
  readonly #archive: VersionArchive | undefined;

  constructor(collections: ObjectCollections, clock: Clock, keepsHistory: boolean) {
    this.#collections = collections;
    this.#clock = clock;
    this.#archive = keepsHistory ? new VersionArchive(collections) : undefined;
  }

  async commit(writes: readonly { key: string; judge: Judge }[]): Promise<Results> {
    try {
      const keys = writes.map(({ key }) => key);
      const found = await this.#collections.objects.find({ _id: { $in: keys } }, { promoteBuffers: true }).toArray();
      const present = new Map(found.map((document) => [document._id, document]));
      const results: Results = [];
      const late: LateVersion[] = [];
      const plans = writes.flatMap(({ key, judge }, index) => this.#plan(key, judge, index, present.get(key), results, late));
      await this.#archive?.keepLate(late);
      if (plans.length > 0) await this.#execute(plans, results);
      return results;
    } catch (error) {
      throw storeError(error);
    }
  }

  #plan(key: string, judge: Judge, index: number, present: ObjectDocument | undefined, results: Results, late: LateVersion[]): Plan[] {
    try {
      const verdict = judge(present);
      const now = new Date(this.#clock.now());
      if (verdict.kind === 'late') late.push({ key, state: { ...verdict.state, rev: 0, written: now } });
      if (verdict.kind !== 'store') {
        results[index] = { kind: 'done', result: { changed: false, created: false, rev: present?.state.rev ?? 0 } };
        return [];
      }
      const revived = present === undefined || (present.state.deleted && !verdict.state.deleted);
      const since = present && isSameVersion(present, verdict.state) ? (present.state.since ?? present.state.lu) : undefined;
      const state: ObjectState = { ...verdict.state, ...(since && { since }), rev: (present?.state.rev ?? 0) + 1, written: now };
      const created = revived ? now : present.created;
      return [{ index, present, next: { _id: key, owner: verdict.owner, origin: state.origin, created, state } }];
    } catch (error) {
      results[index] = { kind: 'failed', error };
      return [];
    }
  }

  async #execute(plans: readonly Plan[], results: Results): Promise<void> {
    await this.#archive?.keepSuperseded(plans);
    crashPoint('object.committing');
    const failures = await this.#write(plans);
    crashPoint('object.committed');
    const done = plans.filter((_, i) => !failures.has(i));
    await countChanges(this.#collections, done, new Date(this.#clock.now()));
    plans.forEach((plan, i) => {
      const failure = failures.get(i);
      results[plan.index] = failure
        ? isDuplicateIn(CLAIMS, failure)
          ? { kind: 'failed', error: new ClaimTakenError(plan.next.state.claim ?? '') }
          : { kind: 'again' }
        : { kind: 'done', result: { changed: true, created: isCreation(plan), rev: plan.next.state.rev } };
    });
  }

  /** Writes all; returns, by position, those that found another revision than was judged, or their claim taken. */
  async #write(plans: readonly Plan[]): Promise<Map<number, WriteFailure>> {
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
      return new Map();
    } catch (error) {
      if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
      const failures = writeErrorsOf(error);
      if (failures.length === 0 || !failures.every(isDuplicateKey)) throw error;
      return new Map(failures.map((failure) => [failure.index, failure]));
    }
  }
}

function isCreation({ present, next }: Plan): boolean {
  return !next.state.deleted && (present === undefined || present.state.deleted);
}
