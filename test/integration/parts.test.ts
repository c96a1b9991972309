import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type PartProgress, type Parts, startParts, waitUntil } from '@roamgrid/testkit';
import { Kafka, logLevel } from 'kafkajs';
import mongoose from 'mongoose';

jest.setTimeout(120_000);

describe('MongoDB and Kafka, started for real', () => {
  let dataDir: string;
  let parts: Parts | undefined;
  let connection: mongoose.Connection | undefined;
  const events: string[] = [];

  const start = async (): Promise<Parts> => {
    parts = await startParts({
      dataDir,
      mongo: { cacheGb: 0.25 },
      onProgress: ({ part, step }: PartProgress) => events.push(`${part} ${step}`),
      onKilled: (part, exit) => events.push(`${part} killed by ${exit.signal}`),
      onRestarted: (part) => events.push(`${part} is back`),
    });
    return parts;
  };

  const things = async (uri: string): Promise<mongoose.mongo.Collection<{ _id: string }>> => {
    connection ??= await mongoose.createConnection(uri, { dbName: 'roamgrid' }).asPromise();
    return connection.collection<{ _id: string }>('things');
  };

  beforeAll(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-parts-'));
  });

  afterEach(async () => {
    await connection?.close();
    connection = undefined;
    await parts?.stop();
    parts = undefined;
    events.length = 0;
  });

  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('takes majority writes, and brings mongod back with its data, on its port, after kill -9', async () => {
    const { mongodbUri, mongod } = await start();
    if (mongod === undefined) throw new Error('this test kills mongod: run it without MONGODB_URI');
    expect(events).toEqual(expect.arrayContaining(['mongod start', 'mongod ready', 'kafka start', 'kafka ready']));
    const writeConcern = { w: 'majority', j: true } as const;
    const before = await things(mongodbUri);
    const changes = before.watch([], { maxAwaitTimeMS: 100 });
    const first = changes.next();
    await before.insertOne({ _id: 'before the kill' }, { writeConcern });
    expect(await first).toMatchObject({ operationType: 'insert', documentKey: { _id: 'before the kill' } });

    const pid = mongod.pid;
    process.kill(pid ?? 0, 'SIGKILL');
    await waitUntil(() => Promise.resolve(events.includes('mongod is back')), {
      what: 'mongod is back',
      timeoutMs: 60_000,
    });
    expect(events).toContain('mongod killed by SIGKILL');
    expect(mongod.restarts).toBe(1);
    expect(mongod.pid).not.toBe(pid);

    // The same client, the same URI: it finds the new process by itself, and its change stream goes on.
    const second = changes.next();
    await before.insertOne({ _id: 'after the kill' }, { writeConcern });
    expect(await second).toMatchObject({ documentKey: { _id: 'after the kill' } });
    expect(await before.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'after the kill' },
      { _id: 'before the kill' },
    ]);
    await changes.close();
  });

  it('starts again on the same folder, on other ports, with what was written', async () => {
    const { mongodbUri, sources } = await start();
    expect(sources.mongod).not.toBe('fetched');
    expect(sources.kafka).not.toBe('fetched');
    expect(await (await things(mongodbUri)).countDocuments()).toBe(2);
  });

  it('keeps what Kafka acknowledged over kill -9 and over a new start', async () => {
    const first = await start();
    if (first.kafka === undefined) throw new Error('this test kills Kafka: run it without KAFKA_BROKERS');
    const send = async (parts: Parts, value: string): Promise<void> => {
      const producer = client(parts).producer();
      await producer.connect();
      await producer.send({ topic: 'things', acks: -1, messages: [{ key: 'a', value }] });
      await producer.disconnect();
    };
    const admin = client(first).admin();
    await admin.connect();
    expect(await admin.createTopics({ topics: [{ topic: 'things', numPartitions: 1 }] })).toBe(true);
    await admin.disconnect();
    await send(first, 'one');
    await first.kafka.kill();
    await first.kafka.whenReady();
    await send(first, 'two');
    await first.stop();

    const second = await start();
    await send(second, 'three');
    expect(await readAll(second, 3)).toEqual(['one', 'two', 'three']);
  });

  it('leaves no process behind when the launcher is killed with SIGKILL', async () => {
    const { mongod, kafka } = await start();
    const pids = [mongod?.pid ?? 0, kafka?.pid ?? 0];
    for (const pid of pids) {
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain(dataDir);
    }
    await parts?.stop();
    expect(pids.filter((pid) => isAlive(pid))).toEqual([]);

    const launcher = spawn(process.execPath, ['-e', LAUNCHER, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(launcher.stdout, 'data')) as [Buffer];
    const orphans = JSON.parse(line.toString()) as number[];
    expect(orphans.map((pid) => isAlive(pid))).toEqual([true, true]);
    launcher.kill('SIGKILL');
    const gone = (): Promise<boolean> => Promise.resolve(!orphans.some((pid) => isAlive(pid)));
    await waitUntil(gone, { what: 'mongod and Kafka are gone', timeoutMs: 30_000 });
  });
});

/** A launcher in a process of its own, from the built package. */
const LAUNCHER = `
  const { startParts } = require(${JSON.stringify(join(__dirname, '../../packages/testkit'))});
  startParts({ dataDir: process.argv[1] }).then(({ mongod, kafka }) => {
    console.log(JSON.stringify([mongod.pid, kafka.pid]));
  });
`;

function client({ kafkaBrokers }: Parts): Kafka {
  return new Kafka({ brokers: kafkaBrokers, logLevel: logLevel.NOTHING });
}

async function readAll(parts: Parts, count: number): Promise<string[]> {
  const values: string[] = [];
  const consumer = client(parts).consumer({ groupId: 'reader', sessionTimeout: 6_000 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'things', fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void values.push(message.value?.toString() ?? '') });
  await waitUntil(() => Promise.resolve(values.length >= count), { what: `${count} messages`, timeoutMs: 60_000 });
  await consumer.disconnect();
  return values;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
