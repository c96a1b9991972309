import {
  ChangeTail,
  changeTopic,
  ensureChangeTopic,
  placeKey,
  readTopicOffsets,
  type Place,
  type TailBatch,
  type TopicPartition,
  type TopicStyle,
} from '@roamgrid/changes';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import type { ChangeSource } from './change-source';

type Kafka = Parameters<typeof readTopicOffsets>[0];

/** A module in the feed, and how its topic keeps changes. */
export interface FedModule {
  readonly id: string;
  readonly style: TopicStyle;
}

export interface KafkaChangesOptions {
  readonly kafka: Kafka;
  readonly topicPrefix: string;
  readonly modules: readonly FedModule[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
}

const RETRY = 1_000;
/** Pauses between two readings of what is new, milliseconds: while somebody listens, and while nobody does. */
const GATHERING = { heard: 20, unheard: 1_000 };

/**
 * The change topics on Kafka. One consumer reads their end for all clients of this process; while there are none it only
 * keeps up, many changes at a time.
 */
export class KafkaChanges implements ChangeSource {
  readonly #options: KafkaChangesOptions;
  readonly #listeners = new Set<(batch: TailBatch) => void>();
  /** Ended when somebody begins to listen. */
  #pause = new AbortController();
  readonly #places = new Map<string, Place>();
  readonly #modules: ReadonlyMap<string, string>;

  constructor(options: KafkaChangesOptions) {
    this.#options = options;
    this.#modules = new Map(options.modules.map(({ id }) => [this.#topic(id), id]));
  }

  get ready(): boolean {
    return this.#places.size > 0;
  }

  /** Reads the end of all topics until the signal ends; a broker that is away is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#begin(signal);
    if (signal.aborted) return;
    signal.addEventListener('abort', () => this.#pause.abort(), { once: true });
    const gather = (): Promise<void> => this.#gather();
    await this.#tail([...this.#places.values()], 'feed', (batch) => this.#hand(batch), gather).run(signal);
  }

  places(module: string): readonly Place[] {
    const topic = this.#topic(module);
    return [...this.#places.values()].filter((place) => place.topic === topic);
  }

  next(partition: TopicPartition): number {
    return this.#places.get(placeKey(partition))?.offset ?? 0;
  }

  listen(listener: (batch: TailBatch) => void): () => void {
    this.#listeners.add(listener);
    this.#pause.abort();
    this.#pause = new AbortController();
    return () => this.#listeners.delete(listener);
  }

  async held(modules: readonly string[]): ReturnType<ChangeSource['held']> {
    const offsets = await readTopicOffsets(this.#options.kafka, modules.map((module) => this.#topic(module)));
    return offsets.map((held) => ({ ...held, module: this.moduleOf(held.topic) }));
  }

  read(from: readonly Place[], accept: (batch: TailBatch) => Promise<void>, signal: AbortSignal): Promise<void> {
    return this.#tail(from, 'catch-up', accept).run(signal);
  }

  moduleOf(topic: string): string {
    return this.#modules.get(topic) ?? '';
  }

  #topic(module: string): string {
    return changeTopic(this.#options.topicPrefix, module);
  }

  #gather(): Promise<void> {
    const pause = this.#listeners.size > 0 ? GATHERING.heard : GATHERING.unheard;
    return this.#options.clock.sleep(pause, this.#pause.signal);
  }

  #tail(
    from: readonly Place[],
    purpose: string,
    accept: (batch: TailBatch) => Promise<void> | void,
    gather?: () => Promise<void>,
  ): ChangeTail {
    const { kafka, topicPrefix, clock, logger, newId } = this.#options;
    const groupId = `${topicPrefix}.roaming-api.${purpose}.${newId()}`;
    return new ChangeTail({ kafka, groupId, from, accept, clock, logger, ...(gather && { gather }) });
  }

  /** In one go, so that whoever compares its own place with ours sees all of a batch handed out, or nothing. */
  #hand(batch: TailBatch): void {
    for (const listener of this.#listeners) listener(batch);
    const { topic, partition, next: offset } = batch;
    this.#places.set(placeKey(batch), { topic, partition, offset });
  }

  /** Notes where the topics end now; makes those that no service has made yet. */
  async #begin(signal: AbortSignal): Promise<void> {
    const { kafka, modules, clock, logger } = this.#options;
    while (!signal.aborted) {
      try {
        for (const { id, style } of modules) await ensureChangeTopic(kafka, this.#topic(id), style);
        const offsets = await readTopicOffsets(kafka, modules.map(({ id }) => this.#topic(id)));
        for (const { topic, partition, high } of offsets) {
          this.#places.set(placeKey({ topic, partition }), { topic, partition, offset: high });
        }
        return;
      } catch (error) {
        logger.warn({ reason: messageOf(error) }, 'waiting for the change topics');
        await clock.sleep(RETRY, signal);
      }
    }
  }
}
