import { Health } from './health';

describe('the probes of a service', () => {
  let health: Health;
  let url: string;

  beforeEach(async () => {
    health = new Health();
    url = `http://127.0.0.1:${await health.listen('127.0.0.1', 0)}`;
  });
  afterEach(() => health.close());

  const probe = async (path: string): Promise<[number, unknown]> => {
    const answer = await fetch(url + path);
    return [answer.status, await answer.json()];
  };

  it('not ready while it starts, ready once started', async () => {
    expect(await probe('/readyz')).toEqual([503, { ok: false, reasons: ['starting'] }]);
    health.started();
    expect(await probe('/readyz')).toEqual([200, { ok: true, reasons: [] }]);
  });

  it('not ready while a check gives a reason, each named', async () => {
    let away = true;
    health.check('mongodb', () => (away ? 'MongoDB is away' : undefined));
    health.check('credentials', () => (away ? 'not here yet' : undefined));
    health.started();
    expect(await probe('/readyz')).toEqual([503, { ok: false, reasons: ['mongodb: MongoDB is away', 'credentials: not here yet'] }]);
    away = false;
    expect((await probe('/readyz'))[0]).toBe(200);
  });

  it('alive whatever is away, starting or stopping', async () => {
    health.check('mongodb', () => 'away');
    expect(await probe('/healthz')).toEqual([200, { ok: true, reasons: [] }]);
    health.started();
    health.stopping();
    expect((await probe('/healthz'))[0]).toBe(200);
  });

  it('no longer ready once it stops', async () => {
    health.started();
    health.stopping();
    expect(await probe('/readyz')).toEqual([503, { ok: false, reasons: ['stopping'] }]);
  });

  it('nothing else is served there', async () => {
    health.started();
    expect((await probe('/metrics'))[0]).toBe(404);
  });

  it('a port that is taken is an error', async () => {
    await expect(new Health().listen('127.0.0.1', Number(new URL(url).port))).rejects.toThrow('EADDRINUSE');
  });
});
