import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { EgressPolicy } from './egress-policy';
import { OcpiClient, type OcpiClientOptions, type OcpiRequest } from './ocpi-client';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const TOKEN = 'the-very-secret-token';
const local = new EgressPolicy({ allowHttp: true, allowedNetworks: ['127.0.0.1'] });
const envelope = '{"status_code":1000,"timestamp":"2026-01-01T00:00:00Z"}';

describe('OcpiClient', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  function clientOf(options: Partial<OcpiClientOptions> = {}): OcpiClient {
    const client = new OcpiClient({ egress: local, ...options });
    closers.push(() => client.close());
    return client;
  }

  async function serve(handler: Handler): Promise<{ url: string; server: Server }> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => handler(request, response, Buffer.concat(chunks).toString()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/ocpi/x`, server };
  }

  function get(url: string, more: Partial<OcpiRequest> = {}): OcpiRequest {
    return { peer: { key: 'p1', token: TOKEN }, method: 'GET', url, ...more };
  }

  async function failureOf(call: Promise<unknown>): Promise<{ code: string; message: string }> {
    const failure: unknown = await call.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'RoamgridError' });
    const { code, message } = failure as { code: string; message: string };
    expect(message).not.toContain(TOKEN);
    expect(message).not.toContain(Buffer.from(TOKEN).toString('base64'));
    return { code, message };
  }

  it('TRN-03, TRN-13, TRN-45, TRN-46: sends token, fresh ids, content type, routing and body', async () => {
    const seen: {
      headers: IncomingMessage['headers'];
      method?: string | undefined;
      url?: string | undefined;
      body: string;
    }[] = [];
    const { url } = await serve((request, response, body) => {
      seen.push({ headers: request.headers, method: request.method, url: request.url, body });
      response.writeHead(201, { 'content-type': 'application/json' }).end(envelope);
    });
    let id = 0;
    const client = clientOf({ ids: () => `id-${(id += 1)}` });
    const answer = await client.call(
      get(`${url}?a=%2F`, {
        method: 'PUT',
        body: Buffer.from('{"id":"LOC1"}'),
        routing: { to: { country_code: 'NL', party_id: 'MSP' }, from: { country_code: 'DE', party_id: 'CPO' } },
      }),
    );
    expect(answer).toMatchObject({ httpStatus: 201, envelope: { status_code: 1000 }, requestId: 'id-1' });
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/ocpi/x?a=%2F', body: '{"id":"LOC1"}' });
    expect(seen[0]?.headers).toMatchObject({
      authorization: `Token ${Buffer.from(TOKEN).toString('base64')}`,
      'content-type': 'application/json',
      'x-request-id': 'id-1',
      'x-correlation-id': 'id-2',
      'ocpi-to-country-code': 'NL',
      'ocpi-to-party-id': 'MSP',
      'ocpi-from-country-code': 'DE',
      'ocpi-from-party-id': 'CPO',
    });
    await client.call(get(url));
    expect(seen[1]?.headers).toMatchObject({ 'x-request-id': 'id-3', 'x-correlation-id': 'id-4' });
  });

  it('TRN-07, TRN-14, VER-14: raw token by quirk; no content type and no routing headers on a bare GET', async () => {
    let headers: IncomingMessage['headers'] = {};
    const { url } = await serve((request, response) => {
      headers = request.headers;
      response.end(envelope);
    });
    await clientOf().call(get(url, { peer: { key: 'p1', token: TOKEN, tokenEncoding: 'raw' } }));
    expect(headers.authorization).toBe(`Token ${TOKEN}`);
    expect(headers['content-type']).toBeUndefined();
    expect(Object.keys(headers).filter((name) => name.startsWith('ocpi-'))).toEqual([]);
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('sends nothing any more when it is no longer to be sent in the moment in which it would be written', async () => {
    let arrived = 0;
    const { url } = await serve((_request, response) => {
      arrived += 1;
      response.end(envelope);
    });
    let still = true;
    const resolve: OcpiClientOptions['resolve'] = (_hostname, done) => {
      done(null, [{ address: '127.0.0.1', family: 4 }]);
      still = false; // as if the process had stood still while it connected
    };
    const egress = new EgressPolicy({ allowHttp: true, allowedNetworks: ['127.0.0.1', 'named'] });
    const client = clientOf({ egress, resolve });
    const named = url.replace('127.0.0.1', 'named');
    expect(await failureOf(client.call(get(named, { still: () => still })))).toMatchObject({ code: 'peer.unreachable', message: expect.stringContaining('not our turn') as string });
    expect(arrived).toBe(0);
    still = true;
    expect((await clientOf().call(get(url, { still: () => still }))).httpStatus).toBe(200);
  });

  it('one that asks before it sends has as long as every other', async () => {
    const { url } = await serve(() => undefined);
    const failed = await failureOf(clientOf({ timeouts: { answer: 50, connect: 1_000 } }).call(get(url, { still: () => true })));
    expect(failed.message).toContain('no whole answer within 50 ms');
  });

  it('TRN-21: hands over any HTTP answer, also HTML', async () => {
    const { url } = await serve((_request, response) => response.writeHead(502).end('<html>bad gateway</html>'));
    const answer = await clientOf().call(get(url));
    expect(answer).toMatchObject({ httpStatus: 502, envelope: undefined });
    expect(answer.body.toString()).toBe('<html>bad gateway</html>');
  });

  it('TRN-55: does not follow a redirect', async () => {
    let others = 0;
    const other = await serve((_request, response) => {
      others += 1;
      response.end(envelope);
    });
    const { url } = await serve((_request, response) => response.writeHead(302, { location: other.url }).end());
    const answer = await clientOf().call(get(url));
    expect(answer.httpStatus).toBe(302);
    expect(answer.headers.location).toBe(other.url);
    expect(others).toBe(0);
  });

  it('TRN-62: gives up on a peer that never answers', async () => {
    const { url } = await serve(() => undefined);
    const failure = await failureOf(clientOf().call(get(url, { timeout: 50 })));
    expect(failure.code).toBe('peer.unreachable');
    expect(failure.message).toContain('no whole answer within 50 ms');
  });

  it('TRN-62: gives up on a peer that drips', async () => {
    const { url } = await serve((_request, response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    const failure = await failureOf(clientOf({ timeouts: { answer: 100 } }).call(get(url)));
    expect(failure.code).toBe('peer.unreachable');
  });

  it('CRD-41: stops reading an answer that is too large', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const { url } = await serve((_request, response) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      const flood = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384, 32)));
      };
      response.on('drain', flood);
      flood();
    });
    const failure = await failureOf(clientOf().call(get(url, { maxBytes: 100_000 })));
    expect(failure.code).toBe('peer.bad_answer');
    expect(failure.message).toContain('exceeds 100000 bytes');
    await closed;
  });

  it('takes an answer of exactly the allowed size', async () => {
    const { url } = await serve((_request, response) => response.end(envelope));
    const answer = await clientOf().call(get(url, { maxBytes: envelope.length }));
    expect(answer.body.length).toBe(envelope.length);
  });

  it('a connection that is refused or cut is peer.unreachable', async () => {
    const { url, server } = await serve((request) => request.socket.destroy());
    const client = clientOf();
    expect(await failureOf(client.call(get(url)))).toMatchObject({ code: 'peer.unreachable' });
    await new Promise<void>((resolve) => server.close(() => resolve()));
    const refused = await failureOf(client.call(get(`${url}?secret=1`)));
    expect(refused.code).toBe('peer.unreachable');
    expect(refused.message).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/ocpi\/x: .*ECONNREFUSED/);
  });

  it('what is not HTTP is peer.bad_answer', async () => {
    const server = createTcpServer((socket) => socket.on('data', () => socket.end('SSH-2.0-OpenSSH_9\r\n\r\n')));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closers.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect(await failureOf(clientOf().call(get(url)))).toMatchObject({ code: 'peer.bad_answer' });
  });

  it('CRD-41: does not connect to a private address, however it is written', async () => {
    let calls = 0;
    const { url } = await serve((_request, response) => {
      calls += 1;
      response.end(envelope);
    });
    const guarded = clientOf({ egress: new EgressPolicy({ allowHttp: true, allowedNetworks: [] }) });
    for (const host of ['127.0.0.1', '2130706433', '0x7f000001', '[::ffff:127.0.0.1]', 'localhost']) {
      const failure = await failureOf(guarded.call(get(url.replace('127.0.0.1', host))));
      expect(failure).toMatchObject({ code: 'peer.address_forbidden' });
    }
    expect(calls).toBe(0);
  });

  it('CRD-41: connects to the address that was checked; a name is resolved once a connection', async () => {
    const { url } = await serve((_request, response) => response.end(envelope));
    const asked: string[] = [];
    const answers = ['127.0.0.1', '10.0.0.1'];
    const client = clientOf({
      resolve: (hostname, done) => {
        asked.push(hostname);
        done(null, [{ address: answers.shift() ?? '', family: 4 }]);
      },
    });
    const named = url.replace('127.0.0.1', 'rebinding.example');
    expect((await client.call(get(named))).httpStatus).toBe(200);
    expect(asked).toEqual(['rebinding.example']);
    await client.forget('p1');
    const failure = await failureOf(client.call(get(named)));
    expect(failure.code).toBe('peer.address_forbidden');
    expect(failure.message).toContain('rebinding.example is at 10.0.0.1');
  });

  it('a name that does not resolve is peer.unreachable', async () => {
    const client = clientOf({ resolve: (hostname, done) => done(new Error(`getaddrinfo ENOTFOUND ${hostname}`), []) });
    const failure = await failureOf(client.call(get('http://nowhere.example/')));
    expect(failure).toMatchObject({ code: 'peer.unreachable' });
    expect(failure.message).toContain('ENOTFOUND');
  });

  it('bounds the connections to one peer and shares none with another', async () => {
    let open = 0;
    let most = 0;
    const held: ServerResponse[] = [];
    let release = (): void => undefined;
    const bothArrived = new Promise<void>((resolve) => (release = resolve));
    const { url, server } = await serve((request, response) => {
      if (request.url === '/other') {
        response.end(envelope);
        return;
      }
      held.push(response);
      if (held.length === 2) release();
      if (held.length > 2) response.end(envelope);
    });
    server.on('connection', (socket) => {
      most = Math.max(most, (open += 1));
      socket.on('close', () => (open -= 1));
    });
    const client = clientOf({ connections: 2 });
    const calls = [1, 2, 3, 4].map(() => client.call(get(url)));
    await bothArrived;
    const other = new URL('/other', url).href;
    expect((await client.call(get(other, { peer: { key: 'p2', token: TOKEN } }))).httpStatus).toBe(200);
    expect(most).toBe(3);
    for (const response of held) response.end(envelope);
    expect((await Promise.all(calls)).map((answer) => answer.httpStatus)).toEqual([200, 200, 200, 200]);
    expect(most).toBe(3);
  });
});
