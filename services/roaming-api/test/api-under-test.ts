import { createHash } from 'node:crypto';
import { conversations, moduleById, type ConversationDeclaration, type OcpiVersion } from '@roamgrid/modules';
import { ListCursorCodec } from '@roamgrid/ocpi';
import {
  connectGrpc,
  createLogger,
  credentialsContract,
  GrpcServer,
  Health,
  askingContract,
  conversationsContract,
  objectsContract,
  PeerDirectory,
  pullContract,
  pullOperationsContract,
  pushContract,
  pushOperationsContract,
  relaysContract,
  RoamgridError,
  serveHttp,
  UnderWay,
  systemClock,
  type Client,
  type Clock,
  type ConnectRequest,
  type HostedParty,
  type ObjectsCalls,
  type Peer,
  type PullJob,
  type PeerHealth,
  type PushLane,
} from '@roamgrid/runtime';
import type { Backend, Limits, ServedConversation, ServedModule } from '../src/backend';
import { OpenFeeds } from '../src/feed/open-feeds';
import { createApp } from '../src/http/create-app';
import { KeyBudgets } from '../src/http/key-budgets';
import { configuredKeys } from '../src/keys/configured-keys';
import { KeyRing } from '../src/keys/key-ring';
import { scopedAsking, scopedPush } from '../src/keys/scoped-asking';
import { scopedConversations } from '../src/keys/scoped-conversations';
import { scopedObjects } from '../src/keys/scoped-objects';
import { moduleSchemas } from '../src/openapi/module-schemas';
import { openApiDocument } from '../src/openapi/openapi-document';
import { routeTable } from '../src/route-table';
import { DocumentCheck, type JudgingDocument } from './document-check';
import { addDelivery } from './add-delivery';
import { MemoryChanges } from './memory-changes';
import { MemoryConversations } from './memory-conversations';
import { MemoryIdempotency } from './memory-idempotency';
import { MemoryKeys } from './memory-keys';
import { MemoryObjects } from './memory-objects';
import { MemoryOperations } from './memory-operations';
import { hosted, peerOf } from './peer-of';
import { testLimits } from './test-limits';

export { hosted, peerOf };

export const KEY = 'backend-key-for-tests';
export const ADMIN_KEY = 'admin-key-for-tests';

const VERSION: OcpiVersion = '2.2.1';
const logger = createLogger('roaming-api', 'silent');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What a test can set before the API starts. */
export interface Setting {
  readonly parties?: readonly HostedParty[];
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
  /** Whether clients of the feed get heartbeats; not with a clock on which no wait takes time. */
  readonly heartbeats?: boolean;
}

