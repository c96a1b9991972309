import type { Clock } from '@roamgrid/runtime';

/** Spaces the calls to each peer evenly. */
export class Pacer {
  readonly #clock: Clock;
  /** When the next call to a peer may start, epoch milliseconds. */
  readonly #next = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when a call to the peer may start, or the signal ends. Turns are given in the order of asking. */
  async turn(peerKey: string, perSecond: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const start = Math.max(now, this.#next.get(peerKey) ?? 0);
    this.#next.set(peerKey, start + 1_000 / perSecond);
    if (start > now) await this.#clock.sleep(start - now, signal);
  }

  /** The next call to the peer is not spaced from earlier ones. */
  forget(peerKey: string): void {
    this.#next.delete(peerKey);
  }
}
