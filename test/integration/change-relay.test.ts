import { ChangeConsumer, changeTopic, ensureChangeTopic, type Change } from '@roamgrid/changes';
import { systemClock } from '@roamgrid/runtime';
import type { ObjectStore } from '@roamgrid/store';
import { SeededRandom, waitUntil } from '@roamgrid/testkit';

import { RelayStack, taken, untilActive, untilPublished, type Published, type RunningRelay } from './relay-stack';
import { deleting, logger, ownerOf, stateOf, storing } from './store-stack';

jest.setTimeout(60_000);

type Replica = Awaited<ReturnType<RelayStack['replica']>>;

/** An object that tells that a relay has begun. */
const FIRST = 'NL*TNM*FIRST';

const upTo = (rev: number): number[] => Array.from({ length: rev }, (_, i) => i + 1);

describe('the relay of changes', () => {
  const stack = new RelayStack();

  beforeAll(() => stack.start());
  afterEach(() => stack.reset());
  afterAll(() => stack.stop());

  /** Writes at random through some replicas; the newest revision of each object. */
  async function writeSome(stores: readonly ObjectStore[], seed: number, count: number): Promise<Map<string, number>> {
    const random = new SeededRandom(seed);
    const revs = new Map<string, number>();
    const written = Array.from({ length: count }, async () => {
      const key = `NL*TNM*L${random.below(10)}`;
      const judge = random.below(8) === 0 ? deleting(key) : storing(key, { value: { note: `[${random.below(1_000)}] "ü" \\` } });
      const { rev } = await random.pick(stores).write(key, judge);
      revs.set(key, Math.max(rev, revs.get(key) ?? 0));
    });
    await Promise.all(written);
    return revs;
  }

  /** A relay that follows the stream: what is written from now on comes revision by revision. All that it has published. */
  async function following(module: string, ...replicas: readonly Replica[]): Promise<{ relays: RunningRelay[]; published: Published[] }> {
    const relays = replicas.map((replica) => stack.relay(module, replica));
    await untilActive(...relays);
    const published = await stack.consume(module);
    const rev = await replicas[0]?.store.write(FIRST, storing(FIRST));
    await untilPublished(published, new Map([[FIRST, rev?.rev ?? 0]]));
    published.splice(0);
    return { relays, published };
  }

  it('publishes every revision, in the order of the object, whoever wrote it', async () => {
    const [a, b] = [await stack.replica('order'), await stack.replica('order')];
    const { published } = await following('order', a);
    const revs = await writeSome([a.store, b.store], 1, 300);
    await untilPublished(published, revs);
    for (const [key, rev] of revs) {
      const all = published.filter((message) => message.key === key).map((message) => message.rev);
      expect([key, all]).toEqual([key, upTo(rev)]);
    }
    const documents = await a.store.readMany([...revs.keys()]);
    for (const { _id, state } of documents) {
      const last = published.filter(({ key }) => key === _id).at(-1);
      expect(last?.event['object']).toEqual(state.deleted ? undefined : JSON.parse(String(state.body['v2_2_1'])));
    }
  });

  it('says in headers and value what became of which object; a deleted one comes as delete', async () => {
    const a = await stack.replica('shape');
    const { published } = await following('shape', a);
    const key = 'NL*TNM*LOC1';
    const bytes = Buffer.from('{"id" : "loc1","kwh":1.50,"x":null}');
    const state = { ...stateOf(key, { origin: 'peer-1', bytes, lu: new Date('2026-01-31T12:00:00Z'), audience: ['DE*ABC'] }), names: ['nl', 'Tnm', 'loc1'] };
    await a.store.write(key, () => ({ kind: 'store', owner: ownerOf(key), state }));
    await a.store.write(key, () => ({ kind: 'store', owner: ownerOf(key), state: { ...state, deleted: true, body: {} } }));
    await untilPublished(published, new Map([[key, 2]]));
    const [put, removed] = published;
    expect(put).toMatchObject({
      key,
      headers: { rev: '1', module: 'shape', type: 'put', origin: 'peer-1', audience: 'DE*ABC', written: expect.stringMatching(/^\d{13}$/) },
    });
    expect(put?.event).toEqual({
      id: `shape/${key}/1`, type: 'put', module: 'shape', key, party: 'NL*TNM', rev: 1,
      last_updated: '2026-01-31T12:00:00.000Z', origin: 'peer-1', version: '2.2.1', object: { id: 'loc1', kwh: 1.5, x: null },
    });
    expect(removed?.headers).toMatchObject({ rev: '2', type: 'delete', origin: 'peer-1' });
    expect(removed?.event).toMatchObject({ id: `shape/${key}/2`, type: 'delete' });
    expect(removed?.event).not.toHaveProperty('object');
  });

  it('of two replicas publishes one; the other takes over, and nothing is missing', async () => {
    const [a, b] = [await stack.replica('pair'), await stack.replica('pair')];
    const { relays, published } = await following('pair', a, b);
    const before = await writeSome([a.store, b.store], 2, 60);
    await untilPublished(published, before);
    expect(published.filter(({ key }) => key !== FIRST)).toHaveLength([...before.values()].reduce((sum, rev) => sum + rev));
    const active = relays.filter(({ relay }) => relay.problem === undefined);
    expect(active).toHaveLength(1);

    const idle = relays.filter(({ relay }) => relay.problem !== undefined);
    const writing = writeSome([a.store, b.store], 3, 200);
    await active[0]?.stop();
    const after = new Map([...before, ...(await writing)]);
    await untilActive(...idle);
    await untilPublished(published, after);
    for (const [key, rev] of after) expect([key, taken(published, key)]).toEqual([key, upTo(rev)]);
  });

  it('that is stopped in the middle goes on where it was, also when it has sent more than it has noted', async () => {
    const a = await stack.replica('resumed');
    const { relays, published } = await following('resumed', a);
    await untilPublished(published, await writeSome([a.store], 4, 40));
    const tokens = a.connection.collection<{ _id: string; token: unknown }>('relays');
    const noted = await tokens.findOne({ _id: 'resumed' });

    const writing = writeSome([a.store], 5, 200);
    await waitUntil(async () => published.length > 60, { what: 'some of it is published', timeoutMs: 30_000, intervalMs: 5 });
    await relays[0]?.stop();
    await writing;
    const revs = await writeSome([a.store], 6, 100);
    // As if it had been killed between the broker's acknowledgement and the note of it, some batches ago.
    await tokens.updateOne({ _id: 'resumed' }, { $set: { token: noted?.token } });
    await untilActive(stack.relay('resumed', a));
    await untilPublished(published, revs);
    for (const [key, rev] of revs) expect([key, taken(published, key)]).toEqual([key, upTo(rev)]);
  });

  it.each([
    ['is of another oplog', (token: string) => `${token.slice(0, 2)}50000000${token.slice(10)}`],
    ['is none', () => 'no token'],
  ])('whose token %s publishes the present state of everything, deleted objects too, and goes on', async (name, change) => {
    const module = `rescan-${name.replaceAll(' ', '-')}`;
    const a = await stack.replica(module);
    const { relays, published } = await following(module, a);
    await untilPublished(published, await writeSome([a.store], 7, 30));
    await relays[0]?.stop();
    const tokens = a.connection.collection<{ _id: string; token: { _data: string } }>('relays');
    const noted = await tokens.findOne({ _id: module });
    expect(noted?.token._data).toMatch(/^82[0-9A-F]{16}/);
    await tokens.updateOne({ _id: module }, { $set: { token: { _data: change(noted?.token._data ?? '') } } });
    const missed = new Map([...(await writeSome([a.store], 8, 60))]);
    missed.set('NL*TNM*GONE', 2);
    await a.store.write('NL*TNM*GONE', storing('NL*TNM*GONE'));
    await a.store.write('NL*TNM*GONE', deleting('NL*TNM*GONE'));

    await untilActive(stack.relay(module, a));
    await untilPublished(published, missed);
    expect(published.filter(({ key }) => key === 'NL*TNM*GONE').map(({ headers }) => headers['type'])).toEqual(['delete']);
    await untilPublished(published, await writeSome([a.store], 9, 30));
    for (const key of missed.keys()) {
      const revs = published.filter((message) => message.key === key).map(({ rev }) => rev);
      expect([key, [...revs].sort((x, y) => x - y)]).toEqual([key, revs]);
    }
  });

  it('takes objects as large as we let in, and many of them at once', async () => {
    const a = await stack.replica('large');
    const bytes = (kilobytes: number, id: string): Buffer => Buffer.from(JSON.stringify({ id, text: 'x'.repeat(kilobytes * 1_024) }));
    const write = (id: string, kilobytes: number): Promise<unknown> =>
      a.store.write(`NL*TNM*${id}`, storing(`NL*TNM*${id}`, { bytes: bytes(kilobytes, id) }));
    await Promise.all(Array.from({ length: 600 }, (_, i) => write(`L${i}`, 8)));
    await write('HUGE', 1_023);
    await ensureChangeTopic(stack.kafka, changeTopic('test', 'large'), 'state');
    const published = await stack.consume('large');
    await untilActive(stack.relay('large', a));
    await untilPublished(published, new Map([...Array.from({ length: 600 }, (_, i) => [`NL*TNM*L${i}`, 1] as const), ['NL*TNM*HUGE', 1]]));
    await write('LATER', 1_023);
    await untilPublished(published, new Map([['NL*TNM*LATER', 1]]));
  });

  it('is heard by a consumer of ours, which hears again what it could not make durable', async () => {
    const a = await stack.replica('heard');
    await following('heard', a);
    const accepted: Change[] = [];
    let refusals = 0;
    const stop = new AbortController();
    const consumer = new ChangeConsumer({
      kafka: stack.kafka, groupId: 'heard', topics: [changeTopic('test', 'heard')], clock: systemClock, logger,
      accept: async (changes) => {
        if (refusals < 2) {
          refusals += 1;
          throw new Error('the store is away');
        }
        accepted.push(...changes);
      },
    });
    const run = consumer.run(stop.signal);
    const revs = await writeSome([a.store], 10, 40);
    await waitUntil(async () => [...revs].every(([key, rev]) => accepted.some((change) => change.key === key && change.rev === rev)), {
      what: 'everything was accepted', timeoutMs: 30_000, intervalMs: 10,
    });
    stop.abort();
    await run;
    for (const [key, rev] of revs) {
      const heard = accepted.filter((change) => change.key === key).map((change) => change.rev);
      expect([key, [...new Set(heard)]]).toEqual([key, upTo(rev)]);
    }
    expect(refusals).toBe(2);
  });
});
