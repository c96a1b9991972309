import { ApiUnderTest, hosted, KEY } from '../../test/api-under-test';
import { EventStream, type ServerEvent } from '../../test/event-stream';
import { ManualClock } from '../../test/manual-clock';
import { decodePosition, encodePosition } from './feed-position';

describe('the feed of changes', () => {
  let api: ApiUnderTest;
  const clock = new ManualClock();
  const streams: EventStream[] = [];

  beforeEach(async () => {
    api = await ApiUnderTest.start({ clock, heartbeats: true, parties: [hosted('CPO'), hosted('CPO', 'TWO')] });
  });

  afterEach(async () => {
    for (const stream of streams.splice(0)) await stream.close();
    await api.close();
  });

  async function follow(query = '', headers: Record<string, string> = {}): Promise<EventStream> {
    const response = await api.call('GET', `/v1/changes${query}`, { headers });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const stream = new EventStream(response);
    streams.push(stream);
    await stream.moved();
    return stream;
  }

  const resume = (id: string, query = ''): Promise<EventStream> => follow(query, { 'last-event-id': id });
  const idsOf = (events: readonly ServerEvent[]): unknown[] => events.map(({ data }) => (data as { id: unknown }).id);
  const publish = (key: string, rev: number, module = 'locations'): void => api.changes.publish(module, key, rev);

  it('brings what changes from now on, as it is on Kafka', async () => {
    publish('NL*RGC*BEFORE', 1);
    const stream = await follow();
    publish('NL*RGC*A', 1);
    publish('NL*RGC*T', 3, 'tariffs');
    const events = await stream.take(2);
    expect(events.map(({ event }) => event)).toEqual(['change', 'change']);
    expect(events[0]?.data).toEqual({
      id: 'locations/NL*RGC*A/1', type: 'put', module: 'locations', key: 'NL*RGC*A', party: 'NL*RGC', rev: 1,
      last_updated: '2026-01-01T00:00:00.000Z', origin: 'own', version: '2.2.1', object: { id: 'NL*RGC*A' },
    });
    for (const { data } of events) expect(api.document.problemOfValue('ChangeEvent', data)).toBeUndefined();
    expect(idsOf(events)).toEqual(['locations/NL*RGC*A/1', 'tariffs/NL*RGC*T/3']);
    expect(api.changes.readers).toBe(0);
  });

  it('goes on behind the last event, over all partitions', async () => {
    const first = await follow();
    for (const key of ['NL*RGC*A', 'NL*RGC*B', 'NL*RGC*C', 'NL*RGC*D']) publish(key, 1);
    const [, second] = await first.take(2);
    await first.close();
    for (const key of ['NL*RGC*A', 'NL*RGC*B']) publish(key, 2);
    const again = await resume(second?.id ?? '');
    const missed = await again.take(4);
    expect(idsOf(missed).sort()).toEqual(['locations/NL*RGC*A/2', 'locations/NL*RGC*B/2', 'locations/NL*RGC*C/1', 'locations/NL*RGC*D/1']);
    publish('NL*RGC*A', 3);
    expect(idsOf(await again.take(1))).toEqual(['locations/NL*RGC*A/3']);
  });

  it('has the steps of conversations, for a key of the party in them', async () => {
    const { key } = await api.key({ rights: ['read'], parties: ['NL*TWO'], modules: ['commands', 'locations'] });
    const one = await follow('?module=commands', { 'x-api-key': key });
    const all = await follow('?module=commands,chargingprofiles');
    const asked = (module: string, of: string, origin: string): void => api.changes.publish(module, `${of}*C1`, 1, { origin, audience: [of] });
    asked('commands', 'NL*RGC', 'p1');
    asked('chargingprofiles', 'NL*TWO', 'own');
    asked('commands', 'NL*TWO', 'p1');
    expect(idsOf(await one.take(1))).toEqual(['commands/NL*TWO*C1/1']);
    expect(idsOf(await all.take(3))).toEqual(['commands/NL*RGC*C1/1', 'chargingprofiles/NL*TWO*C1/1', 'commands/NL*TWO*C1/1']);
    const closed = await api.call('GET', '/v1/changes?module=chargingprofiles', { headers: { 'x-api-key': key } });
    expect([closed.status, await closed.json()]).toEqual([403, expect.objectContaining({ code: 'key.other_module' })]);
  });

  it('resumes from a heartbeat, too, though nothing was for this client', async () => {
    const stream = await follow('?party=NL*RGC');
    const begun = stream.lastId;
    publish('NL*TWO*A', 1);
    publish('NL*TWO*B', 1);
    clock.advance(15_000);
    await stream.moved(begun);
    expect(stream.lastId).not.toBe(begun);
    const filtered = stream.lastId;
    publish('NL*RGC*C', 1);
    await stream.take(1);
    await stream.close();
    publish('NL*RGC*D', 1);
    expect(idsOf(await (await resume(begun, '?party=NL*RGC')).take(2)).sort()).toEqual(['locations/NL*RGC*C/1', 'locations/NL*RGC*D/1']);
    expect(idsOf(await (await resume(filtered, '?party=NL*RGC')).take(2)).sort()).toEqual(['locations/NL*RGC*C/1', 'locations/NL*RGC*D/1']);
    expect(idsOf(await (await resume(stream.lastId, '?party=NL*RGC')).take(1))).toEqual(['locations/NL*RGC*D/1']);
  });

  it('loses nothing and repeats nothing where catching up meets what comes now', async () => {
    const first = await follow();
    const start = first.lastId;
    await first.close();
    for (let rev = 1; rev <= 30; rev += 1) publish(`NL*RGC*${rev % 3}`, rev);
    // While the old is being read, more comes; some of it before the shared reader has come to it.
    let more = 0;
    const publishMore = (): void => {
      more += 1;
      api.changes.publish('locations', `NL*RGC*${more % 3}`, 30 + more, {}, more % 3 === 0);
    };
    api.changes.beforeRead = () => (more < 20 ? publishMore() : undefined);
    const stream = await resume(start);
    const events = await stream.take(30);
    while (more < 20) publishMore();
    api.changes.handOn('locations');
    events.push(...(await stream.take(20)));
    const ids = idsOf(events);
    expect(new Set(ids).size).toBe(50);
    for (const key of ['0', '1', '2']) {
      const revs = ids.map(String).filter((id) => id.includes(`*${key}/`)).map((id) => Number(id.split('/')[2]));
      expect(revs).toEqual([...revs].sort((a, b) => a - b));
    }
    publish('NL*RGC*Z', 1);
    expect(idsOf(await stream.take(1))).toEqual(['locations/NL*RGC*Z/1']);
  });

  it('repeats nothing where catching up was ahead of the shared reader', async () => {
    const first = await follow('?module=locations');
    await first.close();
    for (let rev = 1; rev <= 3; rev += 1) publish('NL*RGC*A', rev);
    api.changes.publish('locations', 'NL*RGC*A', 4, {}, false); // read together with the third one
    const stream = await resume(first.lastId, '?module=locations');
    const events = await stream.take(4);
    api.changes.handOn('locations');
    publish('NL*RGC*A', 5);
    events.push(...(await stream.take(1)));
    expect(idsOf(events)).toEqual([1, 2, 3, 4, 5].map((rev) => `locations/NL*RGC*A/${rev}`));
  });

  it('begins with the newest state of everything where asked', async () => {
    publish('NL*RGC*A', 1);
    publish('NL*RGC*B', 1, 'tariffs');
    expect(idsOf(await (await follow('?from=start')).take(2)).sort()).toEqual(['locations/NL*RGC*A/1', 'tariffs/NL*RGC*B/1']);
  });

  it('filters by module, party and origin', async () => {
    const tariffs = await follow('?module=tariffs');
    const own = await follow('?origin=own&party=nl*rgc');
    const peers = await follow('?origin=p1&module=locations,tariffs');
    api.changes.publish('locations', 'DE*ABC*1', 1, { origin: 'p1' });
    api.changes.publish('tariffs', 'NL*TWO*2', 1);
    api.changes.publish('locations', 'NL*RGC*3', 1);
    expect(idsOf(await tariffs.take(1))).toEqual(['tariffs/NL*TWO*2/1']);
    expect(idsOf(await own.take(1))).toEqual(['locations/NL*RGC*3/1']);
    expect(idsOf(await peers.take(1))).toEqual(['locations/DE*ABC*1/1']);
    expect([...(decodePosition(tariffs.lastId)?.keys() ?? [])]).toEqual(['tariffs']);
  });

  it('shows a key what it may see, and no more', async () => {
    const { key } = await api.key({ rights: ['read'], parties: ['NL*RGC'], modules: ['locations'] });
    const stream = await follow('', { 'x-api-key': key });
    api.changes.publish('tariffs', 'NL*RGC*1', 1);
    api.changes.publish('locations', 'NL*TWO*1', 1);
    api.changes.publish('locations', 'DE*ABC*1', 1, { origin: 'p1', audience: ['NL*TWO'] });
    api.changes.publish('locations', 'DE*ABC*2', 1, { origin: 'p1', audience: ['NL*RGC'] });
    api.changes.publish('locations', 'NL*TWO*3', 1, { audience: ['NL*RGC'] });
    api.changes.publish('locations', 'DE*ABC*4', 1, { origin: 'p1' });
    api.changes.publish('locations', 'NL*RGC*5', 1);
    const seen = idsOf(await stream.take(4)).sort();
    expect(seen).toEqual(['locations/DE*ABC*2/1', 'locations/DE*ABC*4/1', 'locations/NL*RGC*5/1', 'locations/NL*TWO*3/1']);
  });

  it('ends for a key that is revoked, before the next change', async () => {
    const { id, key } = await api.key({ rights: ['read'] });
    const stream = await follow('', { 'x-api-key': key });
    publish('NL*RGC*A', 1);
    expect(await stream.take(1)).toHaveLength(1);
    await api.admin('DELETE', `/v1/keys/${id}`);
    publish('NL*RGC*A', 2);
    expect(await stream.take(1)).toEqual([]);
  });

  it('says when a position is not on the broker any more, and goes on with all that there is', async () => {
    for (let rev = 1; rev <= 6; rev += 1) publish('NL*RGC*A', rev);
    publish('NL*RGC*T', 1, 'tariffs');
    const now = (await follow()).lastId;
    const old = encodePosition(new Map([['locations', [1, 1]], ['tariffs', [...(decodePosition(now)?.get('tariffs') ?? [])]]]));
    api.changes.trim('locations', 3);
    const stream = await resume(old);
    const [reset, ...events] = await stream.take(4);
    expect(reset).toMatchObject({ event: 'reset', data: { modules: ['locations'] } });
    expect(api.document.problemOfValue('FeedReset', reset?.data)).toBeUndefined();
    expect(idsOf(events)).toEqual([4, 5, 6].map((rev) => `locations/NL*RGC*A/${rev}`));
    const ahead = await resume(encodePosition(new Map([['locations', [99, 0]]])), '?module=locations');
    expect((await ahead.take(1))[0]?.event).toBe('reset');
  });

  it('cuts off a client that does not read, which then goes on where it was', async () => {
    await api.close();
    api = await ApiUnderTest.start({ clock, limits: { unreadFeedBytes: 1_000 } });
    const stream = await follow();
    const start = stream.lastId;
    const total = 40_000;
    for (let rev = 1; rev <= total; rev += 1) publish('NL*RGC*A', rev);
    const read = await stream.take(total);
    expect(read.length).toBeLessThan(total);
    expect(api.changes.listeners).toBe(0);
    const rest = await (await resume(read.at(-1)?.id ?? start)).take(3);
    expect(idsOf(rest)).toEqual([1, 2, 3].map((i) => `locations/NL*RGC*A/${read.length + i}`));
  });

  it('gives up a client that reads nothing from one heartbeat to the next while it catches up', async () => {
    const first = await follow('?module=locations');
    await first.close();
    while (api.changes.listeners > 0) await new Promise((resolve) => setImmediate(resolve));
    for (let rev = 1; rev <= 40_000; rev += 1) api.changes.publish('locations', 'NL*RGC*A', rev, {}, false);
    api.changes.handOn('locations');
    const stream = await resume(first.lastId, '?module=locations');
    // What the first heartbeat finds waiting, it has not begun to read before the second.
    while (api.changes.listeners > 0) {
      clock.advance(15_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const read = await stream.take(40_000);
    expect(read.length).toBeLessThan(40_000);
  });

  it('answers HEAD without following', async () => {
    expect((await fetch(`${api.url}/v1/changes`, { method: 'HEAD', headers: { 'x-api-key': KEY } })).status).toBe(200);
    expect(api.changes.listeners).toBe(0);
  });

  it.each([
    ['?module=tarifs', {}, 400, 'parameter.invalid'],
    ['?party=NLRGC', {}, 400, 'parameter.invalid'],
    ['?from=yesterday', {}, 400, 'parameter.invalid'],
    ['', { 'last-event-id': '17' }, 400, 'parameter.invalid'],
  ])('refuses %s %p', async (query, headers, status, code) => {
    const response = await api.call('GET', `/v1/changes${query}`, { headers });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
  });

  it('has room for so many clients, and takes another one when one has left', async () => {
    const [first] = [await follow(), await follow(), await follow()];
    expect((await api.call('GET', '/v1/changes')).status).toBe(429);
    await first.close();
    let status = 429;
    while (status === 429) {
      const response = await api.call('GET', '/v1/changes');
      status = response.status;
      if (status === 200) streams.push(new EventStream(response));
    }
    expect(status).toBe(200);
  });

  it('is unavailable while nobody knows where the topics end', async () => {
    api.changes.ready = false;
    const response = await api.call('GET', '/v1/changes');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  });
});
