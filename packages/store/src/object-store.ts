import type { Connection } from 'mongoose';
import type { Clock } from '@roamgrid/runtime';
import { partyKey, type Party } from '@roamgrid/ocpi';
import { GroupCommit } from './group-commit';
import { readTally, recount, type Tally } from './object-counters';
import { openCollections, type ObjectCollections, type ObjectDocument } from './object-document';
import { readPage, type ObjectPage, type PageRequest } from './object-page';
import { readVersionAt, readVersions, type VersionPage } from './object-versions';
import { storeError } from './store-error';
import { WriteBatch, type Judge, type Written } from './write-batch';

/** Before counters are looked at again while the store is away, milliseconds. */
const RECOUNT_PAUSE = 2_000;

/** The objects of one module: read by key and by page, written in batches, counted, with history where declared. */
export class ObjectStore {
  readonly collections: ObjectCollections;
  readonly #clock: Clock;
  #doubt: () => void = () => undefined;
  readonly #commits: GroupCommit<{ key: string; judge: Judge }, Written>;

  private constructor(collections: ObjectCollections, clock: Clock, keepsHistory: boolean) {
    this.collections = collections;
    this.#clock = clock;
    const batch = new WriteBatch(collections, clock, keepsHistory);
    this.#commits = new GroupCommit({
      keyOf: (write) => write.key,
      clock,
      commit: (writes) =>
        batch.commit(writes).catch((error: unknown) => {
          this.#doubt(); // it may have been written and not counted
          throw error;
        }),
    });
  }

  static async open(connection: Connection, module: string, clock: Clock, options: { history: boolean }): Promise<ObjectStore> {
    return new ObjectStore(await openCollections(connection, module), clock, options.history);
  }

  /**
   * Changes one object atomically: `judge` sees it as it is now (undefined: never heard of) and says what becomes of it,
   * or throws. It may be asked again when somebody else was faster. Resolves once a majority has journalled the change.
   */
  write(key: string, judge: Judge): Promise<Written> {
    return this.#commits.add({ key, judge });
  }

  /** The objects of these keys, tombstones included, in no order. */
  async readMany(keys: readonly string[]): Promise<ObjectDocument[]> {
    return this.#away(() => this.collections.objects.find({ _id: { $in: [...keys] } }, { promoteBuffers: true }).toArray());
  }

  /** One page, oldest created first. */
  async page(request: PageRequest): Promise<ObjectPage> {
    return this.#away(() => readPage(this.collections, request));
  }

  /** Versions of an object, the present one included, oldest first; undefined when it was never heard of. */
  async versions(key: string, part: { readonly offset: number; readonly limit: number }): Promise<VersionPage | undefined> {
    return this.#away(() => readVersions(this.collections, key, part));
  }

  /** The version of an object that counted at a moment, or its end, or none; undefined when it was never heard of. */
  async versionAt(key: string, at: Date): Promise<VersionPage | undefined> {
    return this.#away(() => readVersionAt(this.collections, key, at));
  }

  /** Live objects by party. */
  async counts(): Promise<{ owner: string; origin: string; objects: number }[]> {
    const counters = await this.#away(() => this.collections.counters.find({ objects: { $gt: 0 } }).toArray());
    return counters.map(({ _id, origin, objects }) => ({ owner: _id, origin, objects }));
  }

  /** How many objects an origin, or some parties, have, and a version that changes with every acknowledged write to them. */
  async tally(origin: string, parties: readonly Party[]): Promise<Tally> {
    return this.#away(() => readTally(this.collections, origin, parties.map(partyKey)));
  }

  /** Mends counters that a process left behind when it died between a write and its count. */
  async recount(signal?: AbortSignal): Promise<void> {
    await this.#away(() => recount(this.collections, this.#clock, signal));
  }

  /**
   * Mends counters now, and again after every batch that failed half-way, until the signal ends. `onFailure` hears of a store
   * that is away; it is tried again after a pause.
   */
  async keepCounted(signal: AbortSignal, onFailure: (error: unknown) => void): Promise<void> {
    while (!signal.aborted) {
      const doubted = new Promise<void>((resolve) => {
        this.#doubt = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      try {
        await this.recount(signal);
        await doubted;
      } catch (error) {
        onFailure(error);
        await this.#clock.sleep(RECOUNT_PAUSE, signal);
      }
    }
  }

  /** Resolves when all writes under way have ended. */
  async drain(): Promise<void> {
    await this.#commits.drain();
  }

  async #away<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw storeError(error);
    }
  }
}
