import type { ClientInfo } from '@roamgrid/modules';
import { waitUntil } from '@roamgrid/testkit';
import { location } from './charging-objects';
import { ClientPeer } from './client-peer';
import { PlatformStack, type RunningPlatform } from './platform-stack';

jest.setTimeout(120_000);

const NEVER = 3_600_000;
/** Routing headers that no functional module would take. */
const NONSENSE = { 'ocpi-from-country-code': 'XX', 'ocpi-from-party-id': 'NOBODY', 'ocpi-to-country-code': 'YY', 'ocpi-to-party-id': 'ZZZ' };
const INFO = 'hubclientinfo RECEIVER';

const until = (what: string, condition: () => Promise<boolean> | boolean): Promise<void> =>
  waitUntil(async () => condition(), { what, timeoutMs: 60_000, intervalMs: 100 });

describe('hubclientinfo', () => {
  const stack = new PlatformStack();
  const peers: ClientPeer[] = [];
  let platform: RunningPlatform;

  const register = async (party: string, roles: readonly string[], endpoints: readonly string[]): Promise<ClientPeer> => {
    const peer = await ClientPeer.register(platform, party, roles, endpoints);
    peers.push(peer);
    return peer;
  };
  const routingOf = (headers: object): string[] => Object.keys(headers).filter((name) => name.startsWith('ocpi-'));

  beforeAll(async () => {
    await stack.startParts();
    const hub = { country_code: 'NL', party_id: 'HUB', roles: ['HUB'], name: 'Our hub' };
    const cpo = { country_code: 'NL', party_id: 'RGC', roles: ['CPO'], name: 'Our CPO' };
    const watch = { look: 200, silence: 1_500, recheck: 300, timeout: 1_000 };
    const breaker = { failures: 3, firstPause: 200, longestPause: 1_000, pausedProbe: 1_000 };
    platform = await stack.platform({
      name: 'hub',
      without: ['charging-profiles', 'commands'],
      parties: [hub, cpo],
      pull: { delta: NEVER, full: NEVER },
      overrides: { 'hub-client-info': { watch }, 'push-dispatcher': { breaker } },
    });
  }, 180_000);

  afterAll(async () => {
    await Promise.all(peers.map((peer) => peer.stop()));
    await stack.stop();
  }, 60_000);

  describe('of our own hub', () => {
    let one: ClientPeer;
    let other: ClientPeer;

    beforeAll(async () => {
      one = await register('AAA', ['EMSP'], [INFO]);
      other = await register('BBB', ['CPO', 'EMSP'], [INFO]);
    });

    it('HCI-08 HCI-09 HCI-17 CRD-35 tells everybody who is connected, without routing headers (HCI-15)', async () => {
      await other.untilTold('AAA', 'EMSP', 'CONNECTED');
      await one.untilTold('BBB', 'CPO', 'CONNECTED');
      await one.untilTold('BBB', 'EMSP', 'CONNECTED');
      const pushes = one.pushesOf('hubclientinfo');
      expect(pushes.map(({ path }) => path)).toContain('/2.2.1/hubclientinfo/DE/BBB');
      expect(pushes.flatMap(({ headers }) => routingOf(headers))).toEqual([]);
    });

    it('HCI-20 does not list itself; HCI-01 pages; HCI-15 reads no routing headers', async () => {
      const page = (query: string) => one.call('GET', `sender/hubclientinfo${query}`, undefined, NONSENSE);
      const all = await page('');
      const clients = (all.data as ClientInfo[]).map(({ party_id, role, status }) => `${party_id} ${role} ${status}`);
      expect(clients.sort()).toEqual(['AAA EMSP CONNECTED', 'BBB CPO CONNECTED', 'BBB EMSP CONNECTED']);
      expect([all.headers.get('x-total-count'), routingOf(Object.fromEntries(all.headers))]).toEqual(['3', []]);
      const first = await page('?limit=2');
      expect([(first.data as unknown[]).length, first.headers.get('x-limit')]).toEqual([2, '2']);
      const next = new URL(/<(.*)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '');
      expect((await page(next.search)).data).toHaveLength(1);
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('HCI-04 %s at the sender interface is 405', async (method) => {
      expect((await one.call(method, 'sender/hubclientinfo', {})).http).toBe(405);
    });

    it('HCI-14 a client that falls silent is OFFLINE, and CONNECTED when it answers again', async () => {
      one.isSilent = true;
      await other.untilTold('AAA', 'EMSP', 'OFFLINE');
      one.isSilent = false;
      await other.untilTold('AAA', 'EMSP', 'CONNECTED');
    });

    it('HCI-07 HCI-17 a client that unregisters is SUSPENDED, and stays in the list', async () => {
      expect(await one.call('DELETE', 'credentials')).toMatchObject({ http: 200, status: 1000 });
      await other.untilTold('AAA', 'EMSP', 'SUSPENDED');
      const { data } = await other.call('GET', 'sender/hubclientinfo');
      expect((data as ClientInfo[]).find(({ party_id }) => party_id === 'AAA')?.status).toBe('SUSPENDED');
    });

    it('HCI-12 a backend may announce who has yet to come', async () => {
      const info = { country_code: 'FR', party_id: 'NEW', role: 'CPO', status: 'PLANNED', last_updated: '2026-01-01T00:00:00Z' };
      await platform.api.call('PUT', '/v1/hubclientinfo/FR/NEW', info);
      await other.untilTold('NEW', 'CPO', 'PLANNED');
      expect(await platform.api.call('GET', '/v1/hubclientinfo/FR/NEW')).toEqual(info);
    });
  });

  describe('of a hub that we are connected to', () => {
    let hub: ClientPeer;
    let client: ClientPeer;
    const info = (party_id: string, role: ClientInfo['role'], status: ClientInfo['status']) => ({ country_code: 'DE', party_id, role, status });
    const laneOf = async (peer: ClientPeer): Promise<{ state: string; waiting: number } | undefined> =>
      (await platform.api.status()).peers.find(({ id }) => id === peer.id)?.modules['locations']?.push as never;
    const write = (id: string): Promise<unknown> => platform.api.call('PUT', `/v1/locations/NL/RGC/${id}`, location(id));
    const got = (id: string): boolean => client.pushesOf('locations').some(({ path }) => path.endsWith(`/${id}`));
    const untilHeld = (waiting: number): Promise<void> =>
      until('rows are held', async () => {
        const lane = await laneOf(client);
        return lane?.state === 'held: DE*CCC (EMSP) is OFFLINE, says HBB' && lane.waiting === waiting;
      });

    beforeAll(async () => {
      hub = await register('HBB', ['HUB'], ['hubclientinfo SENDER']);
      client = await register('CCC', ['EMSP'], ['locations RECEIVER']);
    });

    it('HCI-02 HCI-03 HCI-09 takes a party in two roles, and gives the newest, or the one that is asked for', async () => {
      const path = 'receiver/hubclientinfo/DE/XYZ';
      expect((await hub.call('GET', path)).http).toBe(404);
      expect(await hub.say(info('XYZ', 'CPO', 'CONNECTED'), '2026-01-01T00:00:02Z')).toMatchObject({ http: 201, status: 1000 });
      expect(await hub.say(info('XYZ', 'EMSP', 'PLANNED'), '2026-01-01T00:00:01Z')).toMatchObject({ http: 201, status: 1000 });
      expect(await hub.say(info('XYZ', 'CPO', 'OFFLINE'), '2026-01-01T00:00:03Z')).toMatchObject({ http: 200, status: 1000 });
      const roles = async (query: string): Promise<unknown> => (await hub.call('GET', `${path}${query}`)).data;
      expect(await roles('')).toMatchObject({ role: 'CPO', status: 'OFFLINE' });
      expect(await roles('?role=EMSP')).toMatchObject({ role: 'EMSP', status: 'PLANNED' });
      expect((await hub.call('GET', `${path}?role=NSP`)).http).toBe(404);
      expect(await platform.api.call('GET', '/v1/hubclientinfo/DE/XYZ?role=EMSP')).toMatchObject({ status: 'PLANNED' });
    });

    it('HCI-22 refuses what is not the party of the URL, and HCI-05 HCI-06 what is no ClientInfo', async () => {
      const put = (body: unknown, query = ''): Promise<unknown> => hub.call('PUT', `receiver/hubclientinfo/DE/QQQ${query}`, body);
      const good = { ...info('QQQ', 'CPO', 'CONNECTED'), last_updated: '2026-01-01T00:00:00Z' };
      const refused = { http: 200, status: 2001 };
      for (const change of [{ party_id: 'RRR' }, { country_code: 'NL' }]) expect(await put({ ...good, ...change })).toMatchObject(refused);
      for (const change of [{ status: 'AWAY' }, { last_updated: undefined }]) expect(await put({ ...good, ...change })).toMatchObject(refused);
      expect(await put(good, '?role=EMSP')).toMatchObject(refused);
      expect((await hub.call('GET', 'receiver/hubclientinfo/DE/QQQ')).http).toBe(404);
    });

    it.each(['POST', 'PATCH', 'DELETE'])('HCI-04 HCI-07 %s at the receiver interface is 405', async (method) => {
      expect((await hub.call(method, 'receiver/hubclientinfo/DE/XYZ', {})).http).toBe(405);
    });

    it('HCI-09 keeps apart what two hubs say of one party', async () => {
      const second = await register('HBC', ['HUB'], ['hubclientinfo SENDER']);
      for (const [each, status] of [[hub, 'OFFLINE'], [second, 'CONNECTED']] as const) {
        expect(await each.say(info('TWO', 'CPO', status))).toMatchObject({ http: 201, status: 1000 });
      }
      expect((await hub.call('GET', 'receiver/hubclientinfo/DE/TWO')).data).toMatchObject({ status: 'OFFLINE' });
      expect((await second.call('GET', 'receiver/hubclientinfo/DE/TWO')).data).toMatchObject({ status: 'CONNECTED' });
    });

    it('takes nothing from who is no hub', async () => {
      const body = { ...info('CCC', 'EMSP', 'CONNECTED'), last_updated: '2026-01-01T00:00:00Z' };
      const answer = await client.call('PUT', 'receiver/hubclientinfo/DE/CCC', body);
      expect(answer.status).toBeGreaterThanOrEqual(2000);
      expect((await hub.call('GET', 'receiver/hubclientinfo/DE/CCC')).http).toBe(404);
    });

    it('HCI-15 HCI-18 takes what it says of our own party, whatever the routing headers', async () => {
      const body = { country_code: 'NL', party_id: 'RGC', role: 'CPO', status: 'CONNECTED', last_updated: '2026-01-01T00:00:00Z' };
      expect(await hub.call('PUT', 'receiver/hubclientinfo/NL/RGC', body, NONSENSE)).toMatchObject({ http: 201, status: 1000 });
    });

    it('HCI-10 HCI-11 what a client is owed that cannot be reached waits, also over a restart, and goes on', async () => {
      await write('HUB1');
      await until('the first arrives', () => got('HUB1'));
      await hub.say(info('CCC', 'EMSP', 'OFFLINE'));
      await untilHeld(0);
      await write('HUB2');
      await untilHeld(1);
      const { items } = await platform.api.call<{ items: { id: string; held?: string }[] }>('GET', '/v1/peers');
      expect(items.find(({ id }) => id === client.id)?.held).toMatch(/OFFLINE, says HBB/);
      await platform.services.get('push-dispatcher')?.kill();
      await until('the dispatcher is back', async () => (await platform.api.status()).unavailable.length === 0);
      await write('HUB3');
      await untilHeld(2);
      expect([got('HUB2'), got('HUB3')]).toEqual([false, false]);
      await hub.say(info('CCC', 'EMSP', 'CONNECTED'));
      await until('what waited arrives', () => got('HUB2') && got('HUB3'));
      expect(client.pushesOf('locations')).toHaveLength(3);
    });

    it('HCI-16 is pulled from the hub, without routing headers (HCI-15)', async () => {
      hub.listed.set('hubclientinfo', [{ ...info('PUL', 'CPO', 'OFFLINE'), last_updated: '2026-01-01T00:00:00Z' }]);
      await platform.api.call('POST', `/v1/peers/${hub.id}/pull`, { module: 'hubclientinfo', full: true });
      await until('the list is here', async () => {
        const listed: unknown[] = [];
        for await (const { object } of platform.api.list('hubclientinfo', { party: 'DE*PUL' })) listed.push(object);
        return listed.length === 1;
      });
      expect(hub.lists.flatMap(({ headers }) => routingOf(headers))).toEqual([]);
    });
  });
});
