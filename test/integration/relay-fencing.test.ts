import { changeTopic, ensureChangeTopic, FencedProducer } from '@roamgrid/changes';
import { waitUntil } from '@roamgrid/testkit';

import { RelayStack, untilActive, untilPublished, type Published } from './relay-stack';
import { storing } from './store-stack';

jest.setTimeout(60_000);

describe('of two relays', () => {
  const stack = new RelayStack();

  beforeAll(() => stack.start());
  afterEach(() => stack.reset());
  afterAll(() => stack.stop());

  const message = (rev: number): Parameters<FencedProducer['send']>[0] => [
    { key: 'NL*TNM*L1', value: JSON.stringify({ rev }), headers: { rev: String(rev), module: 'fenced' } },
  ];
  const revs = (published: readonly Published[]): number[] => published.map(({ rev }) => rev);

  it('the one that was stopped for a while publishes nothing more once the other has begun, whatever it had open', async () => {
    const topic = changeTopic('test', 'fenced');
    await ensureChangeTopic(stack.kafka, topic, 'state');
    const committed = await stack.consume('fenced');
    const late = await FencedProducer.open(stack.kafka, topic, 'fenced');
    await late.send(message(1));
    await late.commit();
    await late.send(message(2)); // and here it stands still
    const next = await FencedProducer.open(stack.kafka, topic, 'fenced');
    await next.send(message(2));
    await next.send(message(3));
    await next.commit();
    await expect(late.send(message(2))).rejects.toThrow(/old epoch|invalid state/); // the broker knows the newer epoch, or the aborted transaction first
    await expect(late.commit()).rejects.toThrow();
    await next.send(message(4));
    await next.commit();
    await waitUntil(async () => revs(committed).includes(4), { what: 'all of it was read', timeoutMs: 20_000, intervalMs: 10 });
    expect(revs(committed)).toEqual([1, 2, 3, 4]);
    await Promise.all([late.close(), next.close()]);
  });

  it('one that is not alone any more is refused at its next message, and takes over again what its lease still gives it', async () => {
    const a = await stack.replica('usurped');
    const running = stack.relay('usurped', a);
    await untilActive(running);
    const topic = changeTopic('test', 'usurped');
    const published = await stack.consume('usurped');
    const other = await FencedProducer.open(stack.kafka, topic, `${topic}.relay`);
    await a.store.write('NL*TNM*L1', storing('NL*TNM*L1'));
    const refused = (): Promise<boolean> => Promise.resolve(running.relay.problem === 'publishing failed, to be begun again');
    await waitUntil(refused, { what: 'the relay is refused', timeoutMs: 30_000, intervalMs: 5 });
    await untilPublished(published, new Map([['NL*TNM*L1', 1]]));
    await expect(other.send(message(9))).rejects.toThrow();
    expect(revs(published)).not.toContain(9);
    await other.close();
  });

  it('the one that lost its lease without knowing it ends, and the other leaves nothing out', async () => {
    const [a, b] = [await stack.replica('taken'), await stack.replica('taken')];
    const first = stack.relay('taken', a);
    await untilActive(first);
    const published = await stack.consume('taken');
    const second = stack.relay('taken', b);
    const leases = a.connection.collection<{ _id: string; holder: string }>('leases');
    const before = await leases.findOne({ _id: 'relay/taken' });
    // As if it had stood still until the other took over: it goes on working before it asks for its lease again.
    const taken = { $set: { holder: 'holder-in-between', expires: new Date(Date.now() - 1) } };
    let written = 0;
    await waitUntil(
      async () => {
        await a.store.write('NL*TNM*L1', storing('NL*TNM*L1'));
        written += 1;
        if (second.relay.problem === undefined) return true;
        const lease = await leases.findOne({ _id: 'relay/taken' });
        if (lease?.holder === before?.holder) await leases.updateOne({ _id: 'relay/taken' }, taken);
        return false;
      },
      { what: 'the other has taken over', timeoutMs: 30_000, intervalMs: 50 },
    );
    await waitUntil(
      async () => {
        await a.store.write('NL*TNM*L1', storing('NL*TNM*L1'));
        written += 1;
        return first.relay.problem !== undefined; // refused, or told by its lease before it had anything to send
      },
      { what: 'the first one has ended', timeoutMs: 30_000, intervalMs: 50 },
    );
    await untilPublished(published, new Map([['NL*TNM*L1', written]]));
    expect(revs(published).at(-1)).toBe(written);
    expect([...new Set(revs(published))]).toHaveLength(written);
  });
});

describe('how far publishing has come', () => {
  const stack = new RelayStack();

  beforeAll(() => stack.start());
  afterEach(() => stack.reset());
  afterAll(() => stack.stop());

  it('is kept also where nothing changes, with a place that moves on', async () => {
    const a = await stack.replica('quiet');
    const { relay } = stack.relay('quiet', a);
    const tokens = a.connection.collection<{ _id: string; token: { _data: string } }>('relays');
    const token = async (): Promise<string> => (await tokens.findOne({ _id: 'quiet' }))?.token._data ?? '';
    await waitUntil(async () => (await token()) !== '', { what: 'a first place', timeoutMs: 20_000 });
    const [first, before] = [await token(), await relay.status()];
    await a.connection.collection('others').insertOne({ busy: true });
    await waitUntil(async () => (await token()) > first, { what: 'the place moved on', timeoutMs: 20_000 });
    const after = await relay.status();
    expect(after.published_until).toBeGreaterThan(before.published_until);
    expect(after.epoch).toBe(before.epoch);
  });

  it('says how long nothing was published when nobody publishes', async () => {
    const a = await stack.replica('away');
    const running = stack.relay('away', a);
    await waitUntil(async () => (await running.relay.status()).published_until > 0, { what: 'a first place', timeoutMs: 20_000 });
    await running.stop();
    const [place, now] = [await running.relay.status(), Date.now()];
    await waitUntil(async () => (await running.relay.status()).lag > place.lag, { what: 'the lag grows', timeoutMs: 20_000 });
    expect((await running.relay.status()).published_until).toBe(place.published_until);
    expect(place.published_until).toBeLessThanOrEqual(now);
  });
});
