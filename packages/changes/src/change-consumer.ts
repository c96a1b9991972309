import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Clock, Logger } from '@roamgrid/runtime';
import { readChange, type Change } from './change-event';

export interface ChangeConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Makes the changes durable on the consumer's side; only then their offsets are committed. */
  readonly accept: (changes: readonly Change[]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RESTART_DELAY = 1_000;

/**
 * Reads change topics at least once, in order per object. Whatever ends a consumer of the library — a broker that is away,
 * a rebalance gone wrong, topics that do not exist yet — a new one takes its place: silence is never the end.
 */
export class ChangeConsumer {
  readonly #options: ChangeConsumerOptions;
  #problem: string | undefined = 'not joined yet';

  constructor(options: ChangeConsumerOptions) {
    this.#options = options;
  }

  /** Why nothing is consumed at the moment; undefined when it is. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Consumes until the signal ends. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#runOnce(signal);
      } catch (error) {
        logger.warn({ err: error }, 'change consumer ended, to be begun again');
      }
      this.#problem = 'to be begun again';
      await clock.sleep(RESTART_DELAY, signal);
    }
  }

  async #runOnce(signal: AbortSignal): Promise<void> {
    const { kafka, groupId, topics } = this.#options;
    const consumer = kafka.consumer({
      groupId,
      allowAutoTopicCreation: false,
      sessionTimeout: 8_000,
      heartbeatInterval: 2_000,
      maxWaitTimeInMs: 50,
      maxBytesPerPartition: 4 * 1024 * 1024,
    });
    const ended = this.#ending(consumer, signal);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 3,
        eachBatch: (payload) => this.#batch(payload),
      });
      await ended;
    } finally {
      await consumer.disconnect();
    }
  }

  /** Resolves at the end of the signal, rejects when the library gives up. */
  #ending(consumer: Consumer, signal: AbortSignal): Promise<void> {
    consumer.on(consumer.events.GROUP_JOIN, () => (this.#problem = undefined));
    const ended = new Promise<void>((resolve, reject) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.on(consumer.events.STOP, () => reject(new Error('the consumer stopped')));
    });
    ended.catch(() => undefined); // it may reject before anyone waits for it; who waits gets the rejection
    return ended;
  }

  /** The library commits what is resolved after each batch; resolved is only what was accepted. */
  async #batch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    if (!payload.isRunning() || payload.isStale()) return;
    const changes = batch.messages.flatMap(({ key, headers }) => readChange(key, headers) ?? []);
    await this.#options.accept(changes);
    payload.resolveOffset(batch.lastOffset());
  }
}
