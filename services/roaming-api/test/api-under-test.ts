import { createHash } from 'node:crypto';
import { moduleById, type OcpiVersion } from '@roamgrid/modules';
import { ListCursorCodec } from '@roamgrid/ocpi';
import {
  connectGrpc,
  createLogger,
  credentialsContract,
  GrpcServer,
  Health,
  objectsContract,
  PeerDirectory,
  pullContract,
  pushContract,
  RoamgridError,
  serveHttp,
  systemClock,
  type Client,
  type Clock,
  type ConnectRequest,
  type HostedParty,
  type ObjectsCalls,
  type Peer,
  type PullJob,
  type PushLane,
} from '@roamgrid/runtime';
import type { Backend, Limits, ServedModule } from '../src/backend';
import { ApiKeys } from '../src/http/api-keys';
import { createApp } from '../src/http/create-app';
import { routeTable } from '../src/route-table';
import { MemoryObjects } from './memory-objects';

export const KEY = 'backend-key-for-tests';
export const ADMIN_KEY = 'admin-key-for-tests';

const VERSION: OcpiVersion = '2.2.1';
const logger = createLogger('roaming-api', 'silent');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const hosted = (role: string, party_id = 'RGC'): HostedParty => ({
  role,
  country_code: 'NL',
  party_id,
  business_details: Buffer.from('{"name":"Roaming test"}'),
});

export const peerOf = (id: string): Peer => ({
  id,
  name: `peer ${id}`,
  state: 'registered',
  version: '2.2.1',
  versions_url: 'https://peer.example/ocpi/versions',
  roles: [hosted('EMSP', 'ABC')],
  endpoints: [{ identifier: 'locations', role: 'RECEIVER', url: 'https://peer.example/ocpi/locations' }],
  inbound_tokens: [{ hash: 'inbound-hash', scope: 'all', expires: 0 }],
  outbound_token: 'outbound-secret',
  rev: 1,
  quirks: {},
});

const limits: Limits = {
  objectBytes: 10_000,
  peerBytes: 10_000,
  lineBytes: 1_000,
  imports: 2,
  unreadAnswerBytes: 1_000_000,
  bodySeconds: 30,
  idleSeconds: 120,
};

/** What a test can set before the API starts. */
export interface Setting {
  readonly parties?: readonly HostedParty[];
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
}

/** The API over HTTP, in front of real gRPC servers with services that live in memory. */
export class ApiUnderTest {
  readonly objects = { locations: new MemoryObjects(), tariffs: new MemoryObjects() };
  readonly peers: Peer[] = [peerOf('p1')];
  readonly lanes: PushLane[] = [];
  readonly jobs: PullJob[] = [];
  readonly connected: ConnectRequest[] = [];
  readonly pulls: unknown[] = [];
  readonly quirkChanges: unknown[] = [];
  /** Makes the credentials service fail. */
  refusal: RoamgridError | undefined;
  url = '';
  backend!: Backend;
  readonly #closers: (() => Promise<void> | void)[] = [];
  readonly #servers = new Map<string, { server: GrpcServer; port: number }>();

  static async start(setting: Setting = {}): Promise<ApiUnderTest> {
    const api = new ApiUnderTest();
    await api.#start(setting);
    return api;
  }

  /** Stops a service; `revive` starts it again at the same address. */
  async stop(name: string): Promise<void> {
    await this.#servers.get(name)?.server.close(0);
  }

  async revive(name: 'locations' | 'tariffs'): Promise<void> {
    const port = this.#servers.get(name)?.port ?? 0;
    await this.#serve(name, (server) => server.add(objectsContract, this.objects[name].handlers()), port);
  }