/** The API over HTTP, in front of real gRPC servers with services that live in memory. */
export class ApiUnderTest {
  readonly objects = { locations: new MemoryObjects(), tariffs: new MemoryObjects() };
  readonly conversations = { commands: new MemoryConversations('commands'), chargingprofiles: new MemoryConversations('chargingprofiles') };
  readonly peers: Peer[] = [peerOf('p1')];
  readonly lanes: PushLane[] = [];
  healths: PeerHealth[] = [];
  readonly jobs: PullJob[] = [];
  readonly connected: ConnectRequest[] = [];
  readonly pulls: unknown[] = [];
  readonly quirkChanges: unknown[] = [];
  readonly operations = new MemoryOperations();
  readonly changes = new MemoryChanges(['locations', 'tariffs', 'chargingprofiles', 'commands']);
  readonly idempotency = new MemoryIdempotency();
  keyRecords!: MemoryKeys;
  /** The API judged by its own document. */
  document!: DocumentCheck;
  /** Makes the credentials service fail. */
  refusal: RoamgridError | undefined;
  url = '';
  backend!: Backend;
  #beforeConnect: () => Promise<void> | void = () => undefined;
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
    await this.#serveModule(name, port);
  }

  /** Calls the API with the backend's key, or with the headers given instead. The answer is as the document says. */
  async call(method: string, path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
    return this.#judged(path, { method, ...init, headers: { 'x-api-key': KEY, ...init.headers } });
  }

  /** Calls the API as its operator does, with a JSON body where one is given. The answer is as the document says. */
  async admin(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json', ...more };
    return this.#judged(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  }

  /** Makes a key; resolves with the key itself. */
  async key(grant: { rights: readonly string[]; parties?: readonly string[]; modules?: readonly string[] }): Promise<{ id: string; key: string }> {
    const response = await this.admin('POST', '/v1/keys', { name: 'a key of a test', ...grant });
    if (response.status !== 201) throw new Error(await response.text());
    return (await response.json()) as { id: string; key: string };
  }

  async #judged(path: string, init: RequestInit & { method: string }): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, init);
    const problem = await this.document.problemOf(init.method, path, response);
    if (problem !== undefined) throw new Error(`not as documented: ${problem}`);
    return response;
  }

  /** Makes the next connection to a peer last until then; resolves when one is being made. */
  holdConnect(until: Promise<void>): Promise<void> {
    return new Promise((resolve) => {
      this.#beforeConnect = () => {
        this.#beforeConnect = () => undefined;
        resolve();
        return until;
      };
    });
  }

  async close(): Promise<void> {
    for (const close of this.#closers.reverse()) await close();
    for (const { server } of this.#servers.values()) await server.close(0);
  }

  async #start({ parties = [hosted('CPO')], clock = systemClock, limits: changed, heartbeats = false }: Setting): Promise<void> {
    const [locations, tariffs, credentials, delivery] = await Promise.all([
      this.#serveModule('locations'),
      this.#serveModule('tariffs'),
      this.#serve('credentials', (server) => this.#addCredentials(server, parties)),
      this.#serve('delivery', (server) => addDelivery(server, this)),
    ]);
    const directory = new PeerDirectory(connectGrpc(credentialsContract, credentials), logger, systemClock);
    const complete = new Promise<void>((resolve) => directory.once('complete', resolve));
    void directory.follow(false);
    await complete;
    const push = scopedPush(connectGrpc(pushContract, delivery));
    const pull = connectGrpc(pullContract, delivery);
    const operations = { pushOperations: connectGrpc(pushOperationsContract, delivery), pullOperations: connectGrpc(pullOperationsContract, delivery) };
    const modules = [this.#module('locations', locations), this.#module('tariffs', tariffs)];
    this.#closers.push(
      () => directory.close(),
      () => push.close(),
      () => pull.close(),
      ...Object.values(operations).map((client) => () => client.close()),
    );
    const talks = await Promise.all(conversations.map((declaration) => this.#conversation(declaration)));
    this.backend = this.#backendOf({ directory, push, pull, ...operations, modules, conversations: talks, limits: { ...testLimits, ...changed }, clock });
    await this.backend.keys.load();
    const routes = routeTable(this.backend);
    const document = openApiDocument(routes, this.backend) as unknown as JudgingDocument;
    this.document = new DocumentCheck(document, modules.flatMap((module) => Object.keys(moduleSchemas(module)))); // tests keep what they like
    const { keys } = this.backend;
    const { requestsPerSecond: perSecond, requestBurst: burst } = this.backend.limits;
    const budgets = new KeyBudgets({ perSecond, burst }, clock);
    const app = createApp(routes, { keys, budgets, underWay: new UnderWay(this.backend.limits.requestsAtOnce), bodySeconds: 30, trustedProxies: [], clock, logger, newId: () => 'id-1' });
    const server = await serveHttp(app, { host: '127.0.0.1', port: 0, publicUrl: 'http://localhost', health: new Health(), limits: {}, idle: 120_000 });
    const stop = new AbortController();
    if (heartbeats) void this.backend.feeds.run(stop.signal);
    this.#closers.push(
      () => server.close(),
      () => stop.abort(),
    );
    this.url = `http://127.0.0.1:${server.port}`;
  }

  #backendOf(parts: Pick<Backend, 'conversations' | 'directory' | 'push' | 'pull' | 'pushOperations' | 'pullOperations' | 'modules' | 'limits' | 'clock'>): Backend {
    const { clock } = parts;
    this.keyRecords = new MemoryKeys(clock);
    let ids = 0;
    const configured = configuredKeys([
      { name: 'backend', sha256: sha256(KEY), admin: false },
      { name: 'operator', sha256: sha256(ADMIN_KEY), admin: true },
    ]);
    const newId = (): string => `key-${(ids += 1)}`;
    return {
      ...parts,
      cursors: new ListCursorCodec('a cursor key for tests'),
      publicUrl: 'https://roaming.example',
      keys: new KeyRing({ configured, records: this.keyRecords, clock, logger, newId }),
      idempotency: this.idempotency,
      changes: this.changes,
      pushLag: this.operations.lag,
      feeds: new OpenFeeds(parts.limits.feeds, clock),
      logger,
    };
  }

  #module(id: 'locations' | 'tariffs', address: string): ServedModule {
    const declaration = moduleById(id);
    if (!declaration) throw new Error(`no module ${id}`);
    const objects: Client<ObjectsCalls> = connectGrpc(objectsContract, address);
    const asking = connectGrpc(askingContract, address);
    const relays = connectGrpc(relaysContract, address);
    this.#closers.push(() => objects.close(), () => asking.close(), () => relays.close());
    const scoped = scopedObjects(declaration, objects);
    return { declaration, version: VERSION, objects: scoped, asking: scopedAsking(asking, scoped), relays };
  }

  async #conversation(declaration: ConversationDeclaration): Promise<ServedConversation> {
    const { id } = declaration;
    const address = await this.#serve(id, (server) => {
      server.add(conversationsContract, this.conversations[id].handlers());
      server.add(relaysContract, this.operations.relay(id));
    });
    const calls = connectGrpc(conversationsContract, address);
    const relays = connectGrpc(relaysContract, address);
    this.#closers.push(() => calls.close(), () => relays.close());
    return { declaration, calls: scopedConversations(id, calls), relays };
  }

  #serveModule(name: 'locations' | 'tariffs', port = 0): Promise<string> {
    const add = (server: GrpcServer): void => {
      server.add(objectsContract, this.objects[name].handlers());
      server.add(relaysContract, this.operations.relay(name));
    };
    return this.#serve(name, add, port);
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
      Connect: async (request) => {
        await this.#beforeConnect();
        if (!this.refusal) this.connected.push(request);
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
}
