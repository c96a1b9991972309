import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { stringify } from 'yaml';
import { freePort } from '../process/free-port';
import type { ProcessGroup } from '../process/process-group';
import { promptRestart, SupervisedProcess } from '../process/supervised-process';
import { configurePlatform, type PlatformSite, type PlatformSpec, type ServiceConfig } from './platform-config';

/** A running platform: one process a service, each brought back when it dies. */
export interface Platform {
  readonly name: string;
  readonly gatewayUrl: string;
  /** What a peer is told. */
  readonly versionsUrl: string;
  readonly roamingApiUrl: string;
  /** Key of the roaming API, with all rights. */
  readonly apiKey: string;
  /** By service name. */
  readonly services: ReadonlyMap<string, SupervisedProcess>;
  stop(): Promise<void>;
}

export interface StartPlatformOptions {
  readonly spec: PlatformSpec;
  readonly site: Omit<PlatformSite, 'nextPort'>;
  /** Configuration and logs go to `<dataDir>/<name>`. */
  readonly dataDir: string;
  readonly group: ProcessGroup;
  /** Where `services/` stands; default: this checkout. */
  readonly root?: string;
  /** Environment on top, by name of the process. */
  readonly env?: (name: string) => Readonly<Record<string, string>>;
}

/** Starts the services of a platform all at once and resolves when each says that it can serve. */
export async function startPlatform(options: StartPlatformOptions): Promise<Platform> {
  const { spec, site, dataDir, group, root = repositoryRoot(__dirname), env = () => ({}) } = options;
  const config = await configurePlatform(spec, { ...site, nextPort: freePort });
  const folder = join(dataDir, spec.name);
  await mkdir(folder, { recursive: true });
  const services = new Map<string, SupervisedProcess>();
  for (const service of config.services) {
    const configFile = join(folder, `${service.name}.yaml`);
    await writeFile(configFile, stringify(service.config), { mode: 0o600 });
    services.set(service.name, group.add(serviceProcess(spec.name, service, { configFile, folder, root, env: env(service.name) })));
  }
  await Promise.all([...services.values()].map((service) => service.start()));
  return {
    name: spec.name,
    gatewayUrl: config.gatewayUrl,
    versionsUrl: `${config.gatewayUrl}/ocpi/versions`,
    roamingApiUrl: config.roamingApiUrl,
    apiKey: config.apiKey,
    services,
    stop: async () => {
      await Promise.all([...services.values()].map((service) => service.stop()));
    },
  };
}

interface Place {
  readonly configFile: string;
  readonly folder: string;
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
}

function serviceProcess(platform: string, service: ServiceConfig, { configFile, folder, root, env }: Place): SupervisedProcess {
  return new SupervisedProcess({
    name: `${platform}/${service.name}`,
    command: process.execPath,
    args: [join(root, 'services', service.service, 'dist', 'main.js')],
    env: { ...process.env, ...env, ROAMGRID_CONFIG: configFile },
    logFile: join(folder, `${service.name}.log`),
    ready: () => answersReady(service.healthPort),
    readyTimeoutMs: 60_000,
    restart: promptRestart,
  });
}

async function answersReady(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
  await response.arrayBuffer();
  return response.ok;
}

/** The folder that holds `services/`, found upwards, so that sources and builds both find it. */
function repositoryRoot(from: string): string {
  if (existsSync(join(from, 'pnpm-workspace.yaml'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error('the repository root was not found above the testkit');
  return repositoryRoot(parent);
}
