import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { referencePlatform, roamingApiHooks, Target } from '@roamgrid/conformance';
import { modules } from '@roamgrid/modules';
import { createLogger } from '@roamgrid/runtime';
import { connectMongo } from '@roamgrid/store';
import { ProcessGroup, startParts, startPlatform } from '@roamgrid/testkit';
import type { Connection } from 'mongoose';
import { Pool } from 'undici';

/** One request, as it goes on the wire. */
export interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

const CONNECTIONS = 16;

/** A whole platform with a registered peer, at which anything can be thrown; and a look into its store. */
export class FuzzPlatform {
  readonly #group = new ProcessGroup().stopWithProcess();
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-fuzz-'));
  #target: Target | undefined;
  #pool: Pool | undefined;
  #connection: Connection | undefined;

  async start(): Promise<void> {
    const { mongodbUri, kafkaBrokers } = await startParts({ dataDir: this.#dataDir, group: this.#group, mongo: { cacheGb: 0.25 } });
    const site = { mongodbUri, kafkaBrokers };
    const spec = { name: 'fuzz', ...referencePlatform, logLevel: 'warn' };
    const { gatewayUrl, roamingApiUrl, apiKey } = await startPlatform({ spec, site, dataDir: this.#dataDir, group: this.#group });
    const hooks = roamingApiHooks({ url: roamingApiUrl, apiKey });
    this.#target = await Target.open({ invitation: await hooks.invite('fuzz'), hooks });
    this.#pool = new Pool(gatewayUrl, { connections: CONNECTIONS, headersTimeout: 60_000 });
    this.#connection = await connectMongo({ uri: mongodbUri.replace('/?', '/fuzz?') }, createLogger('fuzz', 'silent'));
  }

  /** The platform as its registered peer sees it. */
  get target(): Target {
    if (!this.#target) throw new Error('the platform was not started');
    return this.#target;
  }

  async send({ method, path, headers, body }: FuzzRequest): Promise<FuzzAnswer> {
    if (!this.#pool) throw new Error('the platform was not started');
    const response = await this.#pool.request({ method, path, headers, body: body ?? null });
    return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
  }

  /** Changes with every write to an object or a peer. */
  async fingerprint(): Promise<unknown> {
    const connection = this.#connection;
    if (!connection) throw new Error('the platform was not started');
    const stored = modules.map(async ({ id }) => {
      const sums = { _id: null, objects: { $sum: 1 }, revs: { $sum: '$state.rev' } };
      return [id, await connection.collection(id).aggregate([{ $group: sums }]).toArray()];
    });
    const peers = connection.collection('peers').aggregate([{ $group: { _id: null, peers: { $sum: 1 }, revs: { $sum: '$rev' } } }]);
    return [...(await Promise.all(stored)), ['peers', await peers.toArray()]];
  }

  async stop(): Promise<void> {
    await this.#pool?.close();
    await this.#connection?.close();
    await this.#target?.close();
    await this.#group.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
