import { ApiUnderTest } from '../../test/api-under-test';
import type { StatusView } from './status-view';

const lane = {
  peer_id: 'p1',
  module: 'locations',
  delivered: 7,
  waiting: 2,
  failed: 1,
  arrival_p50: 4.5,
  arrival_p99: 80,
  state: 'open',
  last_error: '',
};
const job = {
  peer_id: 'p1',
  module: 'tariffs',
  state: 'running' as const,
  seen: 9,
  stored: 8,
  refused: 1,
  pages: 3,
  full_crawls: 1,
  delta_crawls: 4,
  last_error: 'bad object',
  watermark: Date.parse('2026-06-01T00:00:00Z'),
};
const noLane = {
  delivered: 0,
  waiting: 0,
  failed: 0,
  arrival_p50_ms: null,
  arrival_p99_ms: null,
  state: 'none',
  last_error: null,
};
const noJob = {
  seen: 0,
  stored: 0,
  refused: 0,
  pages: 0,
  full_crawls: 0,
  delta_crawls: 0,
  state: 'none',
  last_error: null,
  watermark: null,
};

describe('status', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
    const json = Buffer.from('{}');
    api.objects.locations.stored.set('NL*RGC*L1', { origin: 'own', rev: 1, json });
    api.objects.locations.stored.set('NL*RGD*L1', { origin: 'own', rev: 1, json });
    api.objects.tariffs.stored.set('DE*ABC*T1', { origin: 'p1', rev: 1, json });
    api.objects.tariffs.stored.set('DE*OLD*T1', { origin: 'gone', rev: 1, json });
    api.lanes.push(lane);
    api.jobs.push(job);
  });

  afterEach(() => api.close());

  const status = async (): Promise<StatusView> => {
    const response = await api.call('GET', '/v1/status');
    expect(response.status).toBe(200);
    return (await response.json()) as StatusView;
  };

  it('puts stored, pushed and pulled together by peer and module', async () => {
    expect(await status()).toEqual({
      own: {
        locations: { stored: 2, parties: { 'NL*RGC': 1, 'NL*RGD': 1 } },
        tariffs: { stored: 0, parties: {} },
      },
      peers: [
        {
          id: 'gone',
          name: null,
          state: null,
          parties: [],
          modules: {
            locations: { stored: 0, parties: {}, push: noLane, pull: noJob },
            tariffs: { stored: 1, parties: { 'DE*OLD': 1 }, push: noLane, pull: noJob },
          },
        },
        {
          id: 'p1',
          name: 'peer p1',
          state: 'registered',
          parties: ['NL*ABC'],
          modules: {
            locations: {
              stored: 0,
              parties: {},
              push: {
                delivered: 7,
                waiting: 2,
                failed: 1,
                arrival_p50_ms: 4.5,
                arrival_p99_ms: 80,
                state: 'open',
                last_error: null,
              },
              pull: noJob,
            },
            tariffs: {
              stored: 1,
              parties: { 'DE*ABC': 1 },
              push: noLane,
              pull: {
                seen: 9,
                stored: 8,
                refused: 1,
                pages: 3,
                full_crawls: 1,
                delta_crawls: 4,
                state: 'running',
                last_error: 'bad object',
                watermark: '2026-06-01T00:00:00.000Z',
              },
            },
          },
        },
      ],
      unavailable: [],
    });
  });

  it('has nulls for services that are away, names them, and keeps the peers it knew', async () => {
    await Promise.all(['locations', 'delivery', 'credentials'].map((name) => api.stop(name)));
    const answer = await status();
    expect(answer.unavailable).toEqual(['credentials', 'locations', 'pull-scheduler', 'push-dispatcher']);
    expect(answer.own).toEqual({ locations: { stored: null, parties: null }, tariffs: { stored: 0, parties: {} } });
    const peer = answer.peers.find(({ id }) => id === 'p1');
    expect(peer?.name).toBe('peer p1');
    expect(peer?.modules['tariffs']).toEqual({ stored: 1, parties: { 'DE*ABC': 1 }, push: null, pull: null });
  });
});
