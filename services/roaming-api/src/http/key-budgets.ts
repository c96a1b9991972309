import { TokenBuckets, type Clock, type RateLimit } from '@roamgrid/runtime';
import type { ApiKey } from '../keys/api-key';
import { HttpProblem } from './problem';

/** What each key may ask of one process. */
export class KeyBudgets {
  readonly #limit: RateLimit;
  readonly #buckets: TokenBuckets;

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#buckets = new TokenBuckets(limit, clock);
  }

  /** Spends one request of a key. Throws overloaded, with the seconds to wait, once its bucket is empty. */
  spend({ id, name }: ApiKey): void {
    const wait = this.#buckets.take(id);
    if (wait === 0) return;
    throw new HttpProblem('overloaded', `the key "${name}" asks more than ${this.#limit.perSecond} times a second`, { 'retry-after': String(wait) });
  }
}
