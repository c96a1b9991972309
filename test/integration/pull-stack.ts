import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { locations, tariffs, type ModuleDeclaration } from '@roamgrid/modules';
import { objectHandlers } from '@roamgrid/object-service';
import {
  connectGrpc,
  createLogger,
  credentialsContract,
  GrpcServer,
  objectsContract,
  pullContract,
  pullOperationsContract,
  systemClock,
  type Client,
  type CredentialsCalls,
  type DirectoryEvent,
  type Handlers,
  type HostedParty,
  type ObjectsCalls,
  type Peer,
  type PullCalls,
  type PullJob,
  type PullOperationsCalls,
} from '@roamgrid/runtime';
import { connectMongo, ObjectStore } from '@roamgrid/store';
import {
  freePort,
  ProcessGroup,
  promptRestart,
  startMongod,
  type SupervisedProcess,
  waitUntil,
} from '@roamgrid/testkit';
import type { Connection } from 'mongoose';

const MAIN = resolve(__dirname, '../../services/pull-scheduler/dist/main.js');
const logger = createLogger('test', 'silent');

/** The real handlers of a module over the real store, which can be told to be away for some calls. */
export class ObjectsService {
  /** Runs before a page is taken; may throw. */
  beforePutMany: (objects: readonly Buffer[]) => void = () => undefined;
  readonly handlers: Handlers<ObjectsCalls>;
  readonly #server = new GrpcServer(logger);

  constructor(module: ModuleDeclaration, store: ObjectStore) {
    this.handlers = objectHandlers(module, store);
    this.#server.add(objectsContract, {
      ...this.handlers,
      PutMany: async (request) => {
        this.beforePutMany(request.objects);
        return this.handlers.PutMany(request);
      },
    });
  }

  listen(): Promise<number> {
    return this.#server.listen('127.0.0.1', 0);
  }

  stop(): Promise<void> {
    return this.#server.close(0);
  }
}

/** One pull-scheduler process. */
export interface Scheduler {
  readonly process: SupervisedProcess;
  readonly pull: Client<PullCalls>;
  readonly operations: Client<PullOperationsCalls>;
}

/** A real mongod, module services over it, a directory of peers, and pull-schedulers as processes. */
export class PullStack {
  readonly peers = new Map<string, Peer>();
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-pull-'));
  readonly #group = new ProcessGroup();
  readonly #directory = new GrpcServer(logger);
  readonly #watchers = new Set<(event: DirectoryEvent) => void>();
  readonly #schedulers: Scheduler[] = [];
  readonly #modules = new Map<string, ObjectsService>();
  #addresses: Readonly<Record<string, string>> = {};
  #uri = '';
  #connection: Connection | undefined;

