import type { ServerResponse } from 'node:http';

import { OWN, RoamgridError, type Peer, type PullJob } from '@roamgrid/runtime';
import { waitUntil } from '@roamgrid/testkit';

import { ListPeer, type ListedObject } from './list-peer';
import { PullStack, type Scheduler } from './pull-stack';

const OLD = Date.UTC(2026, 0, 1);

function tariff(party: string, id: string, lastUpdated = OLD, changes: Record<string, unknown> = {}): ListedObject {
  const object = {
    ...{ country_code: 'NL', party_id: party, id, currency: 'EUR' },
    elements: [{ price_components: [{ type: 'ENERGY', price: 0.25, vat: 21, step_size: 1 }] }],
    last_updated: new Date(lastUpdated).toISOString(),
    ...changes,
  };
  return { json: JSON.stringify(object), lastUpdated };
}

function location(party: string, id: string): ListedObject {
  const object = {
    ...{ country_code: 'NL', party_id: party, id, publish: true, address: 'Weg 1', city: 'Ede', country: 'NLD' },
    ...{ coordinates: { latitude: '52.035000', longitude: '5.665000' }, time_zone: 'Europe/Amsterdam' },
    last_updated: new Date(OLD).toISOString(),
  };
  return { json: JSON.stringify(object), lastUpdated: OLD };
}

