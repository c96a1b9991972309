import type { JobView, OwedRow } from '@roamgrid/runtime';
import { ApiUnderTest, peerOf } from '../../test/api-under-test';
import type { Alarm } from './alarms';
import type { PeerState } from './operations-view';

const AT = Date.parse('2026-06-01T08:00:00Z');

const owed = (changes: Partial<OwedRow>): OwedRow => ({
  ...{ peer_id: 'p1', module: 'locations', owed: 3, oldest: AT, dead: 0, stopped: '', next: AT + 1_000 },
  ...changes,
});

const job = (changes: Partial<JobView>): JobView => ({
  ...{ peer_id: 'p1', module: 'tariffs', crawl: '', page: 0, total: -1, next_full: AT, next_delta: AT, retry_at: 0, failures: 0 },
  ...{ last_error: '', watermark: 0, paused: '', quarantined: 0 },
  ...changes,
});

interface Picture {
  readonly alarms: readonly Alarm[];
  readonly peers: readonly PeerState[];
  readonly relays: readonly Readonly<Record<string, unknown>>[];
  readonly consumers: readonly Readonly<Record<string, unknown>>[] | null;
  readonly unavailable: readonly string[];
}

describe('GET /v1/operations', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
    api.healths = [{ peer_id: 'p1', health: 'well', delivered: 7, held: '' }];
  });

  afterEach(() => api.close());

  const picture = async (): Promise<Picture> => (await (await api.admin('GET', '/v1/operations')).json()) as Picture;
  const alarms = async (): Promise<string[]> => (await picture()).alarms.map(({ code, peer, module }) => [code, peer, module].join(' '));
  const peer = async (): Promise<PeerState | undefined> => (await picture()).peers.find(({ id }) => id === 'p1');

  it('shows a platform on which all is well, with no alarm', async () => {
    api.operations.relays.set('locations', { published_until: AT, lag: 12 });
    api.operations.lags = [{ topic: 'test.locations.changes', lag: 5, worst: 4 }];
    expect(await picture()).toEqual({
      at: expect.any(String) as unknown,
      alarms: [],
      peers: [{ id: 'p1', name: 'peer p1', state: 'registered', parties: ['NL*ABC'], health: 'well', reason: null, owed: 0, oldest: null, dead: 0, quarantined: 0, modules: {} }],
      relays: [
        { module: 'locations', topic: 'test.locations.changes', published_until: '2026-06-01T08:00:00.000Z', lag_ms: 12, problem: null },
        ...['tariffs', 'chargingprofiles', 'commands'].map((module) => ({ module, topic: `test.${module}.changes`, published_until: null, lag_ms: 0, problem: null })),
      ],
      consumers: [{ group: 'test.push-dispatcher', topic: 'test.locations.changes', lag: 5, worst: 4 }],
      unavailable: [],
    });
  });

  it('shows of each peer what it is owed and since when, what is dead, and how it is pulled', async () => {
    api.operations.owed.push(owed({}), owed({ module: 'tariffs', owed: 1, oldest: AT - 60_000, dead: 2, next: 0 }));
    api.operations.jobs.push(job({ crawl: 'full', page: 4, total: 90, failures: 2, retry_at: AT + 5_000, last_error: 'page 5: HTTP 500', watermark: AT, quarantined: 6 }));
    api.lanes.push({ ...{ peer_id: 'p1', module: 'locations', delivered: 7, waiting: 3, failed: 0 }, ...{ arrival_p50: 1, arrival_p99: 2, state: 'open', last_error: 'HTTP 503' } });
    const at = (millis: number): string => new Date(AT + millis).toISOString();
    expect(await peer()).toMatchObject({
      ...{ health: 'well', owed: 4, oldest: at(-60_000), dead: 2, quarantined: 6 },
      modules: {
        locations: { push: { owed: 3, oldest: at(0), dead: 0, stopped: null, next: at(1_000), last_error: 'HTTP 503' }, pull: null },
        tariffs: {
          push: { owed: 1, oldest: at(-60_000), dead: 2, stopped: null, next: null, last_error: null },
          pull: {
            ...{ crawl: 'full', page: 4, total: 90, next_full: at(0), next_delta: at(0), retry_at: at(5_000), failures: 2 },
            ...{ last_error: 'page 5: HTTP 500', watermark: at(0), quarantined: 6 },
          },
        },
      },
    });
    expect(await alarms()).toEqual([
      'push.late p1 locations',
      'push.dead_letters p1 tariffs',
      'push.late p1 tariffs',
      'pull.failing p1 tariffs',
      'pull.quarantine p1 tariffs',
    ]);
  });

  it.each([
    ['suspended: no answer since Monday', 'suspended', 'no answer since Monday', 'peer.suspended p1 '],
    ['refused', 'refused', null, 'peer.refused p1 '],
    ['failing: HTTP 500', 'failing', 'HTTP 500', 'peer.failing p1 '],
    ['held: NL*ABC is offline', 'held', 'NL*ABC is offline', 'peer.held p1 '],
    ['paused: on holiday', 'paused', 'on holiday', 'peer.paused p1 '],
  ])('says that a peer is %s, instead of that what it is owed is late', async (stopped, health, reason, alarm) => {
    api.operations.owed.push(owed({ stopped }), owed({ module: 'tariffs', stopped }));
    expect(await peer()).toMatchObject({ health, reason });
    expect(await alarms()).toEqual([alarm]);
  });

  it('takes the gravest of what stops a peer, and the words of a pause before all', async () => {
    api.operations.owed.push(owed({ stopped: 'held: x' }), owed({ module: 'tariffs', stopped: 'refused: HTTP 401' }));
    expect(await peer()).toMatchObject({ health: 'refused', reason: 'HTTP 401' });
    api.operations.jobs.push(job({ paused: 'until Friday' }));
    expect(await peer()).toMatchObject({ health: 'paused', reason: 'until Friday' });
  });

  it('knows how a peer stands that is owed nothing', async () => {
    api.healths = [{ peer_id: 'p1', health: 'refused', delivered: 7, held: '' }];
    expect(await peer()).toMatchObject({ health: 'refused', owed: 0 });
    api.healths = [{ peer_id: 'p1', health: '', delivered: 0, held: 'a hub says so' }];
    expect(await peer()).toMatchObject({ health: 'held', reason: 'a hub says so' });
    api.healths = [{ peer_id: 'p1', health: '', delivered: 0, held: '' }];
    expect(await peer()).toMatchObject({ health: 'unknown', reason: null });
  });

  it('still shows what is left of a peer that is gone', async () => {
    api.operations.owed.push(owed({ peer_id: 'gone', dead: 1 }));
    expect((await picture()).peers.find(({ id }) => id === 'gone')).toMatchObject({ name: null, state: null, parties: [], dead: 1 });
  });

  it('raises an alarm for changes that do not come to Kafka, or are not taken from it', async () => {
    api.operations.relays.set('locations', { problem: 'Kafka is away' }).set('tariffs', { published_until: AT, lag: 61_000 });
    api.operations.lags = [{ topic: 'test.tariffs.changes', lag: 10_001, worst: 9_000 }];
    expect((await picture()).alarms.map(({ code, module, message }) => [code, module, message])).toEqual([
      ['relay.stopped', 'locations', 'changes are not published: Kafka is away'],
      ['relay.late', 'tariffs', 'changes come to Kafka 61 s late'],
      ['consumer.late', null, 'the push-dispatcher is 10001 messages behind on test.tariffs.changes'],
    ]);
  });

  it('names services that are away, and has null for what they would have said', async () => {
    api.operations.lags = new Error('no broker');
    await Promise.all(['locations', 'delivery', 'credentials'].map((name) => api.stop(name)));
    const { peers, relays, consumers, unavailable, alarms: raised } = await picture();
    expect(unavailable).toEqual(['credentials', 'kafka', 'locations', 'pull-scheduler', 'push-dispatcher']);
    expect(raised.map(({ code }) => code)).toEqual(unavailable.map(() => 'service.unavailable'));
    expect(consumers).toBeNull();
    expect(relays.map(({ module }) => module)).toEqual(['tariffs', 'chargingprofiles', 'commands']);
    expect(peers).toEqual([expect.objectContaining({ ...peerOfPicture, owed: null, dead: null, quarantined: null, health: 'unknown' })]);
  });

  const peerOfPicture = { id: peerOf('p1').id, name: 'peer p1' };
});
