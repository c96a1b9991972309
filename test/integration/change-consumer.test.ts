import { ChangeConsumer, changeTopic, createKafka, ensureChangeTopic } from '@roamgrid/changes';
import { systemClock } from '@roamgrid/runtime';
import { ProcessGroup, startParts, waitUntil, type Parts } from '@roamgrid/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Admin, Kafka } from 'kafkajs';
import { logger } from './store-stack';

jest.setTimeout(120_000);

const GROUP = 'heard';
const TOPIC = changeTopic('test', 'heard');

describe('a consumer of changes whose broker dies', () => {
  const group = new ProcessGroup();
  const stop = new AbortController();
  let parts: Parts;
  let kafka: Kafka;
  let admin: Admin;
  let consuming: Promise<void>;
  const accepted: string[] = [];

  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'roamgrid-test-'));
    group.add({ name: 'data', stop: () => rm(dataDir, { recursive: true, force: true }) });
    parts = await startParts({ dataDir, group });
    kafka = createKafka({ brokers: parts.kafkaBrokers }, 'test', logger);
    admin = kafka.admin();
    await ensureChangeTopic(kafka, TOPIC, 'state');
    const accept = (changes: readonly { key: string }[]): Promise<void> => Promise.resolve(void accepted.push(...changes.map(({ key }) => key)));
    const consumer = new ChangeConsumer({ kafka, groupId: GROUP, topics: [TOPIC], accept, clock: systemClock, logger });
    consuming = consumer.run(stop.signal);
    await waitUntil(() => Promise.resolve(consumer.problem === undefined), { what: 'the consumer has joined', timeoutMs: 30_000, intervalMs: 50 });
  });

  afterAll(async () => {
    stop.abort();
    await consuming;
    await admin.disconnect();
    await group.stop();
  });

  /** The members of the group, once it has settled. */
  async function members(): Promise<number> {
    const settled = async (): Promise<boolean> => (await described())?.state === 'Stable';
    await waitUntil(() => settled().catch(() => false), { what: 'the group is stable', timeoutMs: 60_000, intervalMs: 100 });
    return (await described())?.members ?? 0;
  }

  async function described(): Promise<{ state: string; members: number } | undefined> {
    const { groups } = await admin.describeGroups([GROUP]);
    const [found] = groups;
    return found && { state: found.state, members: found.members.length };
  }

  async function publish(key: string): Promise<void> {
    const producer = kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    await producer.send({ topic: TOPIC, messages: [{ key, value: '{}', headers: { rev: '1', module: 'heard' } }] });
    await producer.disconnect();
  }

  it('is one member of its group again, and goes on', async () => {
    await admin.connect();
    expect(await members()).toBe(1);
    await parts.kafka?.kill();
    await parts.kafka?.whenReady();
    await publish('NL*TNM*L1');
    await waitUntil(() => Promise.resolve(accepted.includes('NL*TNM*L1')), { what: 'the change is accepted', timeoutMs: 60_000, intervalMs: 50 });
    expect(await members()).toBe(1);
  });
});
