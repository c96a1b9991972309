import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { hashToken } from '@roamgrid/ocpi';
import {
  connectGrpc,
  credentialsContract,
  RoamgridError,
  type Client,
  type CredentialsCalls,
  type CredentialsReply,
  type Peer,
} from '@roamgrid/runtime';
import { freePort, type HandshakePeer, ProcessGroup, type StartedMongod, startMongod, type SupervisedProcess } from '@roamgrid/testkit';


const HASH_KEY = 'the key of hashes that these tests use';
const MAIN = resolve(__dirname, '../../services/credentials/dist/main.js');

/** Sealing keys of the tests, by id. */
export const SEALING_KEYS = { k1: Buffer.alloc(32, 1).toString('base64'), k2: Buffer.alloc(32, 2).toString('base64') };

/** What a peer calls on the gateway, and the gateway hands to the credentials service. */
export type CredentialsMethod = 'Show' | 'Register' | 'Update' | 'Unregister';

/** A real mongod and credentials services as processes on it. */
export class CredentialsStack {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-credentials-'));
  readonly #group = new ProcessGroup();
  #mongod: StartedMongod | undefined;

  async start(): Promise<void> {
    this.#group.stopWithProcess();
    this.#mongod = await startMongod({ dataDir: this.dataDir, group: this.#group }, { cacheGb: 0.25 });
  }

  get mongodbUri(): string {
    return (this.#mongod?.uri ?? '').replace('/?', '/credentials?');
  }

  get mongod(): SupervisedProcess {
    if (this.#mongod?.process === undefined) throw new Error('this test kills mongod: run it without MONGODB_URI');
    return this.#mongod.process;
  }

  /** Starts one replica; `settings` are configuration values by environment name, such as `ROTATIONGRACE`. */
  async service(name: string, settings: Readonly<Record<string, string>> = {}): Promise<CredentialsProcess> {
    const grpcPort = await freePort();
    const healthPort = await freePort();
    const values = {
      MONGODB__URI: this.mongodbUri,
      GRPC: JSON.stringify({ host: '127.0.0.1', port: grpcPort }),
      HEALTH: JSON.stringify({ host: '127.0.0.1', port: healthPort }),
      LOG__LEVEL: 'trace',
      PUBLICURL: 'http://127.0.0.1:8080',
      PARTIES: JSON.stringify([
        { country_code: 'NL', party_id: 'OWN', roles: ['CPO', 'EMSP'], business_details: { name: 'Our Company' } },
      ]),
      TOKENHASHKEY: HASH_KEY,
      SEALING: JSON.stringify({ keyId: 'k1', keys: SEALING_KEYS }),
      EGRESS: JSON.stringify({ allowHttp: true, allowedNetworks: ['127.0.0.1'] }),
      ...settings,
    };
    const env = Object.fromEntries(Object.entries(values).map(([key, value]) => [`ROAMGRID__${key}`, value]));
    const logFile = join(this.dataDir, 'logs', `${name}.log`);
    const process_ = await this.#group.start({
      name,
      command: process.execPath,
      args: [MAIN],
      env: { ...process.env, ...env },
      logFile,
      ready: async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).ok,
    });
    return new CredentialsProcess(process_, `127.0.0.1:${grpcPort}`, logFile);
  }

  async stop(): Promise<void> {
    await this.#group.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** One replica of the credentials service, as its callers see it. */
export class CredentialsProcess {
  readonly client: Client<CredentialsCalls>;

  constructor(
    readonly process: SupervisedProcess,
    readonly address: string,
    readonly logFile: string,
  ) {
    this.client = connectGrpc(credentialsContract, address);
  }

  /** Looks a token up as the gateway does; undefined where it is nobody's. */
  async owner(token: string): Promise<Peer | undefined> {
    try {
      return await this.client.Authenticate({ token_hash: hashToken(HASH_KEY, token) });
    } catch (error) {
      if (error instanceof RoamgridError && error.code === 'peer.unknown') return undefined;
      throw error;
    }
  }

  /** A call of a peer on our credentials endpoint, with that token, as the gateway hands it on. */
  call(
    method: CredentialsMethod,
    peerId: string,
    token: string,
    body?: unknown,
    version = '2.2.1',
  ): Promise<CredentialsReply> {
    const json = Buffer.from(body === undefined ? '' : JSON.stringify(body));
    const call = { peer_id: peerId, token_hash: hashToken(HASH_KEY, token), version, json };
    return this.client[method](call, { timeout: 30_000 });
  }

  /** The code with which a call fails; undefined when it succeeds. */
  async refusal(call: Promise<unknown>): Promise<string | undefined> {
    try {
      await call;
      return undefined;
    } catch (error) {
      return RoamgridError.from(error).code;
    }
  }

  /** Invites a peer and registers it; what both then hold. */
  async register(peer: HandshakePeer): Promise<{ readonly peer: Peer; readonly token: string }> {
    const invitation = await this.client.Invite({ name: peer.name });
    const reply = await this.call('Register', invitation.peer.id, invitation.token, peer.credentials());
    return { peer: reply.peer, token: tokenOf(reply) };
  }

  close(): void {
    this.client.close();
  }
}

/** The token in a Credentials object that we answered. */
export function tokenOf(reply: Pick<CredentialsReply, 'json'>): string {
  return (JSON.parse(reply.json.toString()) as { token: string }).token;
}
