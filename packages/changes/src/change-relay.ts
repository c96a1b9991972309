import type { mongo, Connection } from 'mongoose';
import type { Kafka, Message } from 'kafkajs';
import { crashPoint, type Clock, type Logger, type RelayStatus } from '@roamgrid/runtime';
import { bodyOf, Lease, versionField, type ObjectCollections, type ObjectState } from '@roamgrid/store';
import { changeMessage, changeTopic } from './change-event';
import { isHistoryLost, RevisionStream, type StreamedRevision } from './change-stream';
import { FencedProducer } from './fenced-producer';
import { FollowedPlace, type Reached } from './followed-place';
import { ensureChangeTopic, type TopicStyle } from './kafka';

interface RelayDocument {
  readonly _id: string;
  readonly epoch: number;
  readonly token: mongo.ResumeToken;
  /** Everything that was written until then is published. */
  readonly until: Date;
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
/** How often what was sent is committed and the place in the stream stored, milliseconds: after a crash so much is sent again. */
const PLACE_INTERVAL = 500;
/** Another process has the lease. */
const NOT_ITS_TURN = 'another process publishes';
/** What goes to the broker at once, in bytes: all of it can fall to one partition, which takes about 1 MB by default. */
const SEND_BYTES = 900_000;

/**
 * Publishes every acknowledged revision of a collection to Kafka, keyed by object and in order: one relay is active by
 * lease, follows the change stream, and now and then stores the resume token of what the broker has acknowledged. A holder
 * that was stopped and lost the lease meanwhile can publish nothing more: Kafka refuses it ({@link FencedProducer}). What was
 * sent twice after a crash carries the same rev, by which consumers drop it.
 */
export class ChangeRelay {
  readonly #options: ChangeRelayOptions;
  readonly #tokens: mongo.Collection<RelayDocument>;
  readonly #topic: string;
  #problem: string | undefined = NOT_ITS_TURN;

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

  /** How far publishing has come, whichever process does it, by MongoDB's clock. Throws what the store throws. */
  async status(): Promise<RelayStatus> {
    const [place] = await this.#tokens
      .aggregate<Pick<RelayStatus, 'epoch' | 'published_until' | 'lag'>>([
        { $match: { _id: this.#options.module } },
        {
          $project: {
            ...{ _id: 0, epoch: 1, published_until: { $toLong: '$until' } },
            lag: { $max: [0, { $toLong: { $subtract: ['$$NOW', '$until'] } }] },
          },
        },
      ])
      .toArray();
    const { epoch = 0, published_until = 0, lag = 0 } = place ?? {};
    const problem = this.#problem === NOT_ITS_TURN ? '' : (this.#problem ?? '');
    return { module: this.#options.module, topic: this.#topic, published_until, lag, epoch, problem };
  }

  async #relay(signal: AbortSignal, epoch: number): Promise<void> {
    const { kafka, style } = this.#options;
    let producer: FencedProducer | undefined;
    try {
      await ensureChangeTopic(kafka, this.#topic, style);
      producer = await FencedProducer.open(kafka, this.#topic, `${this.#topic}.relay`);
      this.#problem = undefined;
      await this.#follow(producer, signal, epoch);
    } catch (error) {
      this.#problem = 'publishing failed, to be begun again';
      throw error;
    } finally {
      this.#problem ??= NOT_ITS_TURN;
      await producer?.close();
    }
  }

  /** What the place says was read behind the fence: no predecessor can publish anything after it. */
  async #follow(producer: FencedProducer, signal: AbortSignal, epoch: number): Promise<void> {
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
  async #rescan(producer: FencedProducer, epoch: number, signal: AbortSignal): Promise<void> {
    const { collections, clock } = this.#options;
    const started = clock.now();
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
      await producer.commit();
      batch = [];
    }
    await this.#send(producer, batch);
    await producer.commit();
    await this.#store({ token, until: started }, epoch);
    await this.#followFrom(token, producer, signal, epoch);
  }

  async #followFrom(token: mongo.ResumeToken, producer: FencedProducer, signal: AbortSignal, epoch: number): Promise<void> {
    const { collections, clock } = this.#options;
    const ended = new AbortController();
    const until = AbortSignal.any([signal, ended.signal]);
    const place = new FollowedPlace(clock.now());
    const publish = async (batch: readonly StreamedRevision[]): Promise<void> => {
      crashPoint('relay.publishing');
      await this.#send(producer, batch.map(({ key, state }) => this.#message(key, state)));
      crashPoint('relay.published');
      const last = batch.at(-1);
      if (last) place.published({ token: last.token, until: last.at });
    };
    const keepPlace = async (): Promise<void> => {
      while (!until.aborted) {
        await clock.sleep(PLACE_INTERVAL, until);
        const reached = place.take(clock.now());
        if (!reached) continue;
        await producer.commit();
        await this.#store(reached, epoch);
      }
    };
    const quiet = (at: mongo.ResumeToken): void => place.quiet(at, clock.now());
    const following = new RevisionStream(collections, clock).follow(token, { handle: publish, quiet }, until);
    const both = [following, keepPlace()].map((each) => each.finally(() => ended.abort()));
    await Promise.allSettled(both); // the one that fails ends the other
    await Promise.all(both);
  }

  #message(key: string, state: ObjectState): Message {
    const { module, version } = this.#options;
    return changeMessage(module, key, state, version, state.deleted ? undefined : bodyOf(state, versionField(version)));
  }

  async #send(producer: FencedProducer, messages: readonly Message[]): Promise<void> {
    for (const part of partsBySize(messages)) {
      await producer.send(part);
    }
  }

  /** A predecessor that lost its lease must not set the token back: only an equal or higher epoch may write. */
  async #store({ token, until }: Reached, epoch: number): Promise<void> {
    if (token === undefined || token === null) return;
    await this.#tokens.updateOne(
      { _id: this.#options.module, epoch: { $lte: epoch } },
      { $set: { token, epoch, until: new Date(until) } },
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