  /** Calls the API with the backend's key, or with the headers given instead. */
  call(method: string, path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { method, ...init, headers: { 'x-api-key': KEY, ...init.headers } });
  }

  /** Calls the API as its operator does, with a JSON body where one is given. */
  admin(method: string, path: string, body?: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' };
    return fetch(`${this.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    for (const { server } of this.#servers.values()) await server.close(0);
  }

  async #start({ parties = [hosted('CPO')], clock = systemClock, limits: changed }: Setting): Promise<void> {
    const [locations, tariffs, credentials, delivery] = await Promise.all([
      this.#serve('locations', (server) => server.add(objectsContract, this.objects.locations.handlers())),
      this.#serve('tariffs', (server) => server.add(objectsContract, this.objects.tariffs.handlers())),
      this.#serve('credentials', (server) => this.#addCredentials(server, parties)),
      this.#serve('delivery', (server) => this.#addDelivery(server)),
    ]);
    const directory = new PeerDirectory(connectGrpc(credentialsContract, credentials), logger, systemClock);
    const complete = new Promise<void>((resolve) => directory.once('complete', resolve));
    void directory.follow(false);
    await complete;
    const push = connectGrpc(pushContract, delivery);
    const pull = connectGrpc(pullContract, delivery);
    const modules = [this.#module('locations', locations), this.#module('tariffs', tariffs)];
    this.#closers.push(
      () => directory.close(),
      () => push.close(),
      () => pull.close(),
    );
    const cursors = new ListCursorCodec('a cursor key for tests');
    const publicUrl = 'https://roaming.example';
    this.backend = {
      modules,
      directory,
      push,
      pull,
      cursors,
      publicUrl,
      limits: { ...limits, ...changed },
      clock,
      logger,
    };
    const keys = new ApiKeys([
      { name: 'backend', sha256: sha256(KEY), admin: false },
      { name: 'operator', sha256: sha256(ADMIN_KEY), admin: true },
    ]);
    const app = createApp(routeTable(this.backend), { keys, bodySeconds: 30, trustedProxies: [], clock, logger, newId: () => 'id-1' });
    const server = await serveHttp(app, { host: '127.0.0.1', port: 0, publicUrl: 'http://localhost', health: new Health(), limits: {}, idle: 120_000 });
    this.#closers.push(() => server.close());
    this.url = `http://127.0.0.1:${server.port}`;
  }

  #module(id: 'locations' | 'tariffs', address: string): ServedModule {
    const declaration = moduleById(id);
    if (!declaration) throw new Error(`no module ${id}`);
    const objects: Client<ObjectsCalls> = connectGrpc(objectsContract, address);
    this.#closers.push(() => objects.close());
    return { declaration, version: VERSION, objects };
  }

  async #serve(name: string, add: (server: GrpcServer) => void, port = 0): Promise<string> {
    const server = new GrpcServer(logger);
    add(server);
    const bound = await server.listen('127.0.0.1', port);
    this.#servers.set(name, { server, port: bound });
    return `127.0.0.1:${bound}`;
  }

  #addCredentials(server: GrpcServer, parties: readonly HostedParty[]): void {
    const refuse = async (): Promise<never> => Promise.reject(new RoamgridError('internal', 'not part of this test'));
    const answer = async <Reply>(reply: Reply): Promise<Reply> => {
      if (this.refusal) throw this.refusal;
      return Promise.resolve(reply);
    };
    server.add(credentialsContract, {
      Watch: async (_request, send, signal) => {
        send({ platform: { versions_url: 'https://us.example/ocpi/versions', parties }, complete: false });
        for (const peer of this.peers) send({ peer, complete: false });
        send({ complete: true });
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      },
      Authenticate: refuse,
      Show: refuse,
      Register: refuse,
      Update: refuse,
      Unregister: refuse,
      Invite: ({ name, quirks = {} }) =>
        answer({
          peer: { ...peerOf('p2'), name, quirks, state: 'invited' as const },
          token: 'one-time-token',
          versions_url: 'https://us.example/ocpi/versions',
        }),
      Connect: (request) => {
        this.connected.push(request);
        return answer(peerOf('p/3'));
      },
      Renew: ({ peer_id }) => answer({ ...peerOf(peer_id), rev: 2 }),
      Disconnect: ({ peer_id }) => answer({ ...peerOf(peer_id), state: 'removed' as const }),
      ListPeers: () => answer({ peers: this.peers }),
      SetQuirks: ({ peer_id, quirks, reset, replace }) => {
        this.quirkChanges.push({ peer_id, quirks, reset, replace });
        return answer({ ...peerOf(peer_id), quirks });
      },
    });
  }

  #addDelivery(server: GrpcServer): void {
    server.add(pushContract, { Status: () => Promise.resolve({ lanes: this.lanes }) });
    server.add(pullContract, {
      Status: () => Promise.resolve({ jobs: this.jobs }),
      Start: (request) => {
        this.pulls.push(request);
        return Promise.resolve({ started: 1 });
      },
    });
  }
}
