import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { changeMessage, changeTopic, ensureChangeTopic, createKafka } from '@roamgrid/changes';
import {
  connectGrpc,
  createLogger,
  pushContract,
  pushOperationsContract,
  type Client,
  type OwedRow,
  type PushCalls,
  type PushLane,
  type PushOperationsCalls,
} from '@roamgrid/runtime';
import { freePort, ProcessGroup, startParts, waitUntil, type Parts, type SupervisedProcess } from '@roamgrid/testkit';
import type { Message, Producer } from 'kafkajs';
import mongoose from 'mongoose';

import type { PushPeer } from './push-peer';
import { ObjectSource, PeerSource } from './push-sources';

const MAIN = resolve(__dirname, '../../services/push-dispatcher/dist/main.js');
const logger = createLogger('push-test', 'silent');

export type PushModule = 'locations' | 'tariffs';

/** A row of the dispatcher, as far as the tests look at it. */
export interface Row {
  readonly _id: string;
  readonly peer: string;
  readonly key: string;
  readonly state: 'owed' | 'sent' | 'dead';
  readonly rev: number;
  readonly sent: number;
  readonly due: Date;
  readonly failure: {
    readonly http: number;
    readonly ocpi: number;
    readonly response: string;
    readonly at: Date;
  } | null;
}

/** A dispatcher process. */
export interface Dispatcher {
  readonly process: SupervisedProcess;
  readonly client: Client<PushCalls>;
  readonly operations: Client<PushOperationsCalls>;
}

/**
 * Real MongoDB and Kafka, dispatchers as processes on them, and everything that they talk to under the test's control.
 */
export class PushStack {
  readonly peers = new PeerSource();
  readonly objects: Record<PushModule, ObjectSource> = { locations: new ObjectSource(), tariffs: new ObjectSource() };
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-push-'));
  readonly #group = new ProcessGroup().stopWithProcess();
  readonly #receivers: PushPeer[] = [];
  #addresses: Record<string, string> = {};
  #credentials = '';
  #parts: Parts | undefined;
  #producer: Producer | undefined;
  #connection: mongoose.Connection | undefined;

