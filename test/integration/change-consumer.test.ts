import { ChangeConsumer, changeTopic, createKafka, ensureChangeTopic, placedClientId } from '@roamgrid/changes';
import { systemClock } from '@roamgrid/runtime';
import { ProcessGroup, startParts, waitUntil, type Parts } from '@roamgrid/testkit';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

const CLIENT = placedClientId('test', 'host:1@boot|second life');

/** A member of the group, at a place, that would be missed only after five minutes. Tells its own id once it has joined. */
const MEMBER = `
  const { Kafka, logLevel } = require('kafkajs');
  const [broker, clientId, groupId, topic] = process.argv.slice(1);
  const consumer = new Kafka({ clientId, brokers: [broker], logLevel: logLevel.NOTHING }).consumer({ groupId, sessionTimeout: 300_000 });
  consumer.on('consumer.group_join', ({ payload }) => process.stdout.write(payload.memberId));
  void consumer.connect().then(() => consumer.subscribe({ topics: [topic] })).then(() => consumer.run({ eachMessage: async () => {} }));
`;

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
    kafka = createKafka({ brokers: parts.kafkaBrokers }, CLIENT, logger);
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

  /** One that joins and dies without a word; its id. */
  async function diesIn(groupId: string): Promise<string> {
    const args = ['-e', MEMBER, parts.kafkaBrokers[0] ?? '', placedClientId('test', 'host:1@boot|first life'), groupId, TOPIC];
    const member = spawn(process.execPath, args, { cwd: __dirname, stdio: ['ignore', 'pipe', 'inherit'] });
    const [id] = (await once(member.stdout, 'data')) as [Buffer];
    member.kill('SIGKILL');
    await once(member, 'exit');
    return id.toString();
  }

  it('sends away the member that died at its place, and need not wait until it is missed', async () => {
    const groupId = `${GROUP}.twice`;
    const dead = await diesIn(groupId);
    expect(dead).toMatch(/^test\|host:1@boot-/);
    const heard: string[] = [];
    const accept = (changes: readonly { key: string }[]): Promise<void> => Promise.resolve(void heard.push(...changes.map(({ key }) => key)));
    const next = new AbortController();
    const consumer = new ChangeConsumer({ kafka, groupId, topics: [TOPIC], accept, clock: systemClock, logger });
    const running = consumer.run(next.signal);
    await publish('NL*TNM*L2');
    await waitUntil(() => Promise.resolve(heard.includes('NL*TNM*L2')), { what: 'the change is accepted', timeoutMs: 60_000, intervalMs: 50 });
    const { groups } = await admin.describeGroups([groupId]);
    expect(groups[0]?.members.map(({ memberId }) => memberId)).not.toContain(dead);
    next.abort();
    await running;
  });
});
