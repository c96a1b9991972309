/** So many requests a second, so many at once after a pause. */
export interface Budget {
  readonly perSecond: number;
  readonly burst: number;
}

/** What each peer of a trial platform may still ask. */
export class TrialBudgets {
  readonly #accounts = new WeakMap<object, { left: number; at: number }>();

  constructor(readonly budget: Budget) {}

  /** Takes one request off; true where none was left. */
  isSpent(peer: object): boolean {
    const { perSecond, burst } = this.budget;
    const now = Date.now();
    const account = this.#accounts.get(peer) ?? { left: burst, at: now };
    const left = Math.min(burst, account.left + ((now - account.at) / 1_000) * perSecond);
    this.#accounts.set(peer, { left: left < 1 ? left : left - 1, at: now });
    return left < 1;
  }
}
