import { RoamgridError, TokenBuckets, type Clock, type RateLimit } from '@roamgrid/runtime';

/** What every peer may ask of one gateway (TRN-63). */
export class PeerBudgets {
  readonly #limit: RateLimit;
  readonly #buckets: TokenBuckets;

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#buckets = new TokenBuckets(limit, clock);
  }

  /** Spends one request of a peer. Throws overloaded once its budget is used up. */
  spend(peerId: string): void {
    if (this.#buckets.take(peerId) === 0) return;
    throw new RoamgridError('overloaded', `more than ${this.#limit.perSecond} requests a second; wait for Retry-After`);
  }
}
