import { messageOf, type Client, type Logger, type PullCalls, type PushCalls } from '@roamgrid/runtime';
import type { MessageReport } from './client-health';

const TIMEOUT = { timeout: 2_000 };

export interface MessageReportsOptions {
  readonly push: Client<PushCalls>;
  readonly pull: Client<PullCalls>;
  readonly logger: Logger;
}

/**
 * What comes of our messages to peers, as the services that send them say. Of several push-dispatchers each has some of the
 * lanes, and a call reaches one of them: what another one said before holds until it is heard anew.
 */
export class MessageReports {
  readonly #options: MessageReportsOptions;
  readonly #pushed = new Map<string, MessageReport>();
  readonly #pages = new Map<string, number>();

  constructor(options: MessageReportsOptions) {
    this.#options = options;
  }

  /** By peer id; a service that does not answer is left out, and what it said before holds. */
  async read(): Promise<(peer: string) => MessageReport> {
    await Promise.all([this.#attempt('push-dispatcher', this.#readPush()), this.#attempt('pull-scheduler', this.#readPull())]);
    return (peer) => {
      const { failing = false, successes = 0 } = this.#pushed.get(peer) ?? {};
      return { failing, successes: successes + (this.#pages.get(peer) ?? 0) };
    };
  }

  async #readPush(): Promise<void> {
    const { peers } = await this.#options.push.Health({}, TIMEOUT);
    for (const { peer_id, health, delivered } of peers) {
      if (health === '') continue;
      this.#pushed.set(peer_id, { failing: health !== 'well', successes: delivered });
    }
  }

  async #readPull(): Promise<void> {
    const { jobs } = await this.#options.pull.Status({}, TIMEOUT);
    const pages = new Map<string, number>();
    for (const job of jobs) pages.set(job.peer_id, (pages.get(job.peer_id) ?? 0) + job.pages);
    for (const [peer, sum] of pages) this.#pages.set(peer, sum);
  }

  async #attempt(service: string, reading: Promise<void>): Promise<void> {
    try {
      await reading;
    } catch (error) {
      this.#options.logger.warn({ service, reason: messageOf(error) }, 'no word on the messages to clients');
    }
  }
}
