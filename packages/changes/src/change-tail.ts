import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Clock, Logger } from '@roamgrid/runtime';
import { readChange, type Change } from './change-event';
import { consumerEnd } from './consumer-end';
import type { TopicPartition } from './topic-offsets';

/** Where reading of a partition goes on: the offset of the next message. */
export interface Place extends TopicPartition {
  readonly offset: number;
}

/** A change as it stands in its partition, with the whole message. */
export interface PlacedChange {
  readonly offset: number;
  readonly change: Change;
  readonly value: Buffer;
}

/** Consecutive changes of a partition; `next` is where its reading goes on, behind all of them. */
export interface TailBatch extends TopicPartition {
  readonly changes: readonly PlacedChange[];
  readonly next: number;
}

export interface ChangeTailOptions {
  readonly kafka: Kafka;
  /** A group that nobody else is in. */
  readonly groupId: string;
  /** The partitions to read, and where each begins. All others of the same topics are left out. */
  readonly from: readonly Place[];
  /** Takes a batch; the next one comes when it is done. A failure hands the same batch in again. */
  readonly accept: (batch: TailBatch) => Promise<void> | void;
  /** Pause behind each reading, in which changes gather; none unless given. With it partitions are read side by side. */
  readonly gather?: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const RESTART_DELAY = 1_000;
const HEARTBEAT_INTERVAL = 2_000;

/**
 * Reads partitions of change topics from given offsets on, for one process alone: nothing is committed, and after a lost
 * broker reading goes on behind the last batch that was accepted. In order within a partition.
 */
export class ChangeTail {
  readonly #options: ChangeTailOptions;
  readonly #next = new Map<string, Place>();

  constructor(options: ChangeTailOptions) {
    this.#options = options;
    for (const place of options.from) this.#next.set(placeKey(place), place);
  }

  /** Reads until the signal ends. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#runOnce(signal);
      } catch (error) {
        logger.warn({ err: error }, 'reading of changes ended, to be begun again');
      }
      await clock.sleep(RESTART_DELAY, signal);
    }
  }

  async #runOnce(signal: AbortSignal): Promise<void> {
    const { kafka, groupId, from, gather } = this.#options;
    const consumer = kafka.consumer({
      groupId,
      readUncommitted: true, // what a relay publishes is stored already: nothing of it can become untrue
      allowAutoTopicCreation: false,
      sessionTimeout: 8_000,
      heartbeatInterval: HEARTBEAT_INTERVAL,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 1024 * 1024,
      maxBytes: 4 * 1024 * 1024,
    });
    const ended = consumerEnd(consumer, signal);
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.#takePlaces(consumer, payload.memberAssignment));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: this.#topics(), fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: gather ? from.length : 1,
        eachBatch: (payload) => this.#batch(payload, signal),
      });
      await ended;
    } finally {
      await consumer.disconnect();
    }
  }

  #topics(): string[] {
    return [...new Set(this.#options.from.map(({ topic }) => topic))];
  }

  /** Nothing is committed, so each time that the consumer joins it has to be told where it stood. */
  #takePlaces(consumer: Consumer, assigned: Readonly<Record<string, readonly number[]>>): void {
    for (const [topic, partitions] of Object.entries(assigned)) {
      const others = partitions.filter((partition) => !this.#next.has(placeKey({ topic, partition })));
      if (others.length > 0) consumer.pause([{ topic, partitions: others }]);
    }
    for (const { topic, partition, offset } of this.#next.values()) {
      consumer.seek({ topic, partition, offset: String(offset) });
    }
  }

  async #batch(payload: EachBatchPayload, signal: AbortSignal): Promise<void> {
    const { batch } = payload;
    const place = this.#next.get(placeKey(batch));
    const next = Number(batch.lastOffset()) + 1;
    if (!payload.isRunning() || payload.isStale() || signal.aborted) return;
    if (place && next > place.offset) {
      const changes = batch.messages.flatMap(({ offset, key, value, headers }): PlacedChange[] => {
        const change = Number(offset) >= place.offset ? readChange(key, headers) : undefined;
        return change && value ? [{ offset: Number(offset), change, value }] : [];
      });
      const { topic, partition } = place;
      await this.#withHeartbeats(payload, async () => this.#options.accept({ topic, partition, changes, next }));
      this.#next.set(placeKey(place), { topic, partition, offset: next });
    }
    payload.resolveOffset(batch.lastOffset());
    await this.#options.gather?.();
  }

  /** A client that reads slowly must not cost the consumer its membership. */
  async #withHeartbeats(payload: EachBatchPayload, work: () => Promise<void>): Promise<void> {
    const done = new AbortController();
    const working = work().finally(() => done.abort());
    working.catch(() => undefined); // awaited below, once the beating has ended
    while (!done.signal.aborted) {
      await this.#options.clock.sleep(HEARTBEAT_INTERVAL, done.signal);
      // One that fails is made up for by joining again, behind this batch.
      if (!done.signal.aborted) await payload.heartbeat().catch(() => undefined);
    }
    await working;
  }
}

/** Tells partitions apart. */
export function placeKey({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
