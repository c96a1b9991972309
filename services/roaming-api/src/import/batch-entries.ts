import type { Clock } from '@roamgrid/runtime';
import type { ImportEntry } from './import-entry';

/** Bounds of a batch; `pause` in milliseconds is how long a begun batch waits for more lines. */
export interface BatchLimits {
  readonly lines: number;
  readonly bytes: number;
  readonly pause: number;
}

/** Consecutive entries that are written with one call; no object is in it twice. */
export interface Batch {
  readonly entries: readonly ImportEntry[];
  readonly identities: ReadonlySet<string>;
}

const PAUSED = Symbol('paused');

/**
 * Gathers entries into batches. A batch ends when it is full, when the next entry is an object that it holds already
 * (the later line must win), when the source pauses, and when the source ends or breaks; then what broke it is thrown.
 */
export async function* batchEntries(
  source: AsyncGenerator<ImportEntry>,
  limits: BatchLimits,
  clock: Clock,
): AsyncGenerator<Batch, void> {
  let batch: OpenBatch | undefined;
  try {
    let next = source.next();
    for (;;) {
      const step = await (batch ? Promise.race([next, batch.paused]) : next);
      if (step !== PAUSED && step.done) break;
      if (batch && (step === PAUSED || !batch.hasRoomFor(step.value))) {
        yield batch.close();
        batch = undefined;
      }
      if (step === PAUSED) continue;
      batch ??= new OpenBatch(limits, clock);
      batch.add(step.value);
      next = source.next();
    }
  } catch (error) {
    if (batch) yield batch.close();
    throw error;
  }
  if (batch) yield batch.close();
}

class OpenBatch {
  readonly paused: Promise<typeof PAUSED>;
  readonly #limits: BatchLimits;
  readonly #closed = new AbortController();
  readonly #entries: ImportEntry[] = [];
  readonly #identities = new Set<string>();
  #bytes = 0;

  constructor(limits: BatchLimits, clock: Clock) {
    this.#limits = limits;
    this.paused = clock.sleep(limits.pause, this.#closed.signal).then(() => PAUSED);
  }

  hasRoomFor(entry: ImportEntry): boolean {
    if (this.#entries.length >= this.#limits.lines) return false;
    return (
      'refused' in entry ||
      (this.#bytes + entry.object.length <= this.#limits.bytes && !this.#identities.has(entry.identity))
    );
  }

  add(entry: ImportEntry): void {
    this.#entries.push(entry);
    if ('refused' in entry) return;
    this.#bytes += entry.object.length;
    this.#identities.add(entry.identity);
  }

  close(): Batch {
    this.#closed.abort();
    return { entries: this.#entries, identities: this.#identities };
  }
}
