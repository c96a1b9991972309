import type { mongo, Connection } from 'mongoose';
import type { Kafka, Message, Producer } from 'kafkajs';
import type { Clock, Logger } from '@roamgrid/runtime';
import { bodyOf, Lease, versionField, type ObjectCollections, type ObjectState } from '@roamgrid/store';
import { changeMessage, changeTopic } from './change-event';
import { isHistoryLost, RevisionStream, type StreamedRevision } from './change-stream';
import { ensureChangeTopic, type TopicStyle } from './kafka';

interface RelayDocument {
  readonly _id: string;
  readonly epoch: number;
  readonly token: mongo.ResumeToken;
}

export interface ChangeRelayOptions {
  readonly connection: Connection;
  readonly collections: Pick<ObjectCollections, 'objects'>;
  readonly kafka: Kafka;
  readonly topicPrefix: string;
  readonly module: string;
  readonly style: TopicStyle;
  /** The version whose bytes are published. */
  readonly version: string;
  readonly holder: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const LEASE_TTL = 6_000;
const SCAN_BATCH = 500;
/** How often the place in the stream is stored, milliseconds: after a crash so much is published again. */
const PLACE_INTERVAL = 250;
/** What goes to the broker at once, in bytes: all of it can fall to one partition, which takes about 1 MB by default. */
const SEND_BYTES = 900_000;

/**
 * Publishes every acknowledged revision of a collection to Kafka, keyed by object and in order: one relay is active by
 * lease, follows the change stream, and now and then stores the resume token of what the broker has acknowledged. What was
 * sent twice after a crash carries the same rev, by which consumers drop it.
 */
export class ChangeRelay {
  readonly #options: ChangeRelayOptions;
  readonly #tokens: mongo.Collection<RelayDocument>;
  readonly #topic: string;
  #problem: string | undefined = 'not active yet';

  constructor(options: ChangeRelayOptions) {
    this.#options = options;
    this.#tokens = options.connection.collection('relays') as unknown as mongo.Collection<RelayDocument>;
    this.#topic = changeTopic(options.topicPrefix, options.module);
  }

  /** Why nothing is published by this process at the moment; undefined when it publishes. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Relays whenever the lease is held, until the signal ends. */
  async run(stop: AbortSignal): Promise<void> {
    const { connection, module, holder, clock, logger } = this.#options;
    const lease = new Lease({ connection, name: `relay/${module}`, holder, ttl: LEASE_TTL, clock, logger });
    await lease.hold((signal, epoch) => this.#relay(signal, epoch), stop);
  }

  async #relay(signal: AbortSignal, epoch: number): Promise<void> {
    const { kafka, style } = this.#options;
    const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
    try {
      await ensureChangeTopic(kafka, this.#topic, style);
      await producer.connect();
      this.#problem = undefined;
      await this.#follow(producer, signal, epoch);
    } catch (error) {
      this.#problem = 'publishing failed, to be begun again';
      throw error;
    } finally {
      await producer.disconnect();
    }
  }

  async #follow(producer: Producer, signal: AbortSignal, epoch: number): Promise<void> {
    const stored = await this.#tokens.findOne({ _id: this.#options.module });
    if (stored) {
      try {
        await this.#followFrom(stored.token, producer, signal, epoch);
        return;
      } catch (error) {
        if (!isHistoryLost(error)) throw error;
        this.#options.logger.warn({ module: this.#options.module }, 'resume token gone from the oplog, publishing the present state');
      }
    }
    await this.#rescan(producer, epoch, signal);
  }

  /**
   * Without a usable token: opens the stream at now, publishes the present state of everything, then goes on with the stream.
   * An object that changes during the scan comes twice, in order.
   */
  async #rescan(producer: Producer, epoch: number, signal: AbortSignal): Promise<void> {
    const { collections } = this.#options;
    const here = collections.objects.watch([], { maxAwaitTimeMS: 1 });
    await here.tryNext();
    const token = here.resumeToken;
    await here.close();
    const cursor = collections.objects.find({}, { promoteBuffers: true, batchSize: SCAN_BATCH });
    let batch: Message[] = [];
    for await (const { _id, state } of cursor) {
      if (signal.aborted) return;
      batch.push(this.#message(_id, state));
      if (batch.length < SCAN_BATCH) continue;
      await this.#send(producer, batch);
      batch = [];
    }
    await this.#send(producer, batch);
    await this.#store(token, epoch);
    await this.#followFrom(token, producer, signal, epoch);
  }

  async #followFrom(token: mongo.ResumeToken, producer: Producer, signal: AbortSignal, epoch: number): Promise<void> {
    const { collections, clock } = this.#options;
    const ended = new AbortController();
    const until = AbortSignal.any([signal, ended.signal]);
    let place: mongo.ResumeToken = undefined;
    const publish = async (batch: readonly StreamedRevision[]): Promise<void> => {
      await this.#send(producer, batch.map(({ key, state }) => this.#message(key, state)));
      place = batch.at(-1)?.token;
    };
    const keepPlace = async (): Promise<void> => {
      while (!until.aborted) {
        await clock.sleep(PLACE_INTERVAL, until);
        const reached = place;
        place = undefined;
        await this.#store(reached, epoch);
      }
    };
    const following = new RevisionStream(collections, clock).follow(token, publish, until);
    const both = [following, keepPlace()].map((each) => each.finally(() => ended.abort()));
    await Promise.allSettled(both); // the one that fails ends the other
    await Promise.all(both);
  }

  #message(key: string, state: ObjectState): Message {
    const { module, version } = this.#options;
    return changeMessage(module, key, state, version, state.deleted ? undefined : bodyOf(state, versionField(version)));
  }

  async #send(producer: Producer, messages: Message[]): Promise<void> {
    for (const part of partsBySize(messages)) {
      await producer.sendBatch({ acks: -1, topicMessages: [{ topic: this.#topic, messages: part }] });
    }
  }

  /** A predecessor that lost its lease must not set the token back: only an equal or higher epoch may write. */
  async #store(token: mongo.ResumeToken, epoch: number): Promise<void> {
    if (token === undefined || token === null) return;
    await this.#tokens.updateOne(
      { _id: this.#options.module, epoch: { $lte: epoch } },
      { $set: { token, epoch } },
      { upsert: true, writeConcern: { w: 1 } },
    );
  }
}

/** In their order; a message that is larger than the rest may be goes alone. */
function partsBySize(messages: readonly Message[]): Message[][] {
  const parts: Message[][] = [];
  let room = 0;
  for (const message of messages) {
    const size = message.value?.length ?? 0;
    if (size > room || parts.length === 0) {
      parts.push([]);
      room = SEND_BYTES;
    }
    parts.at(-1)?.push(message);
    room -= size;
  }
  return parts;
}
