import { setTimeout as pause } from 'node:timers/promises';
import { formatOcpiDateTime } from '@roamgrid/ocpi';
import type { SeededRandom } from '@roamgrid/testkit';
import type { Ledger } from './ledger';
import { objectOf, subjectName, type Json, type Subject } from './subject';

/** Brings an object to the platform; resolves when it is acknowledged, rejects otherwise. */
export type Put = (subject: Subject, object: Json) => Promise<void>;

export interface WriterOptions {
  readonly put: Put;
  readonly ledger: Pick<Ledger, 'acknowledge'>;
  readonly random: SeededRandom;
  /** Gives the next object to write: one of several, or each time a new one. */
  readonly next: (random: SeededRandom) => Subject;
  /** Longest pause between two writes, milliseconds. */
  readonly rest: number;
}

const RETRY = 60;
const GIVE_UP = 60_000;

/**
 * Writes one value after the other and goes on with each until it is acknowledged, as a backend does that must not lose it.
 * Its objects are its own: nobody else writes them.
 */
export class Writer {
  readonly #options: WriterOptions;
  #value = 0;
  #lastUpdated = 0;

  constructor(options: WriterOptions) {
    this.#options = options;
  }

  /** Writes until the signal ends, and then until what was begun is acknowledged. */
  async run(stop: AbortSignal): Promise<void> {
    const { random, next, rest } = this.#options;
    while (!stop.aborted) {
      await this.write(next(random));
      await pause(random.below(rest), undefined, { signal: stop }).catch(() => undefined);
    }
  }

  /** Writes the next value of an object. Throws when it is not acknowledged for a minute. */
  async write(subject: Subject): Promise<void> {
    this.#value += 1;
    this.#lastUpdated = Math.max(this.#lastUpdated + 1, Date.now());
    const [value, object] = [this.#value, objectOf(subject, this.#value, formatOcpiDateTime(this.#lastUpdated))];
    const begun = Date.now();
    for (;;) {
      try {
        await this.#options.put(subject, object);
        this.#options.ledger.acknowledge(subject, value);
        return;
      } catch (error) {
        if (Date.now() - begun > GIVE_UP) throw new Error(`${subjectName(subject)} is not taken: ${String(error)}`, { cause: error });
        await pause(RETRY);
      }
    }
  }
}
