import { setTimeout as pace } from 'node:timers/promises';

import type { Script } from './list-peer';
import { ListPeer } from './list-peer';
import { PulledPeer } from './pulled-peer';
import { PullStack, type Scheduler } from './pull-stack';

describe('the window of a peer', () => {
  const stack = new PullStack();
  let scheduler: Scheduler;
  let peer: PulledPeer;
  let second: ListPeer;

  beforeAll(async () => {
    await stack.start();
    const more = { LIMITS__PERPEER: 1, INTERVALS__TURN: 1 };
    scheduler = await stack.scheduler('pull-scheduler-1', more);
    await stack.scheduler('pull-scheduler-2', more);
  });

  beforeEach(async () => {
    peer = await PulledPeer.start(stack, scheduler);
    second = await ListPeer.start();
  });

  afterEach(async () => {
    await peer.stop();
    await second.stop();
  });

  afterAll(() => stack.stop());

  const register = (): void =>
    peer.register({
      endpoints: [
        { identifier: 'tariffs', role: 'SENDER', url: peer.list.endpoint },
        { identifier: 'locations', role: 'SENDER', url: second.endpoint },
      ],
    });

  const untilPulled = async (): Promise<void> => {
    const jobs = async (): Promise<number> =>
      (await scheduler.pull.Status({})).jobs.filter(({ peer_id, full_crawls }) => peer_id === peer.id && full_crawls > 0).length;
    while ((await jobs()) < 2) await pace(20);
  };

  it('is one page at a time over all modules and replicas, where it is 1; long crawls make way for others', async () => {
    peer.list.objects = peer.tariffs(30);
    second.objects = Array.from({ length: 30 }, (_, i) => peer.location(`L${i + 1}`));
    peer.list.cap = second.cap = 1;
    const order: string[] = [];
    let open = 0;
    let mostOpen = 0;
    const paced = (module: string): Script => async (): Promise<'page'> => {
      order.push(module);
      mostOpen = Math.max(mostOpen, (open += 1));
      await pace(20);
      open -= 1;
      return 'page';
    };
    peer.list.script = paced('tariffs');
    second.script = paced('locations');
    register();
    await untilPulled();
    expect(mostOpen).toBe(1);
    expect(order.filter((module) => module === 'tariffs')).toHaveLength(30);
    expect(order.filter((module) => module === 'locations')).toHaveLength(30);
    const changes = order.filter((module, i) => i > 0 && order[i - 1] !== module).length;
    expect(changes).toBeGreaterThan(1); // neither was crawled to its end before the other began
    expect(await peer.stored()).toHaveLength(30);
  });
});
