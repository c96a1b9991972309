import { type Platform, RoamingApiClient, startPlatform, type SupervisedProcess } from '@roamgrid/testkit';
import type { BenchContext } from '../harness/benchmark';
import type { MeasuredProcess } from '../harness/cpu-meter';
import { untilIdle } from '../harness/until-idle';
import { cposOf, type LocationJson, readLocations } from './bench-data';
import { type BenchPeer, registerPeer } from './bench-peer';

/** A platform with own Locations and a registered peer, with nothing left to do. */
export interface BenchPlatform {
  readonly platform: Platform;
  readonly peer: BenchPeer;
  readonly api: RoamingApiClient;
  /** Valid ones: what was imported, or can be written. */
  readonly locations: readonly LocationJson[];
  /** Of the platform's database. */
  readonly mongodbUri: string;
  readonly mongod: MeasuredProcess;
  /** What a request of a peer passes: gateway, locations service, mongod. */
  readonly serving: readonly MeasuredProcess[];
  /** The same for a request about what another module's service owns. */
  readonly servingOf: (module: string) => readonly MeasuredProcess[];
  /** Resolves when all services and mongod have nothing to do. */
  readonly idle: () => Promise<void>;
  stop(): Promise<void>;
}

/** The platform's own eMSP. */
export const EMSP = { country_code: 'NL', party_id: 'BNE', roles: ['EMSP'], name: 'Benchmark eMSP' };
const NEVER = 24 * 3_600_000;

/** Starts a platform of that name for a benchmark, with the Locations of the data file as its own. */
export async function startBenchPlatform(context: BenchContext, name: string): Promise<BenchPlatform> {
  const { parts, options, say, dataDir, group } = context;
  const read = await readLocations(options.data, options.objects);
  const platform = await startPlatform({
    spec: { name, parties: [...cposOf(read), EMSP], pull: { delta: NEVER, full: NEVER }, logLevel: 'warn' },
    site: { mongodbUri: parts.mongodbUri, kafkaBrokers: parts.kafkaBrokers },
    dataDir,
    group,
  });
  const { mongod } = parts;
  if (!mongod) throw new Error('MONGODB_URI is set: the CPU time of a mongod that was not started here cannot be read');
  const api = new RoamingApiClient(platform);
  const locations = await importAll(api, read);
  say(`${locations.length} Locations of ${options.data}; ${read.length - locations.length} more were refused as invalid`);
  const peer = await registerPeer(platform);
  const servingOf = (module: string): MeasuredProcess[] => [
    named('gateway', serviceOf(platform, 'gateway')),
    named(module, serviceOf(platform, module)),
    named('mongod', mongod),
  ];
  const idle = (): Promise<void> => untilIdle([...platform.services.values(), mongod]);
  await idle();
  say('the platform is loaded and idle');
  return {
    platform,
    peer,
    api,
    locations,
    mongodbUri: databaseUri(parts.mongodbUri, name),
    mongod: named('mongod', mongod),
    serving: servingOf('locations'),
    servingOf,
    idle,
    stop: async () => {
      await peer.stop();
      await platform.stop();
    },
  };
}

/** A process under a shorter name, its pid always the present one. */
export function named(name: string, process: SupervisedProcess): MeasuredProcess {
  return {
    name,
    get pid() {
      return process.pid;
    },
  };
}

/** Imports them and gives back those that were taken: real data holds some that break the specification. */
async function importAll(api: RoamingApiClient, locations: readonly LocationJson[]): Promise<LocationJson[]> {
  const refused = new Set<number>();
  const summary = await api.import('locations', linesOf(locations), { results: 'refused', onLine: ({ line }) => refused.add(line) });
  const taken = locations.filter((_, i) => !refused.has(i + 1));
  if (summary.created !== taken.length || taken.length === 0) {
    throw new Error(`of ${locations.length} Locations ${summary.created} were created, ${refused.size} refused`);
  }
  return taken;
}

function linesOf(locations: readonly LocationJson[]): AsyncIterable<string> {
  return ReadableStream.from(locations.map((location) => JSON.stringify(location)));
}

function serviceOf(platform: Platform, name: string): SupervisedProcess {
  const service = platform.services.get(name);
  if (!service) throw new Error(`the platform has no service ${name}`);
  return service;
}

function databaseUri(mongodbUri: string, database: string): string {
  const url = new URL(mongodbUri);
  url.pathname = `/${database}`;
  return url.toString();
}
