import { setTimeout as pause } from 'node:timers/promises';
import { PushPeer } from './push-peer';
import { PushStack, until, type Dispatcher } from './push-stack';

/** Longer than the lease of a lane lasts, milliseconds. */
const BEYOND_A_LEASE = 8_000;

const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('push-dispatcher, replaced and replicated', () => {
  const stack = new PushStack();
  const { locations } = stack.objects;
  const everybody: PushPeer[] = [];
  const addPeer = async (id: string): Promise<PushPeer> => {
    const added = await stack.peer(new PushPeer(id));
    everybody.push(added);
    return added;
  };

  beforeAll(() => stack.start());
  afterAll(() => stack.stop());

  it('goes on with the backlog of a new peer where a kill interrupted it', async () => {
    for (const id of ids('backlog', 250)) locations.write(id);
    const first = await stack.dispatcher('first');
    let reachedLastPage = false;
    locations.beforeList = ({ after }) => {
      reachedLastPage ||= after?.created === 200;
      return after?.created === 200 ? new Promise(() => undefined) : Promise.resolve();
    };
    const receiver = await addPeer('BAC');
    await until('the last page is asked for', () => reachedLastPage);
    await first.process.kill();
    locations.beforeList = () => Promise.resolve();
    const asked = locations.lists.length;
    const second = await stack.dispatcher('second');
    await stack.untilEqual(receiver);
    expect(locations.lists.slice(asked).map(({ after }) => after?.created)).toEqual([200]);
    await second.process.stop();
  });

  it('after a kill goes on from the rows, and sends nothing again because of an event that comes again', async () => {
    const first = await stack.dispatcher('third');
    const receiver = await addPeer('KIL');
    await stack.untilCaughtUp(receiver);
    const sent = await stack.write('locations', ids('sent', 30));
    await stack.untilEqual(receiver);
    await receiver.close();
    await stack.write('locations', ids('owed', 30));
    await until(
      'all are owed',
      async () => (await stack.rows().countDocuments({ peer: receiver.id, state: 'owed' })) === 30,
    );
    await first.process.kill();
    const known = receiver.pushes.length;
    await stack.publish('locations', sent);
    // Behind each old event a new one, by which it is known to be through.
    await stack.write('locations', ids('sent', 30));
    await receiver.listen();
    const second = await stack.dispatcher('fourth');
    await stack.untilEqual(receiver);
    const later = receiver.pushes.slice(known).map(({ path, rev }) => `${path.split('/').at(-1) ?? ''} ${rev}`);
    expect(later.sort()).toEqual(
      [...ids('owed', 30).map((id) => `${id} 1`), ...ids('sent', 30).map((id) => `${id} 2`)].sort(),
    );
    await second.process.stop();
  });

  it('what a peer has taken is not sent again where the store is away for longer than a lease lasts', async () => {
    const dispatcher = await stack.dispatcher('patient');
    const receiver = await addPeer('PAT');
    await stack.untilCaughtUp(receiver);
    const known = receiver.pushes.length;
    receiver.respond = () => ({ delay: 2_000 });
    await stack.write('locations', ids('taken', 4));
    await until('they are under way', () => receiver.pushes.length > known);
    await stack.parts.mongod?.stop();
    await pause(BEYOND_A_LEASE);
    await stack.parts.mongod?.start();
    receiver.respond = () => ({});
    await stack.untilEqual(receiver);
    for (const id of ids('taken', 4)) expect([id, receiver.revsOf(id)]).toEqual([id, [1]]);
    await dispatcher.process.stop();
  });

  it('two replicas send everything once, also when the one that sends is stopped', async () => {
    const [one, two] = [await stack.dispatcher('one'), await stack.dispatcher('two')];
    const receivers = [await addPeer('TWO'), await addPeer('ALS')];
    for (const receiver of receivers) await stack.untilCaughtUp(receiver);
    await stack.write('locations', ids('shared', 100));
    for (const receiver of receivers) await stack.untilEqual(receiver);
    const lanes = await stack.lane(one, receivers[0] as PushPeer);
    const [sending, staying] = lanes?.state === 'open' ? [one, two] : [two, one];
    const writing = stack.write('locations', ids('shared', 100));
    await sending.process.stop();
    await writing;
    for (const receiver of receivers) await stack.untilEqual(receiver);
    expect((await stack.lane(staying, receivers[0] as PushPeer))?.state).toBe('open');
    for (const receiver of receivers) for (const id of ids('shared', 100)) expect(receiver.revsOf(id)).toEqual([1, 2]);
    await staying.process.stop();
  });

  it('a second replica takes its share of the lanes, a third too, and who is left takes all: each message comes once', async () => {
    for (const id of ['SH1', 'SH2', 'SH3', 'SH4', 'SH5', 'SH6']) await addPeer(id);
    const receivers = everybody;
    const one = await stack.dispatcher('share-one');
    for (const receiver of receivers) await stack.untilCaughtUp(receiver);
    const known = receivers.map(({ pushes }) => pushes.length);
    let writing = true;
    let rounds = 0;
    const traffic = (async (): Promise<void> => {
      for (; writing; rounds += 1) await stack.write('locations', ids('moved', 20));
    })();
    const open = async (dispatcher: Dispatcher): Promise<number> =>
      (await dispatcher.client.Status({})).lanes.filter(({ module, state }) => module === 'locations' && state === 'open').length;
    const untilOpen = (dispatchers: readonly Dispatcher[], wanted: readonly number[]): Promise<void> =>
      until(`lanes are shared ${wanted.join(' : ')}`, async () => {
        const shared = await Promise.all(dispatchers.map(open));
        return shared.sort((a, b) => b - a).join() === wanted.join();
      });
    await untilOpen([one], [receivers.length]);
    const two = await stack.dispatcher('share-two');
    await untilOpen([one, two], [Math.ceil(receivers.length / 2), Math.floor(receivers.length / 2)]);
    const three = await stack.dispatcher('share-three');
    await until('the third has a share', async () => (await open(three)) >= 2);
    await one.operations.Pause({ peer_id: 'SH1', reason: 'at all replicas' });
    await until('all say so', async () => {
      const rows = await Promise.all([one, two, three].map((each) => stack.owed(each, receivers.find(({ id }) => id === 'SH1') as PushPeer)));
      return rows.every((row) => row?.stopped === 'paused: at all replicas');
    });
    await three.operations.Resume({ peer_id: 'SH1', reason: '' });
    await Promise.all([two.process.stop(), three.process.stop()]);
    await untilOpen([one], [receivers.length]);
    writing = false;
    await traffic;
    for (const receiver of receivers) await stack.untilEqual(receiver);
    expect(rounds).toBeGreaterThan(3);
    receivers.forEach((receiver, i) => {
      const sent = receiver.pushes.slice(known[i]).map(({ path, rev }) => `${path} ${rev}`);
      expect(sent).toHaveLength(new Set(sent).size);
      for (const id of ids('moved', 20)) expect(receiver.revsOf(id)).toEqual([...receiver.revsOf(id)].sort((a, b) => a - b));
    });
    await one.process.stop();
  });
});
