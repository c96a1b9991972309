import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { noQuirks, type Quirks } from '@roamgrid/ocpi';
import type { Clock } from '@roamgrid/runtime';
import { EgressPolicy } from './egress-policy';
import { OcpiClient, type CalledPeer, type OcpiClientOptions } from './ocpi-client';

const TOKEN = 'the-very-secret-token';
const routing = { to: { country_code: 'NL', party_id: 'MSP' }, from: { country_code: 'DE', party_id: 'CPO' } };

const peerWith = (quirks: Partial<Quirks>, key = 'p1'): CalledPeer => ({
  ...{ key, token: TOKEN },
  quirks: { ...noQuirks, ...quirks },
});

describe('OcpiClient calls a peer as its quirks say', () => {
  const requests: IncomingMessage[] = [];
  let answers: boolean;
  let server: Server;
  let url: string;
  let client: OcpiClient;

  function open(options: Partial<OcpiClientOptions> = {}): OcpiClient {
    const egress = new EgressPolicy({ allowHttp: true, allowedNetworks: ['127.0.0.1'] });
    return (client = new OcpiClient({ egress, ...options }));
  }

  beforeEach(async () => {
    requests.splice(0);
    answers = true;
    server = createServer((request, response) => {
      requests.push(request);
      if (answers) response.end('{"status_code":1000,"timestamp":"2026-01-01T00:00:00Z"}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  async function headersWith(quirks: Partial<Quirks>): Promise<IncomingMessage['headers']> {
    await open().call({ peer: peerWith(quirks), method: 'PUT', url, body: Buffer.from('{}'), routing });
    return requests[0]?.headers ?? {};
  }

  it('message_ids: no X-Request-ID and no X-Correlation-ID', async () => {
    const headers = await headersWith({ message_ids: false });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-'))).toEqual([]);
    expect(headers['ocpi-to-party-id']).toBe('MSP');
  });

  it('routing_headers: none', async () => {
    const headers = await headersWith({ routing_headers: false });
    expect(Object.keys(headers).filter((name) => name.startsWith('ocpi-'))).toEqual([]);
    expect(headers['x-request-id']).toBeDefined();
  });

  it('TRN-08: authorization_scheme', async () => {
    const { authorization } = await headersWith({ authorization_scheme: 'token' });
    expect(authorization).toBe(`token ${Buffer.from(TOKEN).toString('base64')}`);
  });

  it('content_type', async () => {
    const headers = await headersWith({ content_type: 'application/json; charset=utf-8' });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('TRN-62: answer_timeout, before that of the call and of the client', async () => {
    answers = false;
    const call = open({ timeouts: { answer: 9_000 } }).call({
      ...{ peer: peerWith({ answer_timeout: 60 }), url, timeout: 8_000 },
      method: 'GET',
    });
    await expect(call).rejects.toThrow('no whole answer within 60 ms');
  });

  it('AMB-32: requests_per_second; other peers do not wait, and a client that closes lets nobody wait', async () => {
    const sleeps: number[] = [];
    const clock: Clock = {
      now: () => 5_000,
      sleep: (millis, signal) => {
        sleeps.push(millis);
        return new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
      },
    };
    open({ clock });
    const get = (path: string, peer: CalledPeer): Promise<unknown> =>
      client.call({ peer, method: 'GET', url: `${url}${path}` });
    const slow = { requests_per_second: 2 };
    await get('/1', peerWith(slow));
    const waiting = expect(get('/2', peerWith(slow))).rejects.toMatchObject({ code: 'peer.unreachable' });
    await get('/3', peerWith(slow, 'p2'));
    expect(sleeps).toEqual([500]);
    await client.close();
    await waiting;
    await expect(get('/4', peerWith({}))).rejects.toMatchObject({ code: 'peer.unreachable' });
    expect(requests.map((request) => request.url)).toEqual(['/1', '/3']);
  });

  it('AMB-32: what the client is told counts for peers whose quirks say nothing of it', async () => {
    const sleeps: number[] = [];
    const clock: Clock = { now: () => 5_000, sleep: (millis) => (sleeps.push(millis), Promise.resolve()) };
    open({ clock, requestsPerSecond: 4 });
    const get = (peer: CalledPeer): Promise<unknown> => client.call({ peer, method: 'GET', url: `${url}/` });
    for (const peer of [peerWith({}), peerWith({}), peerWith({ requests_per_second: 2 }, 'p2'), peerWith({ requests_per_second: 2 }, 'p2')]) await get(peer);
    expect(sleeps).toEqual([250, 500]);
  });
});
