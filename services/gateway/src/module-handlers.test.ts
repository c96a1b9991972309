import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { locations, type ModuleDeclaration } from '@roamgrid/modules';
import type { Client, ObjectsCalls, Peer, Platform, WriteRequest } from '@roamgrid/runtime';
import { moduleHandlers } from './module-handlers';
import type { ModuleRoute } from './module-route';

const sessions: ModuleDeclaration = { ...locations, id: 'sessions', nested: [], segment: 'session_id', interested: ['EMSP'] };
const role = { role: 'EMSP', country_code: 'DE', party_id: 'ABC', business_details: Buffer.alloc(0) };
const platform: Platform = { versions_url: '', parties: [{ ...role, role: 'CPO', party_id: 'OWN' }] };
const plain: Peer = {
  id: 'p1', name: 'p1', state: 'registered', version: '2.2.1', versions_url: '', endpoints: [], inbound_tokens: [],
  outbound_token: '', rev: 1, quirks: {}, roles: [role],
};
const odd: Peer = { ...plain, id: 'p2', quirks: { reservation_status: 'RESERVED' } };
const ours = '{"id":"S1",  "status":"RESERVATION"}';
const theirs = '{"id":"S1",  "status":"RESERVED"}';

describe('a session with a peer of the quirk reservation_status', () => {
  const written: string[] = [];
  let server: Server;
  let url: string;
  let peer: Peer;

  const objects = {
    Put: ({ json }: WriteRequest) => {
      written.push(json.toString());
      return Promise.resolve({ outcome: 'created', key: '', rev: 1 });
    },
    Get: () => Promise.resolve({ json: Buffer.from(ours), key: '', rev: 1, origin: 'own' }),
    List: () => Promise.resolve({ json: Buffer.from(`[${ours},${ours}]`), count: 2, total: 2, version: '', unchanged: false }),
  } as unknown as Client<ObjectsCalls>;

  beforeAll(async () => {
    const handlers = moduleHandlers({
      ...{ http: { host: '', port: 0 }, publicUrl: 'http://us.example', trustedProxies: [], credentials: '', objects: {}, conversations: {} },
      ...{ tokenHashKey: '', cursorKey: 'a key of cursors', maxBodyBytes: 10_000, requestsAtOnce: 100, budget: { perSecond: 0, burst: 1 } },
      page: { defaultLimit: 10, maxLimit: 10, cacheBytes: 100_000 },
    });
    const app = express();
    app.use(express.raw({ type: () => true }));
    app.all('/:operation/:session_id', (request, response) => {
      const operation = request.params.operation as ModuleRoute['operation'];
      const route: ModuleRoute = {
        ...{ method: 'GET', template: '', operation, module: sessions, version: '2.2.1', side: 'SENDER' },
        ...{ idSegments: ['session_id'], nestedSegments: [], fromRequired: false },
      };
      void handlers[operation]({ request, response, route, peer, platform, routing: {}, objects });
    });
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => written.splice(0));
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const read = async (operation: string): Promise<string> => (await fetch(`${url}/${operation}/S1`)).text();

  it('SES-24, AMB-04: is taken in its spelling and stored in ours', async () => {
    for (peer of [plain, odd]) await fetch(`${url}/put/S1`, { method: 'PUT', body: theirs });
    expect(written).toEqual([theirs, ours]);
  });

  it('SES-23: is shown in its spelling, alone and in a list, and to others in that of OCPI', async () => {
    for (peer of [plain, odd, plain]) {
      const shown = peer === odd ? theirs : ours;
      expect(await read('get')).toContain(`{"data":${shown},`);
      expect(await read('page')).toContain(`{"data":[${shown},${shown}],`);
    }
  });
});
