import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { JobView } from '@roamgrid/runtime';
import { ADMIN_KEY, ApiUnderTest, KEY } from '../../services/roaming-api/test/api-under-test';

const BIN = join(__dirname, '../../packages/cli/dist/main.js');
const AT = Date.parse('2026-06-01T08:00:00Z');

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

describe('roamgrid, as it is built, against a running API', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
    api.healths = [{ peer_id: 'p1', health: 'well', delivered: 7, held: '' }];
  });

  afterEach(() => api.close());

  /** Runs it with nothing of the environment but what is given. */
  const run = (args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> =>
    new Promise((resolve) => {
      execFile(process.execPath, [BIN, ...args], { env }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
      });
    });

  const roamgrid = (...args: string[]): Promise<Ended> => run(args, { ROAMGRID_URL: api.url, ROAMGRID_KEY: ADMIN_KEY });

  /** Lines without the blanks by which columns are aligned. */
  const lines = ({ out }: Ended): string[] => out.trim().split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim());

  const about = { peer_id: 'p1', module: 'locations' };
  const job: JobView = {
    ...{ peer_id: 'p1', module: 'tariffs', crawl: 'full', page: 4, total: 90, next_full: AT, next_delta: AT, retry_at: 0, failures: 2 },
    ...{ last_error: 'page 5: HTTP 500', watermark: 0, paused: '', quarantined: 6 },
  };

  it('status: no alarm and the peers where all is well; alarms first where not, and 1 with --check', async () => {
    const well = await roamgrid('status', '--check');
    expect([well.code, lines(well)]).toEqual([
      0,
      ['No alarms.', '', 'PEER NAME STATE HEALTH OWED OLDEST DEAD QUARANTINED WHY', 'p1 peer p1 registered well 0 - 0 0'],
    ]);
    api.operations.owed.push({ ...about, owed: 3, oldest: Date.now() - 90_061_000, dead: 2, stopped: 'refused: HTTP 401', next: 0 });
    const ill = await roamgrid('status');
    expect([ill.code, lines(ill)]).toEqual([
      0,
      [
        'ALARM PEER MODULE WHAT',
        'peer.refused p1 - it does not accept our credentials: HTTP 401',
        'push.dead_letters p1 locations 2 refused for good',
        '',
        'PEER NAME STATE HEALTH OWED OLDEST DEAD QUARANTINED WHY',
        'p1 peer p1 registered refused 3 1 d 1 h 2 0 HTTP 401',
      ],
    ]);
    expect(await roamgrid('status', '--check')).toMatchObject({ code: 1, err: '2 alarms\n' });
  });

  it('peers, peer and lag show the figures; --json what the API says', async () => {
    api.operations.owed.push({ ...about, owed: 3, oldest: Date.now() - 7_510_000, dead: 2, stopped: '', next: AT });
    api.operations.jobs.push(job);
    api.operations.relays.set('locations', { published_until: AT, lag: 1_500 });
    api.operations.lags = [{ topic: 'test.locations.changes', lag: 12, worst: 7 }];
    expect(lines(await roamgrid('peers'))[1]).toMatch(/^p1 peer p1 registered well 3 2 h 5 min 2 6$/);
    expect(lines(await roamgrid('peer', 'p1'))).toEqual([
      'p1 peer p1 registered NL*ABC',
      'health: well',
      '',
      'PUSHED OWED OLDEST DEAD NEXT TRY STOPPED LAST ERROR',
      'locations 3 2 h 5 min 2 2026-06-01T08:00:00.000Z',
      '',
      'PULLED CRAWL NEXT DELTA NEXT FULL FAILURES QUARANTINED RETRY LAST ERROR',
      'tariffs full, page 4 2026-06-01T08:00:00.000Z 2026-06-01T08:00:00.000Z 2 6 page 5: HTTP 500',
      '',
      'ALARM MODULE WHAT',
      'push.dead_letters locations 2 refused for good',
      'push.late locations 3 owed, the oldest for 125 min',
      'pull.failing tariffs 2 failures in a row: page 5: HTTP 500',
      'pull.quarantine tariffs 6 objects of it are refused here',
    ]);
    expect(lines(await roamgrid('lag'))).toEqual([
      'RELAY TOPIC BEHIND PROBLEM',
      'locations test.locations.changes 1 s',
      ...['tariffs', 'chargingprofiles', 'commands'].map((module) => `${module} test.${module}.changes -`),
      '',
      'TAKEN FROM MESSAGES BEHIND WORST PARTITION',
      'test.locations.changes 12 7',
      '',
      'OWED TO MODULE OBJECTS OLDEST',
      'p1 locations 3 2 h 5 min',
    ]);
    const picture = (await (await api.admin('GET', '/v1/operations')).json()) as { peers: { id: string }[] };
    expect(JSON.parse((await roamgrid('peer', 'p1', '--json')).out)).toEqual(picture.peers[0]);
    expect(JSON.parse((await roamgrid('--json', 'peers')).out)).toEqual(picture.peers);
    expect(await roamgrid('peer', 'p9')).toMatchObject({ code: 1, out: '', err: 'there is no peer "p9"\n' });
  });

  it('names the services that do not answer', async () => {
    api.operations.lags = new Error('no broker');
    await api.stop('delivery');
    const { code, out } = await roamgrid('lag');
    expect([code, out]).toEqual([0, expect.stringContaining('Kafka did not answer.') as unknown]);
    expect(out).toContain('No answer from: kafka, pull-scheduler, push-dispatcher');
  });

  it('dead-letters, quarantine and attempts: by peer, module and object, over pages, as many as asked for', async () => {
    const { deadLetters, quarantined, attempts } = api.operations;
    for (let i = 1; i <= 600; i += 1) {
      deadLetters.push({ ...about, key: `NL*RGC*L${i}`, rev: i, at: AT, reason: 'HTTP 400: \u001b[2Jno', http: 400, ocpi: 2001, response: '' });
    }
    quarantined.push({ ...about, key: '', position: 'page 1, object 2', code: 'object.invalid', message: 'no id', beginning: '{', size: 9, first_seen: AT, last_seen: AT });
    attempts.push({ ...about, key: 'NL*RGC*L1', rev: 1, at: AT, method: 'PUT', http: 0, ocpi: 0, milliseconds: 10_000, outcome: 'retry', reason: 'no answer', response: '' });
    attempts.push({ ...about, key: 'NL*RGC*L2', rev: 4, at: AT, method: 'PUT', http: 200, ocpi: 1000, milliseconds: 7, outcome: 'sent', reason: '', response: '' });

    const dead = await roamgrid('dead-letters', '--peer', 'p1', '--module', 'locations', '--most', '2');
    expect(lines(dead)).toEqual([
      'AT PEER MODULE KEY REV STATUS REASON',
      '2026-06-01T08:00:00.000Z p1 locations NL*RGC*L1 1 400/2001 HTTP 400: [2Jno',
      '2026-06-01T08:00:00.000Z p1 locations NL*RGC*L2 2 400/2001 HTTP 400: [2Jno',
      '',
      'There are more: --most 20',
    ]);
    const all = JSON.parse((await roamgrid('dead-letters', '--most', '1000', '--json')).out) as { items: { key: string }[]; more: boolean };
    expect([all.items.length, all.more, all.items[599]?.key]).toEqual([600, false, 'NL*RGC*L600']);
    expect(lines(await roamgrid('dead-letters', '--module', 'tariffs'))).toEqual(['No dead letters.']);
    expect(lines(await roamgrid('quarantine'))[1]).toBe('2026-06-01T08:00:00.000Z p1 locations ? page 1, object 2 object.invalid no id');
    expect(lines(await roamgrid('attempts', '--object', 'NL*RGC*L2'))).toEqual([
      'AT PEER MODULE KEY REV METHOD STATUS MS OUTCOME REASON',
      '2026-06-01T08:00:00.000Z p1 locations NL*RGC*L2 4 PUT 200/1000 7 sent',
    ]);
  });

  it.each<[string[], string, string, object]>([
    [['replay', 'p1', '--dead'], '3 objects are sent again.', 'push.Replay', { module: '', dead: true }],
    [['replay', 'p1', '--module', 'tariffs', '--since', '2026-06-01T08:00:00Z'], '3 objects are sent again.', 'push.Replay', { module: 'tariffs', since: AT }],
    [['replay', 'p1', '--module', 'locations', '--object', 'NL*RGC*L1'], '3 objects are sent again.', 'push.Replay', { module: 'locations', key: 'NL*RGC*L1' }],
    [['retry', 'p1'], '4 objects are sent and 5 modules are pulled without waiting any longer.', 'push.RetryNow', { module: '' }],
    [['pause', 'p1', '--reason', 'a fair'], 'Paused.', 'pull.Pause', { reason: 'a fair' }],
    [['resume', 'p1'], 'Resumed.', 'push.Resume', { reason: '' }],
    [['resync', 'p1', '--module', 'locations'], '2 modules are sent anew, 1 are pulled in full.', 'push.Resync', { module: 'locations' }],
  ])('%j does it and says so', async (args, words, call, request) => {
    expect(await roamgrid(...args)).toEqual({ code: 0, out: `${words}\n`, err: '' });
    expect(api.operations.calls).toContainEqual([call, expect.objectContaining({ peer_id: 'p1', ...request })]);
    expect(JSON.parse((await roamgrid(...args, '--json')).out)).toMatchObject({ push: expect.any(Number) as unknown });
  });

  it('ends with 1 where the API refuses, with its words and the id of the request', async () => {
    const unknown = await roamgrid('retry', 'p9');
    expect([unknown.code, unknown.out]).toEqual([1, '']);
    expect(unknown.err).toMatch(/there is no peer "p9" \(peer\.unknown\); request \S+\n$/);
    const weak = await run(['status', '--url', api.url, '--key', KEY], {});
    expect([weak.code, weak.err]).toEqual([1, expect.stringContaining('needs the right operations') as unknown]);
    const nobody = await run(['status'], { ROAMGRID_URL: 'http://127.0.0.1:1', ROAMGRID_KEY: 'x' });
    expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('fetch failed') as unknown]);
    expect(await roamgrid('replay', 'p1', '--since', 'yesterday')).toMatchObject({ code: 1, err: expect.stringContaining('/since') as unknown });
  });

  it.each<[string[], string]>([
    [[], 'Usage: roamgrid'],
    [['nonsense'], 'unknown command'],
    [['peer'], "missing required argument 'id'"],
    [['status', '--loud'], 'unknown option'],
    [['pause', 'p1'], '--reason'],
    [['replay', 'p1'], 'exactly one of --object, --since and --dead'],
    [['replay', 'p1', '--dead', '--since', '2026-06-01T08:00:00Z'], 'exactly one of --object, --since and --dead'],
    [['replay', 'p1', '--object', 'NL*RGC*L1'], '--object needs --module'],
    [['dead-letters', '--most', '0'], 'a whole number'],
  ])('%j is wrong usage: 2', async (args, words) => {
    const { code, err } = await roamgrid(...args);
    expect([code, err]).toEqual([2, expect.stringContaining(words) as unknown]);
  });

  it('is wrong usage where it is not said whom to ask; --help and the environment say how', async () => {
    expect(await run(['status'], {})).toMatchObject({ code: 2, err: expect.stringContaining('ROAMGRID_URL') as unknown });
    expect(await run(['status', '--url', api.url], {})).toMatchObject({ code: 2, err: expect.stringContaining('ROAMGRID_KEY') as unknown });
    const help = await run(['--help'], {});
    expect(help.code).toBe(0);
    for (const name of ['status', 'peers', 'peer', 'lag', 'dead-letters', 'quarantine', 'attempts', 'replay', 'retry', 'pause', 'resume', 'resync', 'ROAMGRID_KEY']) {
      expect(help.out).toContain(name);
    }
  });
});
