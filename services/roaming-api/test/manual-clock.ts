import type { Clock } from '@roamgrid/runtime';

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = 1_000_000;
  #sleepers: { readonly until: number; readonly wake: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  sleep(millis: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#sleepers.push({ until: this.#now + millis, wake });
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  /** Moves on and wakes who has slept enough. */
  advance(millis: number): void {
    this.#now += millis;
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
  }
}

/** A clock on which every wait is over at once, and time goes by as much as was waited. */
export class EagerClock implements Clock {
  readonly waits: number[] = [];
  #now = 1_000_000;

  now(): number {
    return this.#now;
  }

  async sleep(millis: number): Promise<void> {
    this.waits.push(millis);
    this.#now += millis;
    await Promise.resolve();
  }
}
