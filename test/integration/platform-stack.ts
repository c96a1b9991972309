import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  freePort,
  ProcessGroup,
  RoamingApiClient,
  startParts,
  startPlatform,
  waitUntil,
  type Parts,
  type Platform,
  type PlatformSpec,
  type SupervisedProcess,
} from '@roamgrid/testkit';

const REST = ['charging-profiles', 'commands', 'hub-client-info'];

/** Real parts and platforms as processes, for one test file. */
export class PlatformStack {
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'roamgrid-test-'));
  readonly #group = new ProcessGroup().stopWithProcess();
  #parts: Parts | undefined;

  async startParts(): Promise<void> {
    this.#parts = await startParts({ dataDir: this.#dataDir, group: this.#group, mongo: { cacheGb: 0.25 } });
  }

  /** A platform with all that moves objects; the rest of the modules only where they are not left out. */
  async platform({ without = REST, ...wanted }: PlatformSpec): Promise<RunningPlatform> {
    const spec = { ...wanted, without };
    const { mongodbUri, kafkaBrokers } = this.parts;
    const platform = await startPlatform({ spec, site: { mongodbUri, kafkaBrokers }, dataDir: this.#dataDir, group: this.#group });
    return { ...platform, api: new RoamingApiClient(platform) };
  }

  /** One more gateway of a platform, as a second replica of it; resolves with its base URL. */
  secondGateway(platform: RunningPlatform): Promise<string> {
    return this.#second(platform, 'gateway');
  }

  /** One more roaming API of a platform, as a second replica of it; resolves with its base URL. */
  secondRoamingApi(platform: RunningPlatform): Promise<string> {
    return this.#second(platform, 'roaming-api');
  }

  async #second({ name }: RunningPlatform, service: 'gateway' | 'roaming-api'): Promise<string> {
    const [http, health] = [await freePort(), await freePort()];
    await this.#group.start({
      name: `${name}/${service}-2`,
      command: process.execPath,
      args: [resolve(__dirname, `../../services/${service}/dist/main.js`)],
      env: {
        ...process.env,
        ROAMGRID_CONFIG: join(this.#dataDir, name, `${service}.yaml`),
        ROAMGRID__HTTP__PORT: String(http),
        ROAMGRID__HEALTH__PORT: String(health),
      },
      logFile: join(this.#dataDir, name, `${service}-2.log`),
      ready: async () => (await fetch(`http://127.0.0.1:${health}/readyz`)).ok,
    });
    return `http://127.0.0.1:${http}`;
  }

  get parts(): Parts {
    if (!this.#parts) throw new Error('the parts were not started');
    return this.#parts;
  }

  get mongod(): SupervisedProcess {
    return owned(this.parts.mongod, 'MONGODB_URI');
  }

  get kafka(): SupervisedProcess {
    return owned(this.parts.kafka, 'KAFKA_BROKERS');
  }

  async stop(): Promise<void> {
    await this.#group.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}

export interface RunningPlatform extends Platform {
  readonly api: RoamingApiClient;
}

/** Lets `emsp` register with `cpo` as a peer does; resolves with the id of the CPO at the eMSP. */
export async function handshake(cpo: RunningPlatform, emsp: RunningPlatform): Promise<string> {
  const { token, versions_url } = await cpo.api.invite(emsp.name);
  return (await emsp.api.connect(cpo.name, versions_url, token)).id;
}

/** All objects of a module by key, as the platform shows them. */
export async function objectsOf({ api }: RunningPlatform, module: string): Promise<Map<string, unknown>> {
  const objects = new Map<string, unknown>();
  for await (const { key, object } of api.list(module)) objects.set(key, object);
  return objects;
}

/** Waits until both platforms hold the same objects of a module. */
export async function untilEqual(a: RunningPlatform, b: RunningPlatform, module: string, count: number): Promise<void> {
  await waitUntil(
    async () => {
      const [left, right] = await Promise.all([objectsOf(a, module), objectsOf(b, module)]);
      return left.size === count && right.size === count && [...left].every(([key, object]) => same(object, right.get(key)));
    },
    { what: `${a.name} and ${b.name} hold the same ${count} ${module}`, timeoutMs: 90_000, intervalMs: 250 },
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function owned(process: SupervisedProcess | undefined, variable: string): SupervisedProcess {
  if (!process) throw new Error(`this test restarts the part: run it without ${variable}`);
  return process;
}
