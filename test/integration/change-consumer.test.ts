import { ChangeConsumer, changeTopic, createKafka, ensureChangeTopic } from '@roamgrid/changes';
import { systemClock } from '@roamgrid/runtime';
import { ProcessGroup, startParts, waitUntil, type Parts } from '@roamgrid/testkit';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Admin, Kafka } from 'kafkajs';
import { logger } from './store-stack';

jest.setTimeout(120_000);

const GROUP = 'heard';
const TOPIC = changeTopic('test', 'heard');
/** After so many milliseconds of silence a member is out of its group. */
const SESSION = 6_000;
/** A store that stands still answers only after so many milliseconds. */
const AWAY = 9_000;

describe('a consumer of changes', () => {
  const group = new ProcessGroup();
  const stop = new AbortController();
  let parts: Parts;
  let kafka: Kafka;
  let admin: Admin;
  let consuming: Promise<void>;
  const accepted: string[] = [];
  let isAway = false;

  beforeAll(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'roamgrid-test-'));
    group.add({ name: 'data', stop: () => rm(dataDir, { recursive: true, force: true }) });
    parts = await startParts({ dataDir, group });
    kafka = createKafka({ brokers: parts.kafkaBrokers }, 'test', logger);
    admin = kafka.admin();
    await admin.connect();
    await ensureChangeTopic(kafka, TOPIC, 'state');
    const accept = async (changes: readonly { key: string }[]): Promise<void> => {
      await pause(isAway ? AWAY : 0);
      if (isAway) throw new Error('the store is away');
      accepted.push(...changes.map(({ key }) => key));
    };
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

  async function memberIds(): Promise<string[]> {
    const { groups } = await admin.describeGroups([GROUP]);
    return groups.flatMap((found) => found.members.map(({ memberId }) => memberId));
  }

  it('keeps its place in the group while its store is away for longer than a session lasts, and loses nothing', async () => {
    expect(await members()).toBe(1);
    const before = await memberIds();
    isAway = true;
    await publish('NL*TNM*L0');
    await pause(2 * SESSION);
    expect(accepted).toEqual([]);
    isAway = false;
    await waitUntil(() => Promise.resolve(accepted.length > 0), { what: 'the change is accepted', timeoutMs: 60_000, intervalMs: 50 });
    expect(accepted).toEqual(['NL*TNM*L0']);
    expect([await members(), await memberIds()]).toEqual([1, before]);
  });

  it('is one member of its group again when its broker has died, and goes on', async () => {
    expect(await members()).toBe(1);
    await parts.kafka?.kill();
    await parts.kafka?.whenReady();
    await publish('NL*TNM*L1');
    await waitUntil(() => Promise.resolve(accepted.includes('NL*TNM*L1')), { what: 'the change is accepted', timeoutMs: 60_000, intervalMs: 50 });
    expect(await members()).toBe(1);
  });
});
