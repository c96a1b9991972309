import type { ServerResponse } from 'node:http';
import { setTimeout as pace } from 'node:timers/promises';

import { OLD, PulledPeer } from './pulled-peer';
import { PullStack, type Scheduler } from './pull-stack';

const MEGABYTE = 1024 * 1024;

/** Resolves when more can be written, or never again. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });
}

describe('a pull from a peer that does not mean well', () => {
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

  afterEach(() => peer.stop());
  afterAll(() => stack.stop());

  /** Answers a page at an offset in another way, as long as there are ways left. */
  const instead = (offset: number, ways: ((response: ServerResponse) => void)[]): void => {
    peer.list.script = (url, response) => {
      const way = Number(url.searchParams.get('offset') ?? 0) === offset ? ways.shift() : undefined;
      way?.(response);
      return way ? 'said' : 'page';
    };
  };

  it('PAG-11: sees a cycle of several pages', async () => {
    const { list } = peer;
    list.objects = peer.tariffs(12);
    list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '9') return 'page';
      list.page(url, response, list.link(url, 3));
      return 'said';
    };
    peer.register();
    await peer.failing('a loop');
    expect(peer.offsets().slice(0, 4)).toEqual([0, 3, 6, 9]);
    expect(peer.offsets().slice(4)).not.toContain(12);
    expect(await peer.stored()).toHaveLength(12);
  });

  it('PAG-11: ends a chain of links that never ends where the peer does not count', async () => {
    const { list } = peer;
    list.objects = peer.tariffs(3);
    list.total = 'none';
    let pages = 0;
    list.script = (url, response) => {
      pages += 1;
      list.page(url, response, `${list.endpoint}?cursor=${pages}`);
      return 'said';
    };
    peer.register();
    await peer.failing('of them without a new one, and still a next link, at no X-Total-Count');
    expect(await peer.stored()).toHaveLength(3);
  });

  it.each([
    ['far too little', 1],
    ['far too much', 1_000_000],
    ['not', 'none' as const],
  ])('PAG-25: takes all of a list that it counts %s, and removes nothing', async (_how, total) => {
    const { list } = peer;
    list.objects = peer.tariffs(60);
    list.cap = 1;
    list.total = total;
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 60, stored: 60, pages: 60 });
    list.objects = list.objects.slice(1);
    await peer.crawl('full');
    expect(await peer.stored()).toHaveLength(60);
    expect(await peer.document()).toMatchObject({ vanished: { objects: 1, removed: 0 } });
  });

  it('PAG-16, PAG-25: follows pages that shrink, empty ones too', async () => {
    const { list } = peer;
    list.objects = peer.tariffs(12);
    list.cap = 5;
    list.script = (url, response) => {
      const offset = Number(url.searchParams.get('offset') ?? 0);
      if (offset === 5) list.cap = 2;
      if (offset === 9) list.cap = 1;
      if (offset !== 10 || url.searchParams.has('again')) return 'page';
      const next = `${list.link(url, 10)}&again=1`;
      list.cap = 0;
      list.page(url, response, next);
      list.cap = 1;
      return 'said';
    };
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 12, stored: 12, last_error: '' });
    expect(peer.offsets()).toEqual([0, 5, 7, 9, 10, 10, 11]);
  });

  it('TRN-21: garbage with 200 costs a try each, not the crawl', async () => {
    peer.list.objects = peer.tariffs(8);
    const page = '{"status_code": 1000, "timestamp": "2026-01-01T00:00:00Z"';
    const garbage = [
      '<!doctype html><title>Maintenance</title>',
      `${page}, "data": [{"country_code": "NL", "par`,
      `${page}}`,
      `${page}, "data": ${'['.repeat(MEGABYTE)}`,
      '',
    ];
    instead(3, garbage.map((text) => (response) => response.setHeader('content-type', 'application/json').end(text)));
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 8, stored: 8, pages: 3, refused: 0, last_error: '' });
    expect(peer.offsets()).toEqual([0, 3, 3, 3, 3, 3, 3, 6]);
  });

  it('stops reading a body of 500 MB at the limit, with bounded memory', async () => {
    peer.list.objects = peer.tariffs(5);
    const block = Buffer.alloc(MEGABYTE, ' ');
    let sent = 0;
    let cut = 0;
    const endless = async (response: ServerResponse): Promise<void> => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let i = 0; i < 500 && !response.destroyed; i += 1) {
        if (!response.write(block)) await drained(response);
        if (!response.destroyed) sent += 1;
      }
      cut += response.destroyed ? 1 : 0;
      response.end();
    };
    const before = scheduler.process.rss() ?? 0;
    let most = 0;
    instead(3, Array.from({ length: 4 }, () => (response: ServerResponse) => {
      void endless(response);
      most = Math.max(most, scheduler.process.rss() ?? 0);
    }));
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 5, stored: 5, last_error: '' });
    expect(cut).toBe(4);
    expect(sent).toBeLessThan(4 * 64);
    expect(Math.max(most, scheduler.process.rss() ?? 0) - before).toBeLessThan(250 * MEGABYTE);
  });

  it('TRN-62: a page that drips is given up, and asked for again', async () => {
    peer.list.objects = peer.tariffs(5);
    const drip = async (response: ServerResponse): Promise<void> => {
      response.writeHead(200, { 'content-type': 'application/json' });
      while (!response.destroyed) {
        response.write(' ');
        await pace(50);
      }
    };
    instead(3, [(response) => void drip(response)]);
    peer.register();
    await peer.failing('no whole answer within 3000 ms');
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 5, stored: 5, last_error: '' });
    expect(peer.offsets()).toEqual([0, 3, 3]);
  });

  it('does not hold up the pull of others', async () => {
    const well = await PulledPeer.start(stack, scheduler);
    peer.list.objects = peer.tariffs(1);
    peer.list.script = () => 'said';
    peer.register();
    well.list.objects = [well.tariff('T1', OLD)];
    well.register();
    await well.fullCrawls(1);
    expect(await peer.stored()).toEqual([]);
    await well.stop();
  });
});
