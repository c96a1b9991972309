import { waitUntil } from '@roamgrid/testkit';
import type { JobView } from '@roamgrid/runtime';

import { OLD, PulledPeer } from './pulled-peer';
import { PullStack, type Scheduler } from './pull-stack';

describe('what an operator sees of the pulling and does about it', () => {
  const stack = new PullStack();
  let first: Scheduler;
  let second: Scheduler;
  let peer: PulledPeer;

  beforeAll(async () => {
    await stack.start();
    [first, second] = await Promise.all([stack.scheduler('pull-scheduler-1'), stack.scheduler('pull-scheduler-2')]);
  });

  beforeEach(async () => {
    peer = await PulledPeer.start(stack, first);
  });

  afterEach(() => peer.stop());
  afterAll(() => stack.stop());

  const viewAt = async ({ operations }: Scheduler): Promise<JobView | undefined> => (await operations.Jobs({ peer_id: peer.id })).jobs[0];

  const untilView = (replica: Scheduler, expected: (view: JobView) => boolean, what: string): Promise<void> =>
    waitUntil(
      async () => {
        const view = await viewAt(replica).catch(() => undefined); // it may have been killed just now
        return view !== undefined && expected(view);
      },
      { what, timeoutMs: 30_000, intervalMs: 20 },
    );

  /** Holds the page at an offset the first time that it is asked for. */
  const holdAt = (offset: number): { readonly asked: Promise<void>; readonly release: () => void } => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const asked = new Promise<void>((resolve) => {
      peer.list.script = async (url): Promise<'page'> => {
        if (url.searchParams.get('offset') !== String(offset)) return 'page';
        resolve();
        await held;
        return 'page';
      };
    });
    return { asked, release };
  };

  it('TRN-42: shows what is quarantined with its reason, page by page, and counts it', async () => {
    const broken = (id: string) => ({ json: `{"country_code":"NL","party_id":"${peer.party}","id":"${id}"}`, lastUpdated: OLD });
    peer.list.objects = [broken('B1'), peer.tariff('T1'), peer.tariff('F1', OLD, 'XXX'), broken('B2'), { json: 'null', lastUpdated: OLD }];
    peer.register();
    await peer.fullCrawls(1);
    expect(await viewAt(second)).toMatchObject({ module: 'tariffs', crawl: '', quarantined: 4, failures: 0, retry_at: 0, last_error: '', paused: '', total: -1 });

    const listed = [];
    let after = '';
    do {
      const { quarantined, next } = await first.operations.Quarantine({ peer_id: peer.id, module: '', limit: 3, after });
      listed.push(quarantined);
      after = next;
    } while (after !== '');
    expect(listed.map(({ length }) => length)).toEqual([3, 1]);
    const all = listed.flat();
    expect(all.map(({ key, code }) => `${key} ${code}`).sort()).toEqual([
      ' object.invalid',
      `NL*${peer.party}*B1 object.invalid`,
      `NL*${peer.party}*B2 object.invalid`,
      'NL*XXX*F1 party.not_yours',
    ]);
    expect(all.find(({ key }) => key.endsWith('B1'))).toMatchObject({
      ...{ peer_id: peer.id, module: 'tariffs', position: 'page 1, object 1', beginning: broken('B1').json, size: broken('B1').json.length },
      message: expect.stringContaining('currency') as unknown,
    });
    expect(all.every(({ first_seen, last_seen }) => first_seen > 0 && last_seen >= first_seen)).toBe(true);
    expect((await second.operations.Quarantine({ peer_id: peer.id, module: 'locations', limit: 3, after: '' })).quarantined).toEqual([]);
    const wrong = second.operations.Quarantine({ peer_id: '', module: '', limit: 3, after: 'nonsense' });
    await expect(wrong).rejects.toMatchObject({ code: 'parameter.invalid' });
  });

  it('TRN-63: waits as long as Retry-After says, until somebody says that it may be tried now', async () => {
    peer.list.objects = peer.tariffs(5);
    let answered = 0;
    peer.list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '3' || answered > 0) return 'page';
      answered = Date.now();
      response.writeHead(429, { 'retry-after': '1800' }).end();
      return 'said';
    };
    peer.register();
    await peer.failing('429');
    const view = await viewAt(second);
    expect(view).toMatchObject({ crawl: 'full', page: 1, total: 5, failures: 1 });
    expect(view?.retry_at ?? 0).toBeGreaterThanOrEqual(answered + 1_800_000);
    expect(peer.offsets()).toEqual([0, 3]);

    expect(await first.operations.RetryNow({ peer_id: peer.id, module: 'locations' })).toEqual({ count: 0 });
    expect(await first.operations.RetryNow({ peer_id: peer.id, module: '' })).toEqual({ count: 1 });
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 5, stored: 5, last_error: '' });
    expect(peer.offsets()).toEqual([0, 3, 3]);
    expect(await first.operations.RetryNow({ peer_id: peer.id, module: '' })).toEqual({ count: 0 });
  });

  it.each([0, 1])('a pause told to replica %i stops the crawl at its page everywhere, outlives kills, and ends at the resume', async (told) => {
    const [here, there] = told === 0 ? [first, second] : [second, first];
    peer.list.objects = peer.tariffs(14);
    const hold = holdAt(6);
    peer.register();
    await hold.asked;
    expect(await here.operations.Pause({ peer_id: peer.id, reason: 'they are moving house' })).toEqual({ count: 1 });
    expect(await here.operations.Pause({ peer_id: peer.id, reason: 'they are moving house' })).toEqual({ count: 0 });
    await untilView(there, ({ paused }) => paused === 'they are moving house', 'the other replica knows it');
    hold.release();
    await untilView(here, ({ page }) => page === 3, 'the page under way is taken');
    expect(peer.offsets()).toEqual([0, 3, 6]);

    for (const { process: replica } of [first, second]) process.kill(replica.pid ?? 0, 'SIGKILL');
    await Promise.all([first, second].map((replica) => untilView(replica, ({ paused }) => paused !== '', 'it is paused after the kill')));
    expect((await viewAt(here))?.crawl).toBe('full');
    expect(peer.offsets()).toEqual([0, 3, 6]);

    expect(await there.operations.Resume({ peer_id: peer.id, reason: '' })).toEqual({ count: 1 });
    expect(await there.operations.Resume({ peer_id: peer.id, reason: '' })).toEqual({ count: 0 });
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 14, stored: 14, pages: 5 });
    expect(peer.offsets()).toEqual([0, 3, 6, 9, 12]);
  });

  it('knows no peer that there is not, and forgets the pause of one that left', async () => {
    const nobody = { peer_id: 'nobody', reason: 'x', module: '' };
    for (const call of ['Pause', 'Resume', 'RetryNow'] as const) {
      await expect(first.operations[call](nobody)).rejects.toMatchObject({ code: 'peer.unknown' });
    }
    await expect(first.operations.Pause({ peer_id: '', reason: '' })).rejects.toMatchObject({ code: 'peer.unknown' });
    peer.list.objects = peer.tariffs(1);
    peer.register();
    await peer.fullCrawls(1);
    await first.operations.Pause({ peer_id: peer.id, reason: '' });
    expect((await viewAt(first))?.paused).toBe('paused');
    stack.remove(peer.id);
    const paused = stack.connection.collection<{ _id: string }>('crawls.paused');
    await waitUntil(async () => (await paused.countDocuments({ _id: peer.id })) === 0, { what: 'the pause is forgotten', timeoutMs: 20_000 });
  });
});
