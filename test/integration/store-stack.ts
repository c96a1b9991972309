import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLogger, systemClock, type Clock } from '@roamgrid/runtime';
import { bodyOf, connectMongo, ObjectStore, type Judge, type ObjectDocument, type ObjectState } from '@roamgrid/store';
import { ProcessGroup, startMongod, startParts, type StartedMongod, type SupervisedProcess } from '@roamgrid/testkit';
import type { Connection } from 'mongoose';

export const logger = createLogger('store-test', 'silent');

/** The version field that these tests keep their bytes under. */
export const FIELD = 'v2_2_1';

/** A real MongoDB, and Kafka where asked for; a database of its own for each test. */
export class StoreStack {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-store-'));
  readonly #group = new ProcessGroup().stopWithProcess();
  readonly #connections: Connection[] = [];
  #uri = '';
  #mongod: SupervisedProcess | undefined;
  #brokers: string[] = [];
  #database = 0;

  async start(): Promise<void> {
    const mongod: StartedMongod = await startMongod({ dataDir: this.#dataDir, group: this.#group }, { cacheGb: 0.25 });
    this.#uri = mongod.uri;
    this.#mongod = mongod.process;
  }

  async startWithKafka(): Promise<void> {
    const parts = await startParts({ dataDir: this.#dataDir, group: this.#group, mongo: { cacheGb: 0.25 } });
    this.#uri = parts.mongodbUri;
    this.#brokers = parts.kafkaBrokers;
  }

  get brokers(): string[] {
    return this.#brokers;
  }

  get mongod(): SupervisedProcess {
    if (!this.#mongod) throw new Error('this test kills mongod: run it without MONGODB_URI');
    return this.#mongod;
  }

  get mongodbPort(): number {
    return Number(new URL(this.#uri).port);
  }

  /** The name of a database that nobody has used. */
  database(): string {
    this.#database += 1;
    return `test-${process.pid}-${this.#database}`;
  }

  uriOf(database: string): string {
    return this.#uri.replace('/?', `/${database}?`);
  }

  /** A connection as a service has it. */
  async connect(database: string, uri = this.uriOf(database)): Promise<Connection> {
    const connection = await connectMongo({ uri }, logger);
    this.#connections.push(connection);
    return connection;
  }

  /** Two replicas of a service on one database, each with a connection of its own. */
  async twoStores(module: string, options: { history?: boolean; clock?: Clock } = {}): Promise<[ObjectStore, ObjectStore]> {
    const { history = false, clock = systemClock } = options;
    const database = this.database();
    const open = async (): Promise<ObjectStore> =>
      ObjectStore.open(await this.connect(database), module, clock, { history });
    return [await open(), await open()];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await this.#group.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

/** What a state needs besides what the store sets; everything has a default. */
export interface StateChanges {
  readonly lu?: Date;
  readonly deleted?: boolean;
  readonly origin?: string;
  readonly audience?: readonly string[];
  readonly value?: unknown;
  readonly bytes?: Buffer;
}

/** The next state of an object with this key (`CC*PID*id`). */
export function stateOf(key: string, changes: StateChanges = {}): Omit<ObjectState, 'rev' | 'written'> {
  const { lu = new Date(0), deleted = false, origin = 'own', audience, value = { key } } = changes;
  return {
    lu, deleted, origin, names: key.split('*'),
    ...(audience && { audience }),
    body: deleted ? {} : { [FIELD]: changes.bytes ?? Buffer.from(JSON.stringify(value)) },
  };
}

export function ownerOf(key: string): string {
  return key.split('*').slice(0, 2).join('*');
}

/** Stores this state whatever is there. */
export function storing(key: string, changes: StateChanges = {}): Judge {
  return () => ({ kind: 'store', owner: ownerOf(key), state: stateOf(key, changes) });
}

/** Deletes what is there. */
export function deleting(key: string): Judge {
  return (present) => ({
    kind: 'store',
    owner: ownerOf(key),
    state: stateOf(key, { deleted: true, ...(present && { lu: present.state.lu, origin: present.state.origin }) }),
  });
}

/** The object as JSON. */
export function valueOf(document: ObjectDocument | undefined): unknown {
  const bytes = document && bodyOf(document.state, FIELD);
  return bytes && (JSON.parse(bytes.toString()) as unknown);
}
