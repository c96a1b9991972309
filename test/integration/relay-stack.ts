import { ChangeRelay, changeTopic, createKafka } from '@roamgrid/changes';
import { systemClock } from '@roamgrid/runtime';
import { ObjectStore } from '@roamgrid/store';
import { waitUntil } from '@roamgrid/testkit';
import type { Consumer, Kafka } from 'kafkajs';
import type { Connection } from 'mongoose';

import { logger, StoreStack } from './store-stack';

/** A message as it came from the topic. */
export interface Published {
  readonly key: string;
  readonly rev: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly event: Readonly<Record<string, unknown>>;
}

/** A relay that runs until it is stopped. */
export interface RunningRelay {
  readonly relay: ChangeRelay;
  stop(): Promise<void>;
}

/** Real MongoDB and Kafka, and relays between them; each module is a collection and a topic of its own. */
export class RelayStack {
  readonly #stack = new StoreStack();
  readonly #relays: RunningRelay[] = [];
  readonly #consumers: Consumer[] = [];
  #kafka: Kafka | undefined;
  #holders = 0;

  async start(): Promise<void> {
    await this.#stack.startWithKafka();
    this.#kafka = this.#newKafka('relay-test');
  }

  get kafka(): Kafka {
    if (!this.#kafka) throw new Error('the stack was not started');
    return this.#kafka;
  }

  /** Connection and store of a replica; replicas of one module share its database. */
  async replica(module: string): Promise<{ connection: Connection; store: ObjectStore }> {
    const connection = await this.#stack.connect(`relay-${module}`);
    return { connection, store: await ObjectStore.open(connection, module, systemClock, { history: false }) };
  }

  /** Runs a relay of a replica. */
  relay(module: string, { connection, store }: { connection: Connection; store: ObjectStore }): RunningRelay {
    this.#holders += 1;
    const relay = new ChangeRelay({
      connection, module, collections: store.collections, kafka: this.#newKafka(`relay-${this.#holders}`), topicPrefix: 'test',
      style: 'state', version: '2.2.1', holder: `holder-${this.#holders}`, clock: systemClock, logger,
    });
    const stop = new AbortController();
    const run = relay.run(stop.signal);
    const running = {
      relay,
      stop: async () => {
        stop.abort();
        await run;
      },
    };
    this.#relays.push(running);
    return running;
  }

  /** All that is and will be on the topic of a module, in the order of its partitions. The topic must be there. */
  async consume(module: string): Promise<Published[]> {
    const published: Published[] = [];
    const consumer = this.kafka.consumer({ groupId: `test-${module}`, maxWaitTimeInMs: 20, allowAutoTopicCreation: false, maxBytesPerPartition: 16 << 20 });
    this.#consumers.push(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic: changeTopic('test', module), fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ message: { key, value, headers = {} } }) => {
        const texts = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, String(text)]));
        const event = JSON.parse(String(value)) as Published['event'];
        published.push({ key: String(key), rev: Number(texts['rev']), headers: texts, event });
      },
    });
    return published;
  }

  /** Ends relays and consumers, keeps MongoDB and Kafka. */
  async reset(): Promise<void> {
    await Promise.all(this.#relays.splice(0).map((relay) => relay.stop()));
    await Promise.all(this.#consumers.splice(0).map((consumer) => consumer.disconnect()));
  }

  async stop(): Promise<void> {
    await this.reset();
    await this.#stack.stop();
  }

  #newKafka(clientId: string): Kafka {
    return createKafka({ brokers: this.#stack.brokers, topicPrefix: 'test' }, clientId, logger);
  }
}

/** Waits until a relay publishes. */
export function untilActive(...relays: readonly RunningRelay[]): Promise<void> {
  const active = (): boolean => relays.some(({ relay }) => relay.problem === undefined);
  return waitUntil(() => Promise.resolve(active()), { what: 'a relay is active', timeoutMs: 30_000, intervalMs: 10 });
}

/** Waits until every object has arrived in this revision. */
export function untilPublished(published: readonly Published[], revs: ReadonlyMap<string, number>): Promise<void> {
  const arrived = (): boolean => {
    const newest = new Map<string, number>();
    for (const { key, rev } of published) newest.set(key, Math.max(rev, newest.get(key) ?? 0));
    return [...revs].every(([key, rev]) => newest.get(key) === rev);
  };
  return waitUntil(() => Promise.resolve(arrived()), { what: 'everything is published', timeoutMs: 30_000, intervalMs: 10 });
}

/** The revisions of an object in the order in which a consumer takes them that drops what it has seen. */
export function taken(published: readonly Published[], key: string): number[] {
  const revs: number[] = [];
  for (const message of published) if (message.key === key && message.rev > (revs.at(-1) ?? 0)) revs.push(message.rev);
  return revs;
}
