import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { authorizationHeader, hashToken } from '@roamgrid/ocpi';
import {
  connectGrpc,
  createLogger,
  credentialsContract,
  GrpcServer,
  PeerDirectory,
  systemClock,
  type Client,
  type CredentialsCalls,
  type Handlers,
  type HostedParty,
  type ObjectsCalls,
  type Peer,
} from '@roamgrid/runtime';
import { createGatewayApp } from './gateway-app';

const KEY = 'the key of hashes';
const logger = createLogger('test', 'silent');
const party = (role: string, party_id: string): HostedParty => ({
  ...{ role, country_code: 'NL', party_id },
  business_details: Buffer.from('{}'),
});
const peer: Peer = {
  id: 'p1', name: 'p1', state: 'registered', version: '2.2.1', versions_url: '', roles: [party('EMSP', 'ABC')], endpoints: [],
  inbound_tokens: [{ hash: hashToken(KEY, 'token'), scope: 'all', expires: 0 }], outbound_token: '', rev: 1, quirks: {},
};

describe('an answer of the gateway', () => {
  let grpc: GrpcServer;
  let directory: PeerDirectory;
  let server: Server;

  beforeAll(async () => {
    grpc = new GrpcServer(logger);
    grpc.add(credentialsContract, {
      Watch: async (_request, send, signal) => {
        send({ platform: { versions_url: '', parties: [party('CPO', 'OWN')] }, complete: false });
        send({ peer, complete: false });
        send({ complete: true });
        await once(signal, 'abort');
      },
    } as Handlers<CredentialsCalls>);
    directory = new PeerDirectory(connectGrpc(credentialsContract, `127.0.0.1:${await grpc.listen('127.0.0.1', 0)}`), logger, systemClock);
    const complete = once(directory, 'complete');
    void directory.follow(false);
    await complete;
    const json = Buffer.from(JSON.stringify([{ id: 'L'.repeat(5_000) }]));
    const page = { json, count: 1, total: 1, version: '', unchanged: false };
    const locations = { List: () => Promise.resolve(page) } as unknown as Client<ObjectsCalls>;
    const config = {
      ...{ http: { host: '', port: 0 }, publicUrl: 'http://us.example', trustedProxies: [], credentials: '', objects: {}, conversations: {} },
      ...{ tokenHashKey: KEY, cursorKey: 'a key of cursors', maxBodyBytes: 10_000, requestsAtOnce: 100, budget: { perSecond: 0, burst: 1 } },
      page: { defaultLimit: 10, maxLimit: 10, cacheBytes: 100_000 },
    };
    const app = createGatewayApp({ config, directory, objects: new Map([['locations', locations]]), conversations: new Map(), clock: systemClock, logger });
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    directory.close();
    await grpc.close(0);
  });

  async function encoding(): Promise<string | undefined> {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/ocpi/2.2.1/sender/locations`;
    const headers = { authorization: authorizationHeader('token'), 'accept-encoding': 'gzip' };
    return new Promise((resolve, reject) => {
      get(url, { headers }, (response) => {
        response.resume();
        if (response.statusCode === 200) resolve(response.headers['content-encoding']);
        else reject(new Error(`HTTP ${response.statusCode}`));
      }).on('error', reject);
    });
  }

  it('is compressed for who offers gzip, but not for a peer with the quirk, from the next request on', async () => {
    expect(await encoding()).toBe('gzip');
    directory.apply({ ...peer, rev: 2, quirks: { compress_answers: 'false' } });
    expect(await encoding()).toBeUndefined();
    directory.apply({ ...peer, rev: 3 });
    expect(await encoding()).toBe('gzip');
  });
});