  async start(): Promise<void> {
    this.#parts = await startParts({ dataDir: this.#dataDir, group: this.#group, mongo: { cacheGb: 0.25 } });
    this.#credentials = await this.peers.start();
    this.#addresses = { locations: await this.objects.locations.start(), tariffs: await this.objects.tariffs.start() };
    this.#connection = await mongoose.createConnection(this.mongodbUri).asPromise();
    const kafka = createKafka({ brokers: this.#parts.kafkaBrokers, topicPrefix: 'roamgrid' }, 'push-test', logger);
    for (const module of ['locations', 'tariffs']) {
      const created = (): Promise<boolean> =>
        ensureChangeTopic(kafka, changeTopic('roamgrid', module), 'state').then(() => true);
      await until(`the topic of ${module} is there`, created);
    }
    this.#producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
    await this.#producer.connect();
  }

  get parts(): Parts {
    if (!this.#parts) throw new Error('the parts were not started');
    return this.#parts;
  }

  get mongodbUri(): string {
    return this.parts.mongodbUri.replace('/?', '/push?');
  }

  /** Starts a replica. */
  async dispatcher(name: string, settings: Readonly<Record<string, unknown>> = {}): Promise<Dispatcher> {
    const [grpcPort, healthPort] = [await freePort(), await freePort()];
    const values: Record<string, unknown> = {
      MONGODB__URI: this.mongodbUri,
      KAFKA: { brokers: this.parts.kafkaBrokers, topicPrefix: 'roamgrid' },
      GRPC: { host: '127.0.0.1', port: grpcPort },
      HEALTH: { host: '127.0.0.1', port: healthPort },
      CREDENTIALS: this.#credentials,
      OBJECTS: this.#addresses,
      EGRESS: { allowHttp: true, allowedNetworks: ['127.0.0.1'] },
      LANE: { window: 8, connectTimeout: 1_000, answerTimeout: 30_000, maxAnswerBytes: 65_536 },
      RETRY: { schedule: [100, 300, 1_000], jitter: 0.2 },
      BREAKER: { failures: 5, firstPause: 100, longestPause: 1_000, pausedProbe: 3_600_000 },
      ...settings,
    };
    const env = Object.entries(values).map(([key, value]) => [
      `ROAMGRID__${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const process_ = await this.#group.start({
      name,
      command: process.execPath,
      args: [MAIN],
      env: { ...process.env, ...(Object.fromEntries(env) as Record<string, string>) },
      logFile: join(this.#dataDir, 'logs', `${name}.log`),
      ready: async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok,
    });
    const address = `127.0.0.1:${grpcPort}`;
    return {
      process: process_,
      client: connectGrpc(pushContract, address),
      operations: connectGrpc(pushOperationsContract, address),
    };
  }

  /** A peer that listens and is registered. */
  async peer(peer: PushPeer): Promise<PushPeer> {
    this.#receivers.push(await peer.listen());
    this.peers.set(peer.peer());
    return peer;
  }

  /** Waits until a new peer has all that was there when it came. */
  async untilCaughtUp(peer: PushPeer): Promise<void> {
    await this.untilNothingIsOwed(peer);
    await this.untilEqual(peer);
  }

  /** Waits until the backlogs of a new peer are complete, and nothing is owed to it. */
  async untilNothingIsOwed(peer: PushPeer): Promise<void> {
    const complete = { peer: peer.id, $expr: { $eq: ['$wanted', '$done'] } };
    await until(
      `the backlogs of ${peer.id} are complete`,
      async () => (await this.#database().collection('backlogs').countDocuments(complete)) === 2,
    );
    const owed = { peer: peer.id, state: 'owed' as const };
    await until(`nothing is owed to ${peer.id}`, async () => (await this.rows().countDocuments(owed)) === 0);
  }

  /** The next revision of objects: stored, then told on the change topic, as an object service does. The messages. */
  async write(module: PushModule, ids: readonly string[], deleted = false, fields?: object): Promise<Message[]> {
    const messages = ids.map((id) => {
      const { key, state, body } = this.objects[module].write(id, deleted, fields);
      return changeMessage(module, key, state, '2.2.1', deleted ? undefined : body);
    });
    await this.publish(module, messages);
    return messages;
  }

  async publish(module: PushModule, messages: Message[]): Promise<void> {
    await this.#producer?.send({ topic: changeTopic('roamgrid', module), acks: -1, messages });
  }

  /** The row of an object for a peer. */
  async row(peer: PushPeer, module: PushModule, id: string): Promise<Row | undefined> {
    return (await this.rows().findOne({ _id: `${peer.id}|${module}|NL*OWN*${id.toUpperCase()}` })) ?? undefined;
  }

  rows(): mongoose.mongo.Collection<Row> {
    return this.#database().collection('deliveries') as unknown as mongoose.mongo.Collection<Row>;
  }

  /** How a lane stands at a dispatcher. */
  async lane({ client }: Dispatcher, peer: PushPeer, module: PushModule = 'locations'): Promise<PushLane | undefined> {
    const { lanes } = await client.Status({});
    return lanes.find((lane) => lane.peer_id === peer.id && lane.module === module);
  }

  /** What a peer is owed of a module, as a dispatcher says. */
  async owed({ operations }: Dispatcher, peer: PushPeer, module: PushModule = 'locations'): Promise<OwedRow | undefined> {
    const { rows } = await operations.Owed({ peer_id: peer.id });
    return rows.find((row) => row.module === module);
  }

  /** Waits until the peer has the newest of everything, and nothing is owed to it. */
  async untilEqual(peer: PushPeer, module: PushModule = 'locations'): Promise<void> {
    await until(`${peer.id} has the newest of all ${module}`, async () => {
      const wanted = this.objects[module].newest();
      const there = peer.newest();
      if ([...wanted].some(([id, rev]) => there.get(id) !== rev)) return false;
      return (await this.rows().countDocuments({ peer: peer.id, state: 'owed' })) === 0;
    });
  }

  async stop(): Promise<void> {
    await this.#producer?.disconnect();
    await this.#connection?.close();
    await this.#group.stop();
    await Promise.all([this.peers.stop(), this.objects.locations.stop(), this.objects.tariffs.stop()]);
    await Promise.all(this.#receivers.map((peer) => peer.close()));
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #database(): mongoose.Connection {
    if (!this.#connection) throw new Error('the stack was not started');
    return this.#connection;
  }
}

/** Waits for a condition. */
export async function until(what: string, condition: () => Promise<boolean> | boolean): Promise<void> {
  await waitUntil(async () => condition(), { what, timeoutMs: 60_000, intervalMs: 25 });
}
