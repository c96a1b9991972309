import { Health, serveHttp, type HttpServer } from '@roamgrid/runtime';
import { refusingTooMany } from './refusing-too-many';

describe('refusingTooMany', () => {
  const held: (() => void)[] = [];
  let server: HttpServer;
  let url: string;

  beforeAll(async () => {
    const app = refusingTooMany((_request, response) => void held.push(() => response.end('done')), 2);
    server = await serveHttp(app, { host: '127.0.0.1', port: 0, publicUrl: 'http://localhost', health: new Health(), limits: {}, idle: 0 });
    url = `http://127.0.0.1:${server.port}/`;
  });

  afterAll(() => server.close());

  it('TRN-45 answers 503 with Retry-After, an envelope and the ids of the request; who is being served notices nothing', async () => {
    const served = [fetch(url), fetch(url, { method: 'PUT', body: '{}' })];
    while (held.length < 2) await new Promise(setImmediate);
    const refused = await fetch(url, { method: 'PUT', body: 'x'.repeat(100_000), headers: { 'x-request-id': 'r1', 'x-correlation-id': 'c1' } });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect([refused.headers.get('x-request-id'), refused.headers.get('x-correlation-id')]).toEqual(['r1', 'c1']);
    expect(await refused.json()).toMatchObject({ status_code: 3000, status_message: 'not possible now; wait for Retry-After' });
    for (const answer of held.splice(0)) answer();
    for (const response of await Promise.all(served)) expect(await response.text()).toBe('done');
    const next = fetch(url);
    while (held.length < 1) await new Promise(setImmediate);
    held.splice(0).forEach((answer) => answer());
    expect((await next).status).toBe(200);
  });
});
