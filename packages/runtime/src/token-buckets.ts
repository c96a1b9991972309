import type { Clock } from './clock';

/** What each caller may ask: `perSecond` in the long run, `burst` at once; `perSecond` 0: without limit. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  readonly left: number;
  /** When `left` was true, epoch milliseconds. */
  readonly at: number;
}

/** A token bucket for each caller, so that one who asks too much takes nothing from another. */
export class TokenBuckets {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Takes a token of a caller. Whole seconds until there is one again where there is none; 0: it was taken. */
  take(caller: string): number {
    const { perSecond, burst } = this.#limit;
    if (perSecond === 0) return 0;
    const at = this.#clock.now();
    const bucket = this.#buckets.get(caller) ?? { left: burst, at };
    const left = Math.min(burst, bucket.left + ((at - bucket.at) / 1_000) * perSecond);
    this.#buckets.set(caller, { left: left < 1 ? left : left - 1, at });
    return left < 1 ? Math.ceil((1 - left) / perSecond) : 0;
  }
}
