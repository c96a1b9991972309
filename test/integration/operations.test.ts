import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { waitUntil } from '@roamgrid/testkit';
import { ClientPeer } from './client-peer';
import { PlatformStack, type RunningPlatform } from './platform-stack';

const BIN = join(__dirname, '../../packages/cli/dist/main.js');
/** The roaming API knows of them, and this platform has them not. */
const AWAY = ['chargingprofiles', 'commands'];
const BEGIN = Date.UTC(2026, 0, 1);

interface PushState {
  readonly owed: number;
  readonly dead: number;
}

interface Picture {
  readonly alarms: readonly { readonly code: string; readonly peer: string | null; readonly module: string | null }[];
  readonly peers: readonly {
    readonly id: string;
    readonly health: string;
    readonly reason: string | null;
    readonly owed: number | null;
    readonly dead: number | null;
    readonly quarantined: number | null;
    readonly modules: Readonly<Record<string, { readonly push: PushState | null }>>;
  }[];
  readonly relays: readonly { readonly module: string; readonly published_until: string | null; readonly problem: string | null }[];
  readonly consumers: readonly { readonly topic: string; readonly lag: number }[] | null;
  readonly unavailable: readonly string[];
}

interface Items {
  readonly items: readonly Readonly<Record<string, unknown>>[];
}

