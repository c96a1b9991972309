import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { createLogger, Health, serveHttp, UnderWay, type HttpServer } from '@roamgrid/runtime';
import { ManualClock } from '../../test/manual-clock';
import { configuredKeys } from '../keys/configured-keys';
import { createApp } from './create-app';
import { bodyBytes, pathParameter, sendJson, type Route } from './route';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const about = { id: 'x', tag: 'x', summary: 'x', answers: {} };
const routes: Route[] = [
  { ...about, method: 'GET', path: '/open', access: 'open', handle: (_, response) => sendJson(response, 200, {}) },
  {
    ...about,
    method: 'GET',
    path: '/things/{id}',
    access: 'key',
    query: [{ name: 'q', description: 'q', schema: {} }],
    handle: (request, response) => sendJson(response, 200, { id: pathParameter(request, 'id') }),
  },
  {
    ...about,
    method: 'PUT',
    path: '/things/{id}',
    access: 'admin',
    body: { kind: 'json', schema: {}, maxBytes: 10 },
    handle: (request, response) => sendJson(response, 200, { bytes: bodyBytes(request).length }),
  },
  {
    ...about,
    method: 'GET',
    path: '/broken',
    access: 'open',
    handle: () => Promise.reject(new Error('secret cause')),
  },
  { ...about, method: 'GET', path: '/slow', access: 'open', handle: (_request, response) => void slow.push(response) },
  { ...about, method: 'GET', path: '/needed', access: 'open', uncounted: true, handle: (_request, response) => void response.end() },
];

/** Answers that wait. */
const slow: ServerResponse[] = [];

describe('createApp', () => {
  const clock = new ManualClock();
  let onRequest = (): void => undefined;
  const newId = (): string => {
    onRequest();
    return 'new-id';
  };
  let server: HttpServer;
  let url = '';

  beforeAll(async () => {
    const configured = configuredKeys([
      { name: 'backend', sha256: sha256('k'), admin: false },
      { name: 'operator', sha256: sha256('a').toUpperCase(), admin: true },
    ]);
    const keys = { find: async (presented: string) => configured.get(sha256(presented)) };
    const budgets = { spend: () => undefined };
    const logger = createLogger('roaming-api', 'silent');
    const app = createApp(routes, { keys, budgets, underWay: new UnderWay(2), bodySeconds: 30, trustedProxies: [], clock, logger, newId });
    server = await serveHttp(app, { host: '127.0.0.1', port: 0, publicUrl: 'http://localhost', health: new Health(), limits: {}, idle: 60_000 });
    url = `http://127.0.0.1:${server.port}`;
  });

  afterAll(() => server.close());

  async function problem(
    path: string,
    init?: RequestInit,
  ): Promise<{ response: Response; body: Record<string, unknown> }> {
    const response = await fetch(`${url}${path}`, init);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    return { response, body: (await response.json()) as Record<string, unknown> };
  }

  it('answers 503 with Retry-After where too many requests are under way, but not what is needed then', async () => {
    const waiting = [fetch(`${url}/slow`), fetch(`${url}/slow`)];
    while (slow.length < 2) await new Promise(setImmediate);
    const { response, body } = await problem('/slow');
    expect([response.status, response.headers.get('retry-after'), body['code']]).toEqual([503, '1', 'unavailable']);
    expect((await fetch(`${url}/needed`)).status).toBe(200);
    for (const answer of slow.splice(0)) answer.end();
    await Promise.all(waiting);
    const again = fetch(`${url}/slow`);
    while (slow.length < 1) await new Promise(setImmediate);
    slow.splice(0).forEach((answer) => answer.end());
    expect((await again).status).toBe(200);
  });

  it('answers an unknown path with a whole problem and the id of the request', async () => {
    const { response, body } = await problem('/nothing');
    expect(response.status).toBe(404);
    expect(body).toEqual({
      type: 'urn:roamgrid:error:route.unknown',
      title: 'No such path',
      status: 404,
      detail: 'there is nothing at /nothing; GET /openapi.json lists what there is',
      code: 'route.unknown',
      request_id: 'new-id',
    });
  });

  it('keeps the id that a request brings', async () => {
    const response = await fetch(`${url}/open`, { headers: { 'x-request-id': 'abc-1' } });
    expect(response.headers.get('x-request-id')).toBe('abc-1');
  });

  it('answers a method that a path has not with 405 and Allow', async () => {
    const { response, body } = await problem('/things/1', { method: 'DELETE' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, PUT');
    expect(body['code']).toBe('method.not_allowed');
  });

  it.each([{}, { authorization: 'Bearer wrong' }, { 'x-api-key': 'wrong' }])(
    'wants a key it knows (%p)',
    async (headers) => {
      const { response, body } = await problem('/things/1', { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(body['code']).toBe('key.unknown');
    },
  );

  it('takes a key by either header', async () => {
    expect((await fetch(`${url}/things/1`, { headers: { authorization: 'Bearer k' } })).status).toBe(200);
    expect((await fetch(`${url}/things/1`, { headers: { 'x-api-key': 'a' } })).status).toBe(200);
  });

  it('wants a key with the right that a route says', async () => {
    const { response, body } = await problem('/things/1', { method: 'PUT', headers: { 'x-api-key': 'k' }, body: '{}' });
    expect(response.status).toBe(403);
    expect(body['code']).toBe('key.right_missing');
  });

  it('refuses query parameters it does not know, and repeated ones', async () => {
    const headers = { 'x-api-key': 'k' };
    expect((await problem('/things/1?Q=1', { headers })).body['detail']).toBe('unknown query parameter Q; expected: q');
    expect((await problem('/things/1?q=1&q=2', { headers })).body['code']).toBe('parameter.invalid');
  });

  it('refuses a path that is not percent-encoded UTF-8, and decodes one that is', async () => {
    const headers = { 'x-api-key': 'k' };
    expect((await problem('/things/%E0%A4%A', { headers })).response.status).toBe(400);
    expect(await (await fetch(`${url}/things/a%2Fb%C3%A9`, { headers })).json()).toEqual({ id: 'a/bé' });
  });

  it('refuses bodies that are too large, of another type, or in an unknown encoding', async () => {
    const put = { method: 'PUT', headers: { 'x-api-key': 'a' } };
    expect((await problem('/things/1', { ...put, body: '01234567890' })).body['code']).toBe('media_type.unsupported');
    const json = { ...put, headers: { ...put.headers, 'content-type': 'application/json; charset=utf-8' } };
    const large = await problem('/things/1', { ...json, body: '01234567890' });
    expect(large.response.status).toBe(413);
    expect(large.body['detail']).toBe('the body is larger than 10 bytes');
    const coded = { ...json, headers: { ...json.headers, 'content-encoding': 'zip' }, body: '{}' };
    expect((await problem('/things/1', coded)).response.status).toBe(415);
    expect(await (await fetch(`${url}/things/1`, { ...json, body: '0123456789' })).json()).toEqual({ bytes: 10 });
  });

  it('says nothing of a defect', async () => {
    const { response, body } = await problem('/broken');
    expect(response.status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/secret cause|at .*\.ts/);
  });

  it('ends a request that is not whole in time', async () => {
    const begun = new Promise<void>((resolve) => (onRequest = resolve));
    const socket = connect(server.port, '127.0.0.1');
    const head = [
      'PUT /things/1 HTTP/1.1',
      'Host: x',
      'X-API-Key: a',
      'Content-Type: application/json',
      'Content-Length: 9',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{"a"`);
    await begun;
    clock.advance(30_000);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    const answer = Buffer.concat(chunks).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request.too_slow"');
  });
});
