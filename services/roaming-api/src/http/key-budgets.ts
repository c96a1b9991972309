import type { Clock } from '@roamgrid/runtime';
import type { ApiKey } from '../keys/api-key';
import { HttpProblem } from './problem';

/** What a key may ask of one process: `perSecond` in the long run, `burst` at once; `perSecond` 0: without limit. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

interface Account {
  readonly left: number;
  /** When `left` was true, epoch milliseconds. */
  readonly at: number;
}

/** A token bucket for each key, so that one system that asks too much takes from no other. */
export class KeyBudgets {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #accounts = new Map<string, Account>();

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Spends one request of a key. Throws overloaded, with the seconds to wait, once its bucket is empty. */
  spend({ id, name }: ApiKey): void {
    const { perSecond, burst } = this.#limit;
    if (perSecond === 0) return;
    const at = this.#clock.now();
    const account = this.#accounts.get(id) ?? { left: burst, at };
    const left = Math.min(burst, account.left + ((at - account.at) / 1_000) * perSecond);
    this.#accounts.set(id, { left: left < 1 ? left : left - 1, at });
    if (left >= 1) return;
    const wait = String(Math.ceil((1 - left) / perSecond));
    throw new HttpProblem('overloaded', `the key "${name}" asks more than ${perSecond} times a second`, {
      'retry-after': wait,
    });
  }
}