describe('an operator at work on a platform of real parts', () => {
  const stack = new PlatformStack();
  let platform: RunningPlatform;
  let peer: ClientPeer;

  beforeAll(async () => {
    await stack.startParts();
    platform = await stack.platform({
      name: 'operated',
      parties: [{ country_code: 'NL', party_id: 'RGC', roles: ['CPO', 'EMSP'], name: 'Roamgrid Charge' }],
      without: ['charging-profiles', 'commands', 'hub-client-info', 'sessions', 'cdrs', 'tokens'],
      pull: { delta: 3_600_000, full: 3_600_000 },
    });
    peer = await ClientPeer.register(platform, 'OPS', ['EMSP', 'CPO'], ['locations RECEIVER', 'tariffs RECEIVER', 'tariffs SENDER']);
    peer.listed.set('tariffs', []);
  });

  afterAll(async () => {
    await peer.stop();
    await stack.stop();
  });

  const roamgrid = (...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> =>
    new Promise((resolve) => {
      const env = { ROAMGRID_URL: platform.roamingApiUrl, ROAMGRID_KEY: platform.apiKey };
      execFile(process.execPath, [BIN, ...args], { env }, (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      });
    });

  /** What a command says as JSON. */
  const told = async <Answer>(...args: string[]): Promise<Answer> => {
    const { code, out, err } = await roamgrid(...args, '--json');
    if (code !== 0) throw new Error(`roamgrid ${args.join(' ')}: ${err}`);
    return JSON.parse(out) as Answer;
  };

  /** The picture, once it is as expected. */
  const untilPicture = async (expected: (picture: Picture) => boolean, what: string): Promise<Picture> => {
    let picture: Picture | undefined;
    const probe = async (): Promise<boolean> => {
      picture = await platform.api.call<Picture>('GET', '/v1/operations');
      return expected(picture);
    };
    await waitUntil(probe, { what, timeoutMs: 60_000, intervalMs: 200 }).catch((error: unknown) => {
      throw new Error(`${String(error)}: ${JSON.stringify(picture)}`);
    });
    if (!picture) throw new Error('no picture');
    return picture;
  };

  const stateOf = (picture: Picture): Picture['peers'][number] | undefined => picture.peers.find(({ id }) => id === peer.id);
  const alarmsOf = (picture: Picture): Picture['alarms'] => picture.alarms.filter(({ code }) => code !== 'service.unavailable');
  const behind = ({ consumers }: Picture): number => (consumers ?? []).reduce((total, { lag }) => total + lag, 0);

  const location = (id: string, revision = 0): Record<string, unknown> => ({
    ...{ country_code: 'NL', party_id: 'RGC', id, publish: true, address: 'Weg 1', city: 'Ede', country: 'NLD' },
    ...{ coordinates: { latitude: '52.035000', longitude: '5.665000' }, time_zone: 'Europe/Amsterdam' },
    last_updated: new Date(BEGIN + revision * 1_000).toISOString(),
  });

  const write = (id: string, revision = 0): Promise<unknown> => platform.api.call('PUT', `/v1/locations/NL/RGC/${id}`, location(id, revision));

  const arrived = (id: string): number => peer.pushesOf('locations').filter(({ path }) => path.endsWith(`/${id}`)).length;
  const untilArrived = (id: string, times: number): Promise<void> =>
    waitUntil(() => Promise.resolve(arrived(id) >= times), { what: `${id} has arrived ${times} times`, timeoutMs: 60_000, intervalMs: 50 });

  it('sees nothing behind when all has arrived', async () => {
    for (const id of ['L1', 'L2', 'L3']) await write(id);
    for (const id of ['L1', 'L2', 'L3']) await untilArrived(id, 1);
    const picture = await untilPicture((one) => behind(one) === 0 && stateOf(one)?.owed === 0 && alarmsOf(one).length === 0, 'nothing is behind');
    expect(picture.unavailable).toEqual(AWAY);
    expect(stateOf(picture)).toMatchObject({ health: 'well', owed: 0, dead: 0 });
    expect(picture.relays.map(({ module, problem }) => [module, problem])).toEqual([['locations', null], ['tariffs', null]]);
    expect(picture.relays.find(({ module }) => module === 'locations')?.published_until).not.toBeNull();
    expect(picture.consumers?.map(({ topic }) => topic)).toEqual(['operated.locations.changes', 'operated.tariffs.changes']);
  });

  it('finds what a peer would not take, why, and sends it again', async () => {
    peer.refuses = ({ path }) => (path.endsWith('/L2') ? 400 : undefined);
    await write('L2', 1);
    await write('L1', 1);
    await untilArrived('L1', 2);
    const picture = await untilPicture((one) => stateOf(one)?.dead === 1, 'there is a dead letter');
    expect(alarmsOf(picture)).toEqual([expect.objectContaining({ code: 'push.dead_letters', peer: peer.id, module: 'locations' })]);
    expect((await told<Items>('dead-letters', '--peer', peer.id)).items).toEqual([
      expect.objectContaining({ peer: peer.id, module: 'locations', key: 'NL*RGC*L2', http_status: 400, ocpi_status: 2001, response: expect.stringContaining('not like this') as unknown }),
    ]);
    const attempts = (await told<Items>('attempts', '--object', 'NL*RGC*L2')).items;
    expect(attempts.map(({ outcome, http_status }) => [outcome, http_status])).toEqual([['dead', 400], ['sent', 200]]);

    peer.refuses = () => undefined;
    expect(await told('replay', peer.id, '--dead')).toEqual({ push: 1, pull: null });
    await untilArrived('L2', 2);
    await untilPicture((one) => stateOf(one)?.dead === 0, 'there is no dead letter any more');
    expect(await told('replay', peer.id, '--dead')).toEqual({ push: 0, pull: null });
    expect(await told('replay', peer.id, '--module', 'locations', '--object', 'NL*RGC*L3')).toEqual({ push: 1, pull: null });
    await untilArrived('L3', 2);
  });

  it('lets a peer rest, sees what waits, and lets it go on', async () => {
    expect(await told('pause', peer.id, '--reason', 'they are moving house')).toEqual({ push: 1, pull: 1 });
    expect(await told('pause', peer.id, '--reason', 'they are moving house')).toEqual({ push: 0, pull: 0 });
    const before = arrived('L1');
    await write('L1', 2);
    const picture = await untilPicture((one) => stateOf(one)?.owed === 1, 'one object is owed');
    expect(stateOf(picture)).toMatchObject({ health: 'paused', reason: 'they are moving house' });
    const status = await roamgrid('status', '--check');
    expect([status.code, status.out]).toEqual([1, expect.stringContaining('they are moving house') as unknown]);
    expect(arrived('L1')).toBe(before);
    expect(await told('resume', peer.id)).toEqual({ push: 1, pull: 1 });
    await untilArrived('L1', before + 1);
    expect(await told('resume', peer.id)).toEqual({ push: 0, pull: 0 });
    await untilPicture((one) => stateOf(one)?.health === 'well' && stateOf(one)?.owed === 0, 'the peer is well again');
  });

  it('tries at once what waits after failures', async () => {
    const before = arrived('L3');
    peer.isSilent = true;
    await write('L3', 2);
    await untilPicture((one) => stateOf(one)?.health === 'failing' || (stateOf(one)?.owed ?? 0) === 1, 'the peer fails');
    peer.isSilent = false;
    expect(await told('retry', peer.id)).toMatchObject({ push: expect.any(Number) as unknown });
    await untilArrived('L3', before + 1);
  });

  it('sees what a peer lists and is refused here, and makes both sides equal', async () => {
    const tariff = (id: string, currency: string): unknown => ({
      ...{ country_code: 'DE', party_id: 'OPS', id, currency },
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.25, vat: 21, step_size: 1 }] }],
      last_updated: new Date(BEGIN).toISOString(),
    });
    peer.listed.set('tariffs', [tariff('T1', 'EUR'), { ...(tariff('T2', 'EUR') as object), elements: [] }]);
    const before = arrived('L1');
    expect(await told('resync', peer.id)).toMatchObject({ push: expect.any(Number) as unknown, pull: 1 });
    await untilArrived('L1', before + 1);
    const picture = await untilPicture((one) => stateOf(one)?.quarantined === 1, 'an object is quarantined');
    expect(picture.alarms).toContainEqual(expect.objectContaining({ code: 'pull.quarantine', peer: peer.id, module: 'tariffs' }));
    expect((await told<Items>('quarantine', '--peer', peer.id)).items).toEqual([
      expect.objectContaining({ key: 'DE*OPS*T2', code: 'object.invalid', position: 'page 1, object 2', message: expect.stringContaining('elements') as unknown }),
    ]);
    peer.listed.set('tariffs', [tariff('T1', 'EUR'), tariff('T2', 'EUR')]);
    await told('resync', peer.id, '--module', 'tariffs');
    await untilPicture((one) => stateOf(one)?.quarantined === 0, 'it is good now');
  });

  it('sees that changes wait on Kafka while the push-dispatcher is away', async () => {
    const dispatcher = platform.services.get('push-dispatcher');
    await dispatcher?.stop();
    for (const id of ['L1', 'L2', 'L3']) await write(id, 9);
    const picture = await untilPicture((one) => behind(one) >= 3, 'three messages wait');
    expect(picture.unavailable).toEqual([...AWAY, 'push-dispatcher']);
    expect(stateOf(picture)).toMatchObject({ owed: null, dead: null });
    const lag = await roamgrid('lag');
    expect([lag.code, lag.out]).toEqual([0, expect.stringContaining(`No answer from: ${[...AWAY, 'push-dispatcher'].join(', ')}`) as unknown]);
    await dispatcher?.start();
    await untilPicture((one) => behind(one) === 0 && stateOf(one)?.owed === 0, 'all is taken and sent');
  });
});
