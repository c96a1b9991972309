import { ChangeTail, changeTopic, ensureChangeTopic, readTopicOffsets, type Place, type TailBatch } from '@roamgrid/changes';
import { systemClock, type Clock } from '@roamgrid/runtime';
import { waitUntil } from '@roamgrid/testkit';
import type { Message } from 'kafkajs';

import { RelayStack } from './relay-stack';
import { logger } from './store-stack';

jest.setTimeout(60_000);

/** What a reader took, by partition. */
interface Reader {
  readonly batches: TailBatch[];
  offsets(partition: number): number[];
  stop(): Promise<void>;
}

describe('a reader of change topics from a place', () => {
  const stack = new RelayStack();
  const readers: Reader[] = [];
  let groups = 0;

  beforeAll(() => stack.start());
  afterEach(() => Promise.all(readers.splice(0).map((reader) => reader.stop())));
  afterAll(() => stack.stop());

  const topicOf = async (module: string): Promise<string> => {
    await ensureChangeTopic(stack.kafka, changeTopic('test', module), 'state');
    return changeTopic('test', module);
  };

  async function publish(topic: string, partition: number, count: number, headers: Message['headers'] = { module: 'm', rev: '1' }): Promise<void> {
    const producer = stack.kafka.producer();
    await producer.connect();
    const messages = Array.from({ length: count }, (_, i) => ({ key: `NL*TNM*${i}`, value: `{"n":${i}}`, partition, headers }));
    await producer.send({ topic, messages, acks: -1 });
    await producer.disconnect();
  }

  function read(from: readonly Place[], accept: (batch: TailBatch) => Promise<void> | void = () => undefined, clock = systemClock): Reader {
    const batches: TailBatch[] = [];
    const stop = new AbortController();
    groups += 1;
    const tail = new ChangeTail({
      kafka: stack.kafka, groupId: `tail-${groups}`, from, clock, logger,
      accept: async (batch) => {
        await accept(batch);
        batches.push(batch);
      },
    });
    const running = tail.run(stop.signal);
    const reader: Reader = {
      batches,
      offsets: (partition) => batches.flatMap((batch) => (batch.partition === partition ? batch.changes.map(({ offset }) => offset) : [])),
      stop: async () => {
        stop.abort();
        await running;
      },
    };
    readers.push(reader);
    return reader;
  }

  const until = (what: string, isSo: () => boolean): Promise<void> =>
    waitUntil(() => Promise.resolve(isSo()), { what, timeoutMs: 30_000, intervalMs: 10 });
  const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

  it('begins at the offset of each partition, and leaves others out', async () => {
    const topic = await topicOf('places');
    for (const partition of [0, 1, 2]) await publish(topic, partition, 10);
    const reader = read([{ topic, partition: 0, offset: 4 }, { topic, partition: 1, offset: 10 }]);
    await until('the first partition is read', () => reader.offsets(0).length === 6);
    await publish(topic, 2, 1);
    await publish(topic, 1, 1);
    await until('the second partition is read', () => reader.offsets(1).length === 1);
    expect([reader.offsets(0), reader.offsets(1), reader.offsets(2)]).toEqual([range(4, 10), [10], []]);
    expect(reader.batches[0]?.changes[0]).toMatchObject({ offset: 4, change: { key: 'NL*TNM*4', module: 'm', rev: 1 }, value: Buffer.from('{"n":4}') });
    expect(reader.batches.filter(({ partition }) => partition === 0).at(-1)?.next).toBe(10);
  });

  it('hands the same batch in again when it was not accepted, and goes on behind it', async () => {
    const topic = await topicOf('refused');
    await publish(topic, 0, 5);
    let refusals = 0;
    const reader = read([{ topic, partition: 0, offset: 0 }], () => {
      refusals += 1;
      if (refusals < 3) throw new Error('not now');
    });
    await until('all is read', () => reader.offsets(0).length >= 5);
    await publish(topic, 0, 5);
    await until('more is read', () => reader.offsets(0).length >= 10);
    expect(reader.offsets(0)).toEqual(range(0, 10));
  });

  it('shows life to the broker as long as a batch takes', async () => {
    const topic = await topicOf('slow');
    await publish(topic, 0, 3);
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    let taken = 0;
    let signsOfLife = 0;
    const clock: Clock = {
      now: () => systemClock.now(),
      sleep: async (_millis, signal) => {
        signsOfLife += 1;
        await systemClock.sleep(1, signal);
      },
    };
    const accept = (): Promise<void> | undefined => {
      taken += 1;
      return taken === 1 ? held : undefined;
    };
    const reader = read([{ topic, partition: 0, offset: 0 }], accept, clock);
    await until('a batch is under way', () => taken === 1);
    await until('there were signs of life meanwhile', () => signsOfLife > 20);
    go();
    await publish(topic, 0, 3);
    await until('all is read', () => reader.offsets(0).length >= 6);
    expect(reader.offsets(0)).toEqual(range(0, 6));
  });

  it('passes over messages that are none of ours, and says what the broker holds', async () => {
    const topic = await topicOf('foreign');
    await publish(topic, 0, 3, {});
    await publish(topic, 0, 2);
    const reader = read([{ topic, partition: 0, offset: 0 }]);
    await until('all is read', () => reader.offsets(0).length === 2);
    expect([reader.offsets(0), reader.batches.at(-1)?.next]).toEqual([[3, 4], 5]);
    expect(await readTopicOffsets(stack.kafka, [topic])).toEqual([
      { topic, partition: 0, low: 0, high: 5 },
      { topic, partition: 1, low: 0, high: 0 },
      { topic, partition: 2, low: 0, high: 0 },
    ]);
    await expect(readTopicOffsets(stack.kafka, ['no-such-topic'])).rejects.toThrow();
  });

  it('finds its place on the broker while who publishes has a transaction open', async () => {
    const topic = await topicOf('open');
    const producer = stack.kafka.producer({ transactionalId: 'open', maxInFlightRequests: 1 });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: range(0, 3).map((n) => ({ partition: 0, key: `NL*TNM*${n}`, value: '{}', headers: { module: 'm', rev: '1' } })) });
    const reader = read([{ topic, partition: 0, offset: 0 }]);
    await until('all is read', () => reader.offsets(0).length === 3);
    const [held] = await readTopicOffsets(stack.kafka, [topic]);
    expect(held).toEqual({ topic, partition: 0, low: 0, high: 3 });
    await transaction.abort();
    await producer.disconnect();
  });
});
