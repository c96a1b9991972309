import type { ServerResponse } from 'node:http';

import { RoamgridError } from '@roamgrid/runtime';
import { waitUntil } from '@roamgrid/testkit';

import { ListPeer } from './list-peer';
import { OLD, PulledPeer } from './pulled-peer';
import { PullStack, type Scheduler } from './pull-stack';

describe('a pull when something goes wrong', () => {
  const stack = new PullStack();
  let scheduler: Scheduler;
  let peer: PulledPeer;

  beforeAll(async () => {
    await stack.start();
    scheduler = await stack.scheduler('pull-scheduler-1');
  });

  beforeEach(async () => {
    peer = await PulledPeer.start(stack, scheduler);
  });

  afterEach(async () => {
    stack.module('tariffs').beforePutMany = () => undefined;
    await peer.stop();
  });

  afterAll(() => stack.stop());

  /** Leaves the page at that offset unanswered the first time; resolves when the pages before it are checkpointed. */
  const holdAt = (offset: number, pages: number): Promise<void> => {
    let held = false;
    peer.list.script = (url) => {
      if (url.searchParams.get('offset') !== String(offset) || held) return 'page';
      held = true;
      return 'said';
    };
    const reached = async (): Promise<boolean> => held && (await peer.document())?.crawl?.page === pages;
    return waitUntil(reached, {
      what: `${pages} pages were taken, one more was asked for`,
      timeoutMs: 20_000,
      intervalMs: 10,
    });
  };

  it('goes on at its checkpoint after kill -9', async () => {
    peer.list.objects = peer.tariffs(14);
    const reached = holdAt(9, 3);
    peer.register();
    await reached;
    process.kill(scheduler.process.pid ?? 0, 'SIGKILL');
    const asked = peer.list.requests.length;
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 14, stored: 14, pages: 5, last_error: '' });
    expect(peer.offsets(asked)).toEqual([9, 12]);
    expect(await peer.stored()).toHaveLength(14);
    // What was seen before the kill counts.
    expect(await peer.document()).toMatchObject({ vanished: { listed: 14, total: 14, kept: '' } });
  });

  it('sees a loop, keeps what it listed, and recovers when the peer does', async () => {
    const { list } = peer;
    list.objects = peer.tariffs(6);
    list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '3') return 'page';
      list.page(url, response, list.link(url, 3));
      return 'said';
    };
    peer.register();
    await peer.failing('a loop');
    expect(await peer.stored()).toEqual(['T1', 'T2', 'T3', 'T4', 'T5', 'T6']);
    list.script = () => 'page';
    expect(await peer.fullCrawls(1)).toMatchObject({ last_error: '' });
  });

  it('PAG-11: ends a chain of links that never ends', async () => {
    const { list } = peer;
    list.objects = peer.tariffs(2);
    let pages = 0;
    list.script = (url, response) => {
      pages += 1;
      list.page(url, response, `${list.endpoint}?limit=2&cursor=${pages}`);
      return 'said';
    };
    peer.register();
    await peer.failing('and still a next link, at X-Total-Count 2');
    expect(await peer.stored()).toEqual(['T1', 'T2']);
  });

  it('CRD-41: does not follow a link to another host', async () => {
    const other = await ListPeer.start();
    peer.list.objects = peer.tariffs(6);
    peer.list.script = (url, response) => {
      peer.list.page(url, response, `${other.endpoint}?offset=3`);
      return 'said';
    };
    peer.register();
    await peer.failing(`the next link leads to ${other.origin}`);
    expect(other.requests).toEqual([]);
    expect(await peer.stored()).toEqual(['T1', 'T2', 'T3']);
    await other.stop();
  });

  it('TRN-21, TRN-62: HTML, an error, silence and a cut connection cost time, not the checkpoint', async () => {
    peer.list.objects = peer.tariffs(8);
    const troubles: ((response: ServerResponse) => void)[] = [
      (response) => response.end('<html>maintenance</html>'),
      (response) => response.writeHead(503, { 'retry-after': '0' }).end('busy'),
      () => undefined,
      (response) => response.socket?.destroy(),
    ];
    peer.list.script = (url, response) => {
      const trouble = url.searchParams.get('offset') === '3' ? troubles.shift() : undefined;
      trouble?.(response);
      return trouble ? 'said' : 'page';
    };
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 8, stored: 8, pages: 3, last_error: '' });
    expect(peer.offsets()).toEqual([0, 3, 3, 3, 3, 3, 6]);
    expect(peer.list.mostOpen).toBe(1);
  });

  it('begins anew where a continued link is refused again and again', async () => {
    peer.list.objects = peer.tariffs(5);
    let refusals = 0;
    peer.list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '3' || refusals === 2) return 'page';
      refusals += 1;
      response.writeHead(410).end();
      return 'said';
    };
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 8, stored: 5, pages: 3 });
    expect(peer.offsets()).toEqual([0, 3, 3, 0, 3]);
  });

  it('pulls changes although the whole list cannot be crawled to its end', async () => {
    peer.list.objects = peer.tariffs(5);
    peer.register();
    await peer.fullCrawls(1);
    peer.list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '3') return 'page';
      response.writeHead(410).end();
      return 'said';
    };
    await scheduler.pull.Start({ peer_id: peer.id, module: 'tariffs', full: true });
    await peer.failing('HTTP 410');
    peer.list.objects = [...peer.tariffs(5), peer.tariff('T6', OLD + 86_400_000)].map((object) =>
      object.json.includes('"T6"') ? object : { ...object, lastUpdated: 0 },
    );
    await scheduler.pull.Start({ peer_id: peer.id, module: 'tariffs', full: false });
    await peer.job(({ delta_crawls }) => delta_crawls === 1, 'a delta crawl');
    expect(await peer.stored()).toContain('T6');
  });

  it('takes a page again, and skips none, while the module service is away', async () => {
    peer.list.objects = peer.tariffs(7);
    stack.module('tariffs').beforePutMany = (objects) => {
      if (objects.some((json) => json.includes('"T5"')))
        throw new RoamgridError('unavailable', 'the store is being moved');
    };
    peer.register();
    expect(await peer.failing('the store is being moved')).toMatchObject({ state: 'running', pages: 1, stored: 3 });
    stack.module('tariffs').beforePutMany = () => undefined;
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 7, stored: 7, last_error: '' });
    expect(await peer.stored()).toHaveLength(7);
  });

  it('TRN-42: an object that breaks the module service holds up no other', async () => {
    peer.list.objects = peer.tariffs(4);
    stack.module('tariffs').beforePutMany = (objects) => {
      if (objects.some((json) => json.includes('"T2"'))) throw new Error('a defect of ours');
    };
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 4, stored: 3, refused: 1 });
    expect((await peer.quarantined()).map(({ key, code }) => [key, code])).toEqual([
      [`NL*${peer.party}*T2`, 'internal'],
    ]);
  });

  it('stops the crawl of a peer that is removed, and forgets its job', async () => {
    peer.list.objects = peer.tariffs(6);
    const reached = holdAt(3, 1);
    peer.register();
    await reached;
    stack.remove(peer.id);
    const gone = async (): Promise<boolean> => (await peer.document()) === null;
    await waitUntil(gone, { what: 'the job is gone', timeoutMs: 20_000 });
    const seen = stack.connection.collection('crawls.seen');
    const forgotten = async (): Promise<boolean> => (await seen.countDocuments({ job: `${peer.id}|tariffs` })) === 0;
    await waitUntil(forgotten, { what: 'what the crawl saw is forgotten', timeoutMs: 20_000 });
    expect(peer.offsets()).toEqual([0, 3]);
    const start = scheduler.pull.Start({ peer_id: peer.id, module: '', full: true });
    await expect(start).rejects.toMatchObject({ code: 'peer.unknown' });
  });

  it('two replicas ask for each page once, also when both are killed', async () => {
    const second = await stack.scheduler('pull-scheduler-2');
    peer.list.objects = peer.tariffs(14);
    const reached = holdAt(9, 3);
    peer.register();
    await reached;
    process.kill(scheduler.process.pid ?? 0, 'SIGKILL');
    process.kill(second.process.pid ?? 0, 'SIGKILL');
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 14, stored: 14, pages: 5 });
    expect(peer.offsets()).toEqual([0, 3, 6, 9, 9, 12]);
  });
});