describe('the pull-scheduler as a process, on a real MongoDB', () => {
  const stack = new PullStack();
  let scheduler: Scheduler;
  let list: ListPeer;
  let number = 0;
  let id = '';
  let party = '';

  beforeAll(async () => {
    await stack.start();
    scheduler = await stack.scheduler('pull-scheduler-1');
  });

  beforeEach(async () => {
    number += 1;
    id = `peer-${number}`;
    party = `P${String(number).padStart(2, '0')}`;
    list = await ListPeer.start();
  });

  afterEach(async () => {
    stack.module('tariffs').beforePutMany = () => undefined;
    stack.remove(id);
    await list.stop();
  });

  afterAll(() => stack.stop());

  const tariffs = (from: number, to: number): ListedObject[] =>
    Array.from({ length: to - from + 1 }, (_, i) => tariff(party, `T${from + i}`));
  const register = (changes: Partial<Peer> = {}, module = 'tariffs'): Peer =>
    stack.register(id, party, module, list.endpoint, changes);
  const job = (expected: (found: PullJob) => boolean, what: string): Promise<PullJob> => stack.job(id, expected, what);
  const fullCrawls = (count: number): Promise<PullJob> =>
    job(({ full_crawls, state }) => full_crawls === count && state === 'idle', `full crawl ${count}`);
  const crawlAgain = async (full: boolean): Promise<PullJob> => {
    const before = await job(({ state }) => state === 'idle', 'idle');
    expect(await scheduler.pull.Start({ peer_id: id, module: '', full })).toEqual({ started: 1 });
    return full
      ? fullCrawls(before.full_crawls + 1)
      : job(({ delta_crawls }) => delta_crawls === before.delta_crawls + 1, 'a delta crawl');
  };
  const failing = (text: string): Promise<PullJob> =>
    job(({ last_error }) => last_error.includes(text), `the error "${text}"`);
  const stored = async (module = 'tariffs'): Promise<string[]> => {
    const request = { version: '2.2.1', origin: id, parties: [], offset: 0, limit: 100, described: true };
    const { json } = await stack.module(module).handlers.List(request);
    return (JSON.parse(json.toString()) as { key: string; rev: number }[]).map(({ key, rev }) => `${key}/${rev}`);
  };
  const keys = (...ids: readonly string[]): string[] => ids.map((name) => `NL*${party}*${name}/1`);
  const document = (): Promise<{ crawl: { page: number } | null; vanished: Record<string, unknown> } | null> =>
    stack.connection.collection<{ _id: string; crawl: { page: number } | null; vanished: Record<string, unknown> }>('crawls')
      .findOne({ _id: `${id}|tariffs` });
  const quarantined = (): Promise<{ key: string; code: string; position: string; bytes: { toString(): string } }[]> =>
    stack.connection.collection<{ key: string; code: string; position: string; bytes: { toString(): string } }>('quarantine')
      .find({ peer: id } as object, { sort: { position: 1 } }).toArray();

  it('PAG-15, PAG-25, TRN-61: crawls everything at once after registration, along the links as the peer gives them', async () => {
    list.objects = tariffs(1, 8);
    register();
    const done = await fullCrawls(1);
    expect(done).toMatchObject({ seen: 8, stored: 8, refused: 0, pages: 3, delta_crawls: 0, last_error: '' });
    expect(list.requests).toEqual([
      '/ocpi/cpo/2.2.1/list?limit=10',
      '/ocpi/cpo/2.2.1/list?offset=3&limit=3&shard=%7Ea',
      '/ocpi/cpo/2.2.1/list?offset=6&limit=3&shard=%7Ea',
    ]);
    expect(list.mostOpen).toBe(1);
    expect(list.headers[0]).toMatchObject({
      authorization: `Token ${Buffer.from(`token of ${id}`).toString('base64')}`,
      'ocpi-to-party-id': party,
      'ocpi-from-party-id': 'OWN',
    });
    expect(await stored()).toEqual(keys('T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8'));
  });

  it('TRN-75: a crawl of what has not changed stores nothing', async () => {
    list.objects = tariffs(1, 5);
    register({ quirks: { page_size: '2' } });
    await fullCrawls(1);
    expect(list.requests[0]).toBe('/ocpi/cpo/2.2.1/list?limit=2');
    const before = await stored();
    expect(await crawlAgain(true)).toMatchObject({ seen: 10, stored: 5, refused: 0 });
    expect(await stored()).toEqual(before);
  });

  it('TRN-42, TRN-71: takes the good objects of a page; the bad and the foreign one are quarantined with the reason', async () => {
    const broken = { json: `{"country_code":"NL","party_id":"${party}","id":"T2","note":"\\u00e9"}`, lastUpdated: OLD };
    list.objects = [tariff(party, 'T1'), broken, tariff('XXX', 'T3'), { json: 'null', lastUpdated: OLD }, tariff(party, 'T5')];
    register();
    expect(await fullCrawls(1)).toMatchObject({ seen: 5, stored: 2, refused: 3, last_error: '' });
    expect(await stored()).toEqual(keys('T1', 'T5'));
    const kept = await quarantined();
    expect(kept.map(({ key, code, position }) => ({ key, code, position }))).toEqual([
      { key: `NL*${party}*T2`, code: 'object.invalid', position: 'page 1, object 2' },
      { key: 'NL*XXX*T3', code: 'party.not_yours', position: 'page 1, object 3' },
      { key: '', code: 'object.invalid', position: 'page 2, object 1' },
    ]);
    expect(kept[0]?.bytes.toString()).toBe(broken.json);

    list.objects = [tariff(party, 'T1'), tariff(party, 'T2'), tariff('XXX', 'T3'), tariff(party, 'T5')];
    await crawlAgain(true);
    expect((await quarantined()).map(({ key }) => key)).toEqual(['NL*XXX*T3']);
  });

  it('TRN-57, TRN-76: a delta asks from the newest last_updated seen, less the overlap, whatever clocks say', async () => {
    const newest = OLD + 86_400_000 + 123;
    list.objects = [tariff(party, 'T1'), tariff(party, 'T2', newest), tariff(party, 'T3', Date.UTC(2099, 0, 1))];
    register();
    expect(await fullCrawls(1)).toMatchObject({ stored: 3, watermark: newest });
    list.objects = [...list.objects, tariff(party, 'T4', newest + 1_000)];
    expect(await crawlAgain(false)).toMatchObject({ seen: 6, stored: 4, full_crawls: 1, watermark: newest + 1_000 });
    expect(list.requests.at(-1)).toBe('/ocpi/cpo/2.2.1/list?date_from=2026-01-01T23%3A59%3A00.123Z&limit=10');
  });

  it('goes on at its checkpoint after kill -9', async () => {
    list.objects = tariffs(1, 14);
    let held: ServerResponse | undefined;
    list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '9' || held) return 'page';
      held = response;
      return 'said';
    };
    register();
    const third = async (): Promise<boolean> => held !== undefined && (await document())?.crawl?.page === 3;
    await waitUntil(third, { what: 'three pages were taken and the fourth was asked for', timeoutMs: 20_000 });
    process.kill(scheduler.process.pid ?? 0, 'SIGKILL');
    const asked = list.requests.length;
    const done = await fullCrawls(1);
    expect(list.requests.slice(asked).map((request) => /offset=(\d+)/.exec(request)?.[1])).toEqual(['9', '12']);
    expect(done).toMatchObject({ seen: 14, stored: 14, pages: 5, last_error: '' });
    expect((await stored()).length).toBe(14);
    expect(await document()).toMatchObject({ vanished: { listed: 14, total: 14, kept: '' } });
  });

  it('sees a loop, keeps what it listed, and recovers when the peer does', async () => {
    list.objects = tariffs(1, 6);
    list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '3') return 'page';
      list.page(url, response, list.link(url, 3));
      return 'said';
    };
    register();
    await failing('a loop');
    expect(await stored()).toEqual(keys('T1', 'T2', 'T3', 'T4', 'T5', 'T6'));
    list.script = () => 'page';
    expect(await fullCrawls(1)).toMatchObject({ last_error: '' });
  });

  it('CRD-41: does not follow a link to another host', async () => {
    const other = await ListPeer.start();
    list.objects = tariffs(1, 6);
    list.script = (url, response) => {
      list.page(url, response, `${other.endpoint}?offset=3`);
      return 'said';
    };
    register();
    await failing(`the next link leads to ${other.origin}`);
    expect(other.requests).toEqual([]);
    expect(await stored()).toEqual(keys('T1', 'T2', 'T3'));
    await other.stop();
  });

  it('TRN-21, TRN-62: HTML, an error and silence cost time, not the checkpoint', async () => {
    list.objects = tariffs(1, 8);
    const troubles: ((response: ServerResponse) => void)[] = [
      (response) => response.end('<html>maintenance</html>'),
      (response) => response.writeHead(503, { 'retry-after': '0' }).end('busy'),
      () => undefined,
      (response) => response.socket?.destroy(),
    ];
    list.script = (url, response) => {
      const trouble = url.searchParams.get('offset') === '3' ? troubles.shift() : undefined;
      trouble?.(response);
      return trouble ? 'said' : 'page';
    };
    register();
    await failing('without an OCPI envelope');
    expect(await fullCrawls(1)).toMatchObject({ seen: 8, stored: 8, pages: 3, last_error: '' });
    const offsets = list.requests.map((request) => /offset=(\d+)/.exec(request)?.[1] ?? '0');
    expect(offsets).toEqual(['0', '3', '3', '3', '3', '3', '6']);
    expect(list.mostOpen).toBe(1);
  });

  it('begins anew where a continued link is refused again and again', async () => {
    list.objects = tariffs(1, 5);
    let refusals = 0;
    list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '3' || refusals === 2) return 'page';
      refusals += 1;
      response.writeHead(410).end();
      return 'said';
    };
    register();
    expect(await fullCrawls(1)).toMatchObject({ seen: 8, stored: 5, pages: 3 });
    const offsets = list.requests.map((request) => /offset=(\d+)/.exec(request)?.[1] ?? '0');
    expect(offsets).toEqual(['0', '3', '3', '0', '3']);
  });

  it('takes a page again, and skips none, while the module service is away', async () => {
    list.objects = tariffs(1, 7);
    let calls = 0;
    stack.module('tariffs').beforePutMany = () => {
      calls += 1;
      if (calls === 2 || calls === 3) throw new RoamgridError('unavailable', 'the store is being moved');
    };
    register();
    await failing('the store is being moved');
    expect(await fullCrawls(1)).toMatchObject({ seen: 7, stored: 7, last_error: '' });
    expect(await stored()).toHaveLength(7);
  });

  it('TRN-42: an object that breaks the module service holds up no other', async () => {
    list.objects = tariffs(1, 4);
    stack.module('tariffs').beforePutMany = (objects) => {
      if (objects.some((json) => json.includes('"T2"'))) throw new Error('a defect of ours');
    };
    register();
    expect(await fullCrawls(1)).toMatchObject({ seen: 4, stored: 3, refused: 1 });
    expect((await quarantined()).map(({ key, code }) => [key, code])).toEqual([[`NL*${party}*T2`, 'internal']]);
  });

  it('TAR-11, PAG-19, PAG-20: removes vanished tariffs after a complete full crawl whose counts agree, and only then', async () => {
    list.objects = tariffs(1, 5);
    register();
    await fullCrawls(1);
    const { handlers } = stack.module('tariffs');
    const own = tariff('OWN', 'T2');
    await handlers.PutMany({
      caller: { origin: OWN, roles: [{ role: 'CPO', country_code: 'NL', party_id: 'OWN' }] },
      ...{ version: '2.2.1', objects: [Buffer.from(own.json)] },
    });
    const left = list.objects.filter(({ json }) => !json.includes('"T2"'));

    list.objects = left.map((object) => ({ ...object, lastUpdated: Date.now() }));
    await crawlAgain(false);
    expect(await stored()).toHaveLength(5);

    list.total = 5;
    await crawlAgain(true);
    expect(await stored()).toHaveLength(5);
    expect((await document())?.vanished).toMatchObject({
      ...{ objects: 1, removed: 0, keys: [`NL*${party}*T2`] },
      kept: '4 different objects were listed, X-Total-Count is 5',
    });

    list.total = undefined;
    let cut = true;
    list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '3' || !cut) return 'page';
      response.writeHead(500).end();
      return 'said';
    };
    await scheduler.pull.Start({ peer_id: id, module: 'tariffs', full: true });
    await failing('HTTP 500');
    expect(await stored()).toHaveLength(5);

    cut = false;
    await fullCrawls(3);
    expect(await stored()).toEqual(keys('T1', 'T3', 'T4', 'T5'));
    expect((await document())?.vanished).toMatchObject({ objects: 1, removed: 1, kept: '' });
    const { parties } = await handlers.Count({});
    expect(parties).toContainEqual({ party: { country_code: 'NL', party_id: 'OWN' }, origin: OWN, objects: 1 });

    // The peer lists it again as it was: it is back.
    list.objects = tariffs(1, 5);
    await crawlAgain(true);
    expect((await stored()).map((object) => object.split('/')[0])).toEqual(expect.arrayContaining([`NL*${party}*T2`]));
  });

  it('LOC-25: reports locations that vanished, and leaves them', async () => {
    list.objects = [location(party, 'L1'), location(party, 'L2')];
    register({}, 'locations');
    expect(await fullCrawls(1)).toMatchObject({ stored: 2 });
    list.objects = list.objects.slice(0, 1);
    await crawlAgain(true);
    expect(await stored('locations')).toHaveLength(2);
    const found = await stack.connection.collection<{ _id: string }>('crawls').findOne({ _id: `${id}|locations` });
    expect(found).toMatchObject({ vanished: { objects: 1, removed: 0, keys: [`NL*${party}*L2`] } });
  });

  it('TRN-61: crawls everything again when the endpoint moved', async () => {
    list.objects = tariffs(1, 2);
    register();
    await fullCrawls(1);
    stack.register(id, party, 'tariffs', `${list.endpoint}?moved=1`);
    await fullCrawls(2);
    expect(list.requests.at(-1)).toBe('/ocpi/cpo/2.2.1/list?moved=1&limit=10');
  });

  it('stops the crawl of a peer that is removed, and forgets its job', async () => {
    list.objects = tariffs(1, 6);
    let held = false;
    list.script = (url) => {
      held ||= url.searchParams.has('offset');
      return held ? 'said' : 'page';
    };
    register();
    await waitUntil(() => Promise.resolve(held), { what: 'the second page was asked for', timeoutMs: 20_000 });
    stack.remove(id);
    const gone = async (): Promise<boolean> => (await document()) === null;
    await waitUntil(gone, { what: 'the job is gone', timeoutMs: 20_000 });
    expect(list.requests).toHaveLength(2);
    expect(await stack.connection.collection('crawls.seen').countDocuments({ job: `${id}|tariffs` })).toBe(0);
    await expect(scheduler.pull.Start({ peer_id: id, module: '', full: true })).rejects.toMatchObject({ code: 'peer.unknown' });
  });

  it('two replicas ask for each page once, also when both are killed', async () => {
    const second = await stack.scheduler('pull-scheduler-2');
    list.objects = tariffs(1, 14);
    let held = false;
    list.script = (url) => {
      if (url.searchParams.get('offset') !== '9' || held) return 'page';
      held = true;
      return 'said';
    };
    register();
    const third = async (): Promise<boolean> => held && (await document())?.crawl?.page === 3;
    await waitUntil(third, { what: 'three pages were taken and the fourth was asked for', timeoutMs: 20_000 });
    process.kill(scheduler.process.pid ?? 0, 'SIGKILL');
    process.kill(second.process.pid ?? 0, 'SIGKILL');
    await fullCrawls(1);
    const offsets = list.requests.map((request) => /offset=(\d+)/.exec(request)?.[1] ?? '0');
    expect(offsets).toEqual(['0', '3', '6', '9', '9', '12']);
  });
});
