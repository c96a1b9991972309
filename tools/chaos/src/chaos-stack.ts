import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryWatch, ProcessGroup, RoamingApiClient, SeededRandom, startParts, startPlatform, type Parts, type Platform, type SupervisedProcess } from '@roamgrid/testkit';
import { CrashFile } from './faults/crash-file';
import type { Victim } from './faults/fault-runner';
import { OWN } from './own-party';
import { FaultPeer, type PeerSpec } from './peers/fault-peer';

export const PLATFORM = 'chaos';

const SICK = ['black-hole', 'black-hole', 'slow', 'slow', 'reset', 'drip'] as const;
const HEALTHY = 14;
/** So many of the healthy ones are CPOs too. */
const CPOS = 4;

/** The 20 peers of a run, and one that registers anew now and then. */
const PEERS: readonly PeerSpec[] = [
  ...Array.from({ length: HEALTHY }, (_, i): PeerSpec => ({ partyId: `H${String(i + 1).padStart(2, '0')}`, roles: i < CPOS ? ['CPO', 'EMSP'] : ['EMSP'] })),
  ...SICK.map((sickness, i): PeerSpec => ({ partyId: `S${String(i + 1).padStart(2, '0')}`, roles: ['EMSP'], sickness })),
  { partyId: 'NEW', roles: ['EMSP'] },
];

/** What of the configuration is shorter than its default, so that a round lasts seconds. */
const OVERRIDES = {
  'pull-scheduler': {
    intervals: { delta: 800, full: 3_600_000, overlap: 500 },
    retryDelays: [300, 600, 1_200],
    timeouts: { lease: 4_000 },
  },
};

/** A platform with its parts and peers, on which a run does its work. */
export interface ChaosStack {
  readonly parts: Parts;
  readonly platform: Platform;
  readonly api: RoamingApiClient;
  readonly peers: readonly FaultPeer[];
  readonly newcomer: FaultPeer;
  readonly victims: ReadonlyMap<string, Victim>;
  readonly memory: MemoryWatch;
  /** Configuration and logs of the services. */
  readonly folder: string;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly seed: number;
  /** Where `services/` stands; default: this checkout. */
  readonly root?: string;
  /** The folder of data and logs stays when the run is over. */
  readonly keep: boolean;
}

/** Starts the parts, a platform with two of each service that can be two, and the peers, and lets these register. */
export async function startStack({ seed, root, keep }: StackOptions): Promise<ChaosStack> {
  const group = new ProcessGroup().stopWithProcess();
  const dataDir = await mkdtemp(join(tmpdir(), 'roamgrid-chaos-'));
  if (!keep) group.add({ name: 'data', stop: () => rm(dataDir, { recursive: true, force: true }) });
  try {
    const parts = await startParts({ dataDir, group, mongo: { cacheGb: 0.25 } });
    const folder = join(dataDir, PLATFORM);
    const platform = await startPlatform({
      spec: {
        name: PLATFORM,
        parties: [{ ...OWN, roles: ['CPO', 'EMSP'], name: 'Roamgrid Charge' }],
        without: ['commands', 'charging-profiles', 'hub-client-info', 'tokens'],
        replicas: { locations: 2, 'push-dispatcher': 2, 'pull-scheduler': 2 },
        overrides: OVERRIDES,
        logLevel: keep ? 'info' : 'warn',
      },
      site: { mongodbUri: parts.mongodbUri, kafkaBrokers: parts.kafkaBrokers },
      dataDir,
      group,
      ...(root !== undefined && { root }),
      env: (name) => new CrashFile(folder, name).env,
    });
    const peers: FaultPeer[] = [];
    group.add({ name: 'peers', stop: async () => void (await Promise.all(peers.map((peer) => peer.stop()))) });
    const api = new RoamingApiClient(platform);
    for (const [i, spec] of PEERS.entries()) {
      const peer = await FaultPeer.start(spec, platform, new SeededRandom(seed * 1_000 + i));
      peers.push(peer);
      await peer.register(api);
    }
    const newcomer = peers.find(({ name }) => name === 'NEW');
    if (!newcomer) throw new Error('there is no newcomer');
    return { parts, platform, api, peers, newcomer, victims: victimsOf(parts, platform, folder), memory: new MemoryWatch([platform]), folder, stop: () => group.stop() };
  } catch (error) {
    await group.stop();
    throw error;
  }
}

function victimsOf({ mongod, kafka }: Parts, { services }: Platform, folder: string): Map<string, Victim> {
  const parts = { mongod, kafka };
  const victims = new Map<string, Victim>();
  for (const [name, process] of Object.entries(parts)) victims.set(name, { process: owned(process, name) });
  for (const [name, process] of services) victims.set(name, { process, crashFile: new CrashFile(folder, name) });
  return victims;
}

function owned(process: SupervisedProcess | undefined, name: string): SupervisedProcess {
  if (!process) throw new Error(`a run kills ${name}: it has to be started by it, without MONGODB_URI and KAFKA_BROKERS`);
  return process;
}
