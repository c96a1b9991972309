import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import { readChange, type Change } from './change-event';
import { consumerEnd } from './consumer-end';
import { placeKey, type Place } from './change-tail';

export interface ChangeConsumerOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Makes the changes durable on the consumer's side; only then their offsets are committed, within a second. What it rejects is offered again. */
  readonly accept: (changes: readonly Change[]) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RESTART_DELAY = 300;
/** Milliseconds between two signs of life to the group. */
const HEARTBEAT = 1_500;
/** Pause before changes that were not accepted are offered again, milliseconds. */
const OFFER_AGAIN = 300;
/** How often offsets are committed, milliseconds: after a crash so much is read again. */
const COMMIT_INTERVAL = 1_000;
/** Pause behind a batch, milliseconds, in which changes gather; none where there are many. */
const GATHERING = 15;
const MANY = 100;

/**
 * Reads change topics at least once, in order per object. Whatever ends a consumer of the library — a broker that is away,
 * a rebalance gone wrong, topics that do not exist yet — a new one takes its place: silence is never the end.
 */
export class ChangeConsumer {
  readonly #options: ChangeConsumerOptions;
  /** What was accepted and not committed yet: by partition, the offset behind it. */
  readonly #accepted = new Map<string, Place>();
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
      readUncommitted: true, // what a relay publishes is stored already: nothing of it can become untrue
      allowAutoTopicCreation: false,
      sessionTimeout: 6_000, // the least that a broker allows by default: for so long the partitions of a dead member stand still
      heartbeatInterval: HEARTBEAT,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 4 * 1024 * 1024,
    });
    const over = new AbortController();
    const ended = consumerEnd(consumer, signal);
    void ended.catch(() => undefined).then(() => over.abort());
    consumer.on(consumer.events.GROUP_JOIN, () => this.#joined());
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 3,
        eachBatch: (payload) => this.#batch(payload, over.signal),
      });
      await Promise.all([ended, this.#keepCommitted(consumer, over.signal)]);
    } finally {
      over.abort();
      await consumer.disconnect();
    }
  }

  /** What was accepted may be in another member's partitions now, who goes on from what is committed. */
  #joined(): void {
    this.#accepted.clear();
    this.#problem = undefined;
  }

  /** The library would commit after each batch of each partition, which costs the broker more than the changes do. */
  async #keepCommitted(consumer: Consumer, over: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!over.aborted) {
      await clock.sleep(COMMIT_INTERVAL, over);
      const places = [...this.#accepted.values()].map((place) => ({ ...place, offset: String(place.offset) }));
      this.#accepted.clear();
      if (places.length === 0) continue;
      await consumer.commitOffsets(places).catch((error: unknown) => {
        logger.warn({ reason: messageOf(error) }, 'offsets not committed: their changes may be read again');
      });
    }
  }

  /** Where reading goes on is what was accepted. */
  async #batch(payload: EachBatchPayload, over: AbortSignal): Promise<void> {
    const { batch } = payload;
    if (!payload.isRunning() || payload.isStale()) return;
    const changes = batch.messages.flatMap(({ key, headers }) => readChange(key, headers) ?? []);
    if (!(await this.#accepts(changes, payload, over))) return;
    payload.resolveOffset(batch.lastOffset());
    const { topic, partition } = batch;
    this.#accepted.set(placeKey(batch), { topic, partition, offset: Number(batch.lastOffset()) + 1 });
    if (changes.length < MANY) await this.#options.clock.sleep(GATHERING, over);
  }

  /**
   * Whether the changes were accepted before the consumer ended. However long that takes, as while the store is away, the group hears
   * of us meanwhile: a member that falls silent or gives up costs all of them a rebalance. Nor do we hold up a rebalance: the heartbeat
   * throws when one begins, and whoever has the partition then offers the changes anew.
   */
  async #accepts(changes: readonly Change[], { heartbeat }: Pick<EachBatchPayload, 'heartbeat'>, over: AbortSignal): Promise<boolean> {
    const { clock } = this.#options;
    const [left, settled] = [new AbortController(), new AbortController()];
    const accepting = this.#offer(changes, AbortSignal.any([over, left.signal])).finally(() => settled.abort());
    try {
      for (;;) {
        await Promise.race([accepting, clock.sleep(HEARTBEAT, AbortSignal.any([over, settled.signal]))]);
        if (settled.signal.aborted) return await accepting;
        if (over.aborted) return false;
        await heartbeat();
      }
    } finally {
      left.abort();
    }
  }

  /** Offers changes until they are accepted, or the signal ends; whether they are. Never rejects. */
  async #offer(changes: readonly Change[], signal: AbortSignal): Promise<boolean> {
    const { accept, clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await accept(changes);
        return true;
      } catch (error) {
        logger.warn({ reason: messageOf(error) }, 'changes not accepted, to be offered again');
        await clock.sleep(OFFER_AGAIN, signal);
      }
    }
    return false;
  }
}
