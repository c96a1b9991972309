import { RoamgridError, type Clock } from '@roamgrid/runtime';

/** What every peer may ask of one gateway: `perSecond` in the long run, `burst` at once; `perSecond` 0: without limit. */
export interface Budget {
  readonly perSecond: number;
  readonly burst: number;
}

interface Account {
  left: number;
  /** When `left` was true, epoch milliseconds. */
  at: number;
}

/** A token bucket for each peer, so that one that asks too much takes from nobody else (TRN-63). */
export class PeerBudgets {
  readonly #budget: Budget;
  readonly #clock: Clock;
  readonly #accounts = new Map<string, Account>();

  constructor(budget: Budget, clock: Clock) {
    this.#budget = budget;
    this.#clock = clock;
  }

  /** Spends one request of a peer. Throws overloaded once its budget is used up. */
  spend(peerId: string): void {
    const { perSecond, burst } = this.#budget;
    if (perSecond === 0) return;
    const now = this.#clock.now();
    const account = this.#accounts.get(peerId) ?? { left: burst, at: now };
    const left = Math.min(burst, account.left + ((now - account.at) / 1_000) * perSecond);
    this.#accounts.set(peerId, { left: left < 1 ? left : left - 1, at: now });
    if (left < 1) throw new RoamgridError('overloaded', `more than ${perSecond} requests a second; wait for Retry-After`);
  }
}
