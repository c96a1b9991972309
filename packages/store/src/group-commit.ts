import type { Clock } from '@roamgrid/runtime';

/** What a group commit does with its writes. */
export interface GroupCommitOptions<Write, Result> {
  /** Two writes of one key never stand in one batch: the later sees what the earlier did. */
  readonly keyOf: (write: Write) => string;
  /** Commits a batch of distinct keys; one settled result a write, in order. `again` asks for another round of that write. */
  readonly commit: (writes: readonly Write[]) => Promise<readonly CommitResult<Result>[]>;
  /** Largest batch. */
  readonly maxBatch?: number;
  /** With it writes are gathered; see {@link GroupCommit}. */
  readonly clock?: Clock;
}

export type CommitResult<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'again' };

interface Waiting<Write, Result> {
  readonly write: Write;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Longest time that writes are gathered, milliseconds. */
const LONGEST_GATHERING = 20;

/**
 * Gathers what arrives while a batch is on its way to the disk and commits it together: the price of a majority write is
 * paid once a batch, not once an object. With a clock it gathers for as long again as that batch took, where the batch was
 * of several writes: those that were just answered are followed by the next of the same writers, so batches double and the
 * rate stays. A writer that is alone never waits.
 */
export class GroupCommit<Write, Result> {
  readonly #options: GroupCommitOptions<Write, Result>;
  readonly #maxBatch: number;
  #waiting: Waiting<Write, Result>[] = [];
  #running: Promise<void> | undefined;

  constructor(options: GroupCommitOptions<Write, Result>) {
    this.#options = options;
    this.#maxBatch = options.maxBatch ?? 128;
  }

  /** Resolves or rejects with the fate of this one write. */
  add(write: Write): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that what arrived in the same read of the socket goes together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#take();
      const begun = this.#options.clock?.now() ?? 0;
      await this.#commit(batch);
      if (batch.length > 1) await this.#gather(begun);
    }
    this.#running = undefined;
  }

  async #gather(begun: number): Promise<void> {
    const { clock } = this.#options;
    if (!clock || this.#waiting.length >= this.#maxBatch) return;
    await clock.sleep(Math.min(LONGEST_GATHERING, clock.now() - begun));
  }

  async #commit(batch: Waiting<Write, Result>[]): Promise<void> {
    try {
      const results = await this.#options.commit(batch.map(({ write }) => write));
      const again: Waiting<Write, Result>[] = [];
      batch.forEach((waiting, i) => {
        const result = results[i];
        if (result?.kind === 'done') waiting.resolve(result.result);
        else if (result?.kind === 'again') again.push(waiting);
        else waiting.reject(result?.error ?? new Error('the batch gave no result for this write'));
      });
      this.#waiting.unshift(...again);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }

  /** The next batch: first come, first served, one write a key. */
  #take(): Waiting<Write, Result>[] {
    const keys = new Set<string>();
    const batch: Waiting<Write, Result>[] = [];
    const rest: Waiting<Write, Result>[] = [];
    for (const waiting of this.#waiting) {
      const key = this.#options.keyOf(waiting.write);
      if (batch.length < this.#maxBatch && !keys.has(key)) {
        keys.add(key);
        batch.push(waiting);
      } else rest.push(waiting);
    }
    this.#waiting = rest;
    return batch;
  }
}
