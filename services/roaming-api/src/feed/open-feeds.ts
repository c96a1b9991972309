import { RoamgridError, type Clock } from '@roamgrid/runtime';
import type { FeedClient } from './feed-client';

/** Proxies close connections on which nothing moves, commonly after 30 s or 60 s. */
const HEARTBEAT = 15_000;
/** Readers of what was missed, each a consumer at the broker. */
const READERS = 4;

/** The clients of the feed in this process. */
export class OpenFeeds {
  readonly #clients = new Set<FeedClient>();
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  /** Those that nobody uses. */
  #readers = READERS;

  constructor(limit: number, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
  }

  /** Throws overloaded when there are as many clients as may be. */
  checkRoom(): void {
    if (this.#clients.size < this.#limit) return;
    throw new RoamgridError('overloaded', `${this.#limit} clients follow the feed here already; try again later`);
  }

  /** Counts a client in until the returned function is called. */
  add(client: FeedClient): () => void {
    this.#clients.add(client);
    return () => this.#clients.delete(client);
  }

  /** Lets a client read what it missed; only so many do at a time, the others wait their turn. */
  async catchUp(client: FeedClient): Promise<void> {
    if (this.#readers > 0) this.#readers -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      await client.catchUp();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#readers += 1;
    }
  }

  /** Keeps the connections alive until the signal ends, then ends them: each client goes on elsewhere. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(HEARTBEAT, signal);
      for (const client of this.#clients) {
        if (signal.aborted) client.end();
        else client.beat();
      }
    }
  }
}