  async start(): Promise<void> {
    this.#group.stopWithProcess();
    const mongod = await startMongod({ dataDir: this.#dataDir, group: this.#group }, { cacheGb: 0.25 });
    this.#uri = mongod.uri.replace('/?', `/pull-${process.pid}?`);
    this.#connection = await connectMongo({ uri: this.#uri }, logger);
    for (const module of [locations, tariffs]) {
      const store = await ObjectStore.open(this.#connection, module.id, systemClock, { history: module.history !== false });
      const service = new ObjectsService(module, store);
      this.#modules.set(module.id, service);
      this.#addresses = { ...this.#addresses, [module.id]: `127.0.0.1:${await service.listen()}` };
    }
    this.#directory.add(credentialsContract, {
      Watch: (_request, send, signal) => this.#watch(send, signal),
    } as Handlers<CredentialsCalls>);
    this.#addresses = { ...this.#addresses, credentials: `127.0.0.1:${await this.#directory.listen('127.0.0.1', 0)}` };
  }

  get connection(): Connection {
    if (!this.#connection) throw new Error('the stack was not started');
    return this.#connection;
  }

  module(id: string): ObjectsService {
    const service = this.#modules.get(id);
    if (!service) throw new Error(`no module ${id}`);
    return service;
  }

  /** Starts one replica, that comes back when it is killed; `more` is configuration on top, as in the environment. */
  async scheduler(name: string, more: Readonly<Record<string, unknown>> = {}): Promise<Scheduler> {
    const [grpcPort, healthPort] = [await freePort(), await freePort()];
    const { credentials = '', ...objects } = this.#addresses;
    const values = {
      MONGODB__URI: this.#uri,
      GRPC: { host: '127.0.0.1', port: grpcPort },
      HEALTH: { host: '127.0.0.1', port: healthPort },
      LOG__LEVEL: 'debug',
      CREDENTIALS: credentials,
      OBJECTS: objects,
      EGRESS: { allowHttp: true, allowedNetworks: ['127.0.0.1'] },
      INTERVALS: { delta: 3_600_000, full: 86_400_000, overlap: 60_000, clockSkew: 0 },
      RETRYDELAYS: [20, 50, 100],
      TIMEOUTS: { connect: 3_000, answer: 3_000, objects: 10_000, lease: 1_500 },
      LIMITS__PAGEOBJECTS: 10,
      ...more,
    };
    const env = Object.entries(values).map(([key, value]) => [
      `ROAMGRID__${key}`,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]);
    const process_ = await this.#group.start({
      name,
      command: process.execPath,
      args: [MAIN],
      env: { ...process.env, ...(Object.fromEntries(env) as NodeJS.ProcessEnv) },
      logFile: join(this.#dataDir, 'logs', `${name}.log`),
      ready: async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok,
      restart: promptRestart,
    });
    const address = `127.0.0.1:${grpcPort}`;
    const clients = { pull: connectGrpc(pullContract, address), operations: connectGrpc(pullOperationsContract, address) };
    const scheduler = { process: process_, ...clients };
    this.#schedulers.push(scheduler);
    return scheduler;
  }

  /** Registers or changes a peer: a CPO with one party, that sends one module. */
  register(id: string, party: string, module: string, url: string, changes: Partial<Peer> = {}): Peer {
    const peer: Peer = {
      ...{ id, name: id, state: 'registered', version: '2.2.1', versions_url: '', outbound_token: `token of ${id}` },
      ...{ rev: (this.peers.get(id)?.rev ?? 0) + 1, inbound_tokens: [], quirks: {} },
      roles: [hosted('CPO', party)],
      endpoints: [{ identifier: module, role: 'SENDER', url }],
      ...changes,
    };
    this.peers.set(id, peer);
    this.#tell({ peer, complete: false });
    return peer;
  }

  remove(id: string): void {
    const peer = this.peers.get(id);
    if (!peer) return;
    this.peers.delete(id);
    this.#tell({ peer: { ...peer, state: 'removed', rev: peer.rev + 1 }, complete: false });
  }

  /** The job of a peer, once it is as expected. */
  async job(peer: string, expected: (job: PullJob) => boolean, what: string): Promise<PullJob> {
    let found: PullJob | undefined;
    const probe = async (): Promise<boolean> => {
      const jobs = (await this.#schedulers[0]?.pull.Status({}))?.jobs ?? [];
      found = jobs.find(({ peer_id }) => peer_id === peer);
      return found !== undefined && expected(found);
    };
    await waitUntil(probe, { what, timeoutMs: 30_000, intervalMs: 20 }).catch((error: unknown) => {
      throw new Error(`${String(error)}; the job is ${JSON.stringify(found)}`);
    });
    if (!found) throw new Error(`${what}: no job`);
    return found;
  }

  async stop(): Promise<void> {
    for (const { pull, operations } of this.#schedulers) {
      pull.close();
      operations.close();
    }
    await this.#group.stop();
    await this.#directory.close(0);
    for (const service of this.#modules.values()) await service.stop();
    await this.#connection?.close();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  #tell(event: DirectoryEvent): void {
    for (const send of this.#watchers) send(event);
  }

  async #watch(send: (event: DirectoryEvent) => void, signal: AbortSignal): Promise<void> {
    send({ platform: { versions_url: '', parties: [hosted('EMSP', 'OWN')] }, complete: false });
    for (const peer of this.peers.values()) send({ peer, complete: false });
    send({ complete: true });
    this.#watchers.add(send);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    this.#watchers.delete(send);
  }
}

function hosted(role: string, party_id: string): HostedParty {
  return { role, country_code: 'NL', party_id, business_details: Buffer.from('{}') };
}
