import { OWN } from '@roamgrid/runtime';

import { OLD, PulledPeer } from './pulled-peer';
import { PullStack, type Scheduler } from './pull-stack';

describe('the pull-scheduler as a process, on a real MongoDB', () => {
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

  it('PAG-15, PAG-25, TRN-61: crawls everything after registration, along the links as given', async () => {
    peer.list.objects = peer.tariffs(8);
    peer.register();
    const done = await peer.fullCrawls(1);
    expect(done).toMatchObject({ seen: 8, stored: 8, refused: 0, pages: 3, delta_crawls: 0, last_error: '' });
    expect(peer.list.requests).toEqual([
      '/ocpi/cpo/2.2.1/list?limit=10',
      '/ocpi/cpo/2.2.1/list?offset=3&limit=3&shard=%7Ea',
      '/ocpi/cpo/2.2.1/list?offset=6&limit=3&shard=%7Ea',
    ]);
    expect(peer.list.mostOpen).toBe(1);
    expect(peer.list.headers[0]).toMatchObject({
      authorization: `Token ${Buffer.from(`token of ${peer.id}`).toString('base64')}`,
      'ocpi-to-party-id': peer.party,
      'ocpi-from-party-id': 'OWN',
    });
    expect(await peer.stored()).toEqual(['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8']);
  });

  it('TRN-75: a crawl of what has not changed stores nothing', async () => {
    peer.list.objects = peer.tariffs(5);
    peer.register({ quirks: { page_size: '2' } });
    await peer.fullCrawls(1);
    expect(peer.list.requests[0]).toBe('/ocpi/cpo/2.2.1/list?limit=2');
    expect(await peer.crawl('full')).toMatchObject({ seen: 10, stored: 5, refused: 0 });
    expect(await peer.revisions()).toEqual(['T1/1', 'T2/1', 'T3/1', 'T4/1', 'T5/1']);
  });

  it('TRN-07: quirks that are set while it is refused act at once, and on the pages of a crawl under way', async () => {
    peer.list.objects = peer.tariffs(8);
    const token = `token of ${peer.id}`;
    peer.list.script = (url, response) => {
      const raw = peer.list.headers.at(-1)?.authorization === `Token ${token}`;
      if (url.searchParams.get('offset') === '3' && !raw) response.writeHead(401).end();
      return response.writableEnded ? 'said' : 'page';
    };
    peer.register({ quirks: { page_size: '7', endpoint_slash: 'with' } });
    await peer.failing('401');
    expect(peer.list.requests[0]).toBe('/ocpi/cpo/2.2.1/list/?limit=7');
    expect(peer.list.headers[0]).toMatchObject({ 'x-request-id': expect.anything() as unknown });
    const quirks = { token_encoding: 'raw', message_ids: 'false', routing_headers: 'false', query_dates: 'seconds' };
    peer.register({ quirks });
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 8, stored: 8 });
    expect(Object.keys(peer.list.headers.at(-1) ?? {}).filter((name) => /^x-|^ocpi-/.test(name))).toEqual([]);
    await peer.crawl('delta');
    expect(peer.list.requests.at(-3)).toBe('/ocpi/cpo/2.2.1/list?date_from=2025-12-31T23%3A59%3A00Z&limit=10');
  });

  it('TRN-42, TRN-71: takes the good objects; the bad and the foreign are quarantined with the reason', async () => {
    const { party, list } = peer;
    const broken = { json: `{"country_code":"NL","party_id":"${party}","id":"T2","note":"\\u00e9"}`, lastUpdated: OLD };
    const foreign = peer.tariff('T3', OLD, 'XXX');
    list.objects = [peer.tariff('T1'), broken, foreign, { json: 'null', lastUpdated: OLD }, peer.tariff('T5')];
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ seen: 5, stored: 2, refused: 3, last_error: '' });
    expect(await peer.stored()).toEqual(['T1', 'T5']);
    expect(await peer.quarantined()).toEqual([
      { key: `NL*${party}*T2`, code: 'object.invalid', position: 'page 1, object 2', text: broken.json },
      { key: 'NL*XXX*T3', code: 'party.not_yours', position: 'page 1, object 3', text: foreign.json },
      { key: '', code: 'object.invalid', position: 'page 2, object 1', text: 'null' },
    ]);

    list.objects = [peer.tariff('T1'), peer.tariff('T2'), foreign, peer.tariff('T5')];
    await peer.crawl('full');
    expect((await peer.quarantined()).map(({ key }) => key)).toEqual(['NL*XXX*T3']);
  });

  it('TRN-57, TRN-76: a delta asks from the newest last_updated seen, less the overlap', async () => {
    const newest = OLD + 86_400_000 + 123;
    peer.list.objects = [peer.tariff('T1'), peer.tariff('T2', newest), peer.tariff('T3', Date.UTC(2099, 0, 1))];
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ stored: 3, watermark: newest });
    peer.list.objects = [...peer.list.objects, peer.tariff('T4', newest + 1_000)];
    expect(await peer.crawl('delta')).toMatchObject({ seen: 6, stored: 4, full_crawls: 1, watermark: newest + 1_000 });
    expect(peer.list.requests.at(-1)).toBe('/ocpi/cpo/2.2.1/list?date_from=2026-01-01T23%3A59%3A00.123Z&limit=10');
  });

  it('TAR-11, PAG-19, PAG-20: removes vanished tariffs only after a full crawl whose counts agree', async () => {
    const { list } = peer;
    list.objects = peer.tariffs(5);
    peer.register();
    await peer.fullCrawls(1);
    const { handlers } = stack.module('tariffs');
    const ours = { origin: OWN, roles: [{ role: 'CPO', country_code: 'NL', party_id: 'OWN' }] };
    const own = Buffer.from(peer.tariff('T2', OLD, 'OWN').json);
    await handlers.PutMany({ caller: ours, version: '2.2.1', objects: [own] });
    list.objects = list.objects
      .filter(({ json }) => !json.includes('"T2"'))
      .map(({ json }) => ({ json, lastUpdated: Date.now() }));

    await peer.crawl('delta');
    expect(await peer.stored()).toHaveLength(5);

    list.total = 5;
    await peer.crawl('full');
    expect(await peer.stored()).toHaveLength(5);
    expect((await peer.document())?.vanished).toMatchObject({
      ...{ objects: 1, removed: 0, keys: [`NL*${peer.party}*T2`] },
      kept: '4 different objects were listed, X-Total-Count is 5',
    });

    list.total = undefined;
    let cut = true;
    list.script = (url, response) => {
      if (url.searchParams.get('offset') !== '3' || !cut) return 'page';
      response.writeHead(500).end();
      return 'said';
    };
    await scheduler.pull.Start({ peer_id: peer.id, module: 'tariffs', full: true });
    await peer.failing('HTTP 500');
    expect(await peer.stored()).toHaveLength(5);

    cut = false;
    await peer.fullCrawls(3);
    expect(await peer.stored()).toEqual(['T1', 'T3', 'T4', 'T5']);
    expect((await peer.document())?.vanished).toMatchObject({ objects: 1, removed: 1, kept: '' });
    const { parties } = await handlers.Count({});
    expect(parties).toContainEqual({ party: { country_code: 'NL', party_id: 'OWN' }, origin: OWN, objects: 1 });
  });

  it('TAR-11: an object that vanished is back when the peer lists it again as it was', async () => {
    peer.list.objects = peer.tariffs(2);
    peer.register();
    await peer.fullCrawls(1);
    peer.list.objects = peer.tariffs(1);
    await peer.crawl('full');
    expect(await peer.stored()).toEqual(['T1']);
    peer.list.objects = peer.tariffs(2);
    await peer.crawl('full');
    expect(await peer.revisions()).toEqual(['T1/1', 'T2/3']);
  });

  it('PAG-17: crawls once more when the list shrank meanwhile, since objects may have been passed over', async () => {
    const { list } = peer;
    list.objects = peer.tariffs(5);
    list.script = (url) => {
      if (url.searchParams.get('offset') === '3' && list.objects.length === 5) list.objects = list.objects.slice(1);
      return 'page';
    };
    peer.register();
    await peer.fullCrawls(2);
    expect(peer.offsets()).toEqual([0, 3, 0, 3]);
    expect(await peer.stored()).toEqual(['T2', 'T3', 'T5', 'T4']);
  });

  it('LOC-25: reports locations that vanished, and leaves them', async () => {
    await peer.stop();
    peer = await PulledPeer.start(stack, scheduler, 'locations');
    peer.list.objects = [peer.location('L1'), peer.location('L2')];
    peer.register();
    expect(await peer.fullCrawls(1)).toMatchObject({ stored: 2 });
    peer.list.objects = peer.list.objects.slice(0, 1);
    await peer.crawl('full');
    expect(await peer.stored()).toEqual(['L1', 'L2']);
    expect(await peer.document()).toMatchObject({
      vanished: { objects: 1, removed: 0, keys: [`NL*${peer.party}*L2`] },
    });
  });

  it('TRN-61: crawls everything again when the endpoint moved', async () => {
    peer.list.objects = peer.tariffs(2);
    peer.register();
    await peer.fullCrawls(1);
    peer.register({}, `${peer.list.endpoint}?moved=1`);
    await peer.fullCrawls(2);
    expect(peer.list.requests.at(-1)).toBe('/ocpi/cpo/2.2.1/list?moved=1&limit=10');
  });
});
