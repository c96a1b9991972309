import { randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import { isDuplicateKey } from '@roamgrid/store';
import { attemptId, type AttemptDocument } from './attempt-document';

export interface AttemptLogConfig {
  /** Milliseconds for which attempts are kept; 0: none are written down. */
  readonly keep: number;
  /** Attempts that wait to be written; what comes when so many do is dropped and counted. */
  readonly buffer: number;
}

export interface AttemptLogOptions {
  readonly attempts: Pick<mongo.Collection<AttemptDocument>, 'insertMany'>;
  readonly config: AttemptLogConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Attempts are gathered so long, milliseconds, or until there are so many. */
const GATHER = 200;
const BATCH = 1_000;
const RETRY = 1_000;

/**
 * Writes down every attempt, in batches and behind the sending: nothing ever waits for it. While the store is away attempts are
 * kept up to a bound; what is dropped above it is counted.
 */
export class AttemptLog {
  readonly #options: AttemptLogOptions;
  readonly #stop = new AbortController();
  readonly #process = randomUUID().slice(0, 8);
  #serial = 0;
  #waiting: AttemptDocument[] = [];
  #dropped = 0;
  #writing: Promise<void> | undefined;
  #full = new AbortController();

  constructor(options: AttemptLogOptions) {
    this.#options = options;
  }

  /** Attempts that were never written down, since this process began. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes an attempt; returns at once, never throws. */
  add(attempt: Omit<AttemptDocument, '_id'>): void {
    const { config } = this.#options;
    if (config.keep === 0) return;
    if (this.#waiting.length >= config.buffer) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push({ _id: attemptId(attempt.at.getTime(), this.#process, (this.#serial += 1)), ...attempt });
    if (this.#waiting.length >= BATCH) this.#full.abort();
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Writes down what waits, once; what the store does not take then is lost. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { clock, logger } = this.#options;
    let dropped = this.#dropped;
    while (this.#waiting.length > 0) {
      this.#full = new AbortController();
      if (this.#waiting.length < BATCH) await clock.sleep(GATHER, AbortSignal.any([this.#stop.signal, this.#full.signal]));
      const batch = this.#waiting.slice(0, BATCH);
      try {
        await this.#insert(batch);
        this.#waiting.splice(0, batch.length);
      } catch (error) {
        logger.warn({ attempts: this.#waiting.length, reason: messageOf(error) }, 'attempts are not written down yet');
        if (this.#stop.signal.aborted) return;
        await clock.sleep(RETRY, this.#stop.signal);
        continue;
      }
      if (this.#dropped > dropped) logger.warn({ dropped: this.#dropped - dropped }, 'attempts were dropped, never written down');
      dropped = this.#dropped;
    }
  }

  /** What an earlier try wrote already is there already. */
  async #insert(batch: AttemptDocument[]): Promise<void> {
    try {
      await this.#options.attempts.insertMany(batch, { ordered: false, writeConcern: { w: 1, j: false } });
    } catch (error) {
      if (!isDuplicateKey(error as { code?: number })) throw error;
    }
  }
}
