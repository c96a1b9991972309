/**
 * Upper bound of bucket i is GROWTH^i ms, so a percentile is at most 5 % too high; the last bucket holds all above 13
 * days.
 */
const GROWTH = 1.05;
const BUCKETS = Math.ceil(Math.log(13 * 24 * 3_600_000) / Math.log(GROWTH)) + 1;

/** Percentiles of durations over the last one to two windows, in constant memory. */
export class LatencyHistogram {
  readonly #window: number;
  #current = new Uint32Array(BUCKETS);
  #previous = new Uint32Array(BUCKETS);
  #started = 0;

  /** @param window milliseconds; what is older than two of them no longer counts */
  constructor(window: number) {
    this.#window = window;
  }

  /** Counts a duration, milliseconds. */
  record(millis: number, now: number): void {
    this.#turn(now);
    const bucket = millis <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(millis) / Math.log(GROWTH)));
    this.#current[bucket] = (this.#current[bucket] ?? 0) + 1;
  }

  /** The duration that a share of all durations (0.99: 99 %) does not exceed, milliseconds; 0 when there are none. */
  percentile(share: number, now: number): number {
    this.#turn(now);
    const counts = this.#current.map((count, i) => count + (this.#previous[i] ?? 0));
    const total = counts.reduce((sum, count) => sum + count, 0);
    const wanted = Math.max(1, Math.ceil(total * share));
    let seen = 0;
    for (const [i, count] of counts.entries()) {
      seen += count;
      if (seen >= wanted) return Math.round(GROWTH ** i * 10) / 10;
    }
    return 0;
  }

  #turn(now: number): void {
    const age = now - this.#started;
    if (age < this.#window) return;
    this.#previous = age < 2 * this.#window ? this.#current : new Uint32Array(BUCKETS);
    this.#current = new Uint32Array(BUCKETS);
    this.#started = now;
  }
}
