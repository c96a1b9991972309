import { PushPeer } from './push-peer';
import { PushStack, until } from './push-stack';

const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

describe('push-dispatcher, replaced and replicated', () => {
  const stack = new PushStack();
  const { locations } = stack.objects;

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
    const receiver = await stack.peer(new PushPeer('BAC'));
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
    const receiver = await stack.peer(new PushPeer('KIL'));
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

  it('two replicas send everything once, also when the one that sends is stopped', async () => {
    const [one, two] = [await stack.dispatcher('one'), await stack.dispatcher('two')];
    const receivers = [await stack.peer(new PushPeer('TWO')), await stack.peer(new PushPeer('ALS'))];
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
  });
});
