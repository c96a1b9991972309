import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ProcessGroup,
  RoamingApiClient,
  startParts,
  startPlatform,
  type Parts,
  type PartySpec,
  type Platform,
} from '@roamgrid/testkit';

/** The running demo: the parts, the platforms, a client of each roaming API. */
export interface Demo {
  readonly parts: Parts;
  readonly platforms: readonly Platform[];
  readonly cpo: RoamingApiClient;
  /** Absent with --no-partner. */
  readonly emsp?: RoamingApiClient;
  stop(): Promise<void>;
}

const EMSP: PartySpec = { country_code: 'NL', party_id: 'RGE', roles: ['EMSP'], name: 'Roamgrid Drive' };
const PULL = { delta: 5_000, full: 24 * 3_600_000 };

/** Starts MongoDB, Kafka and the platforms, and lets the eMSP register with the CPO as any peer would. */
export async function startDemo(cpoParties: readonly PartySpec[], partner: boolean, say: (text: string) => void): Promise<Demo> {
  const group = new ProcessGroup().stopWithProcess();
  const dataDir = await mkdtemp(join(tmpdir(), 'roamgrid-'));
  group.add({ name: 'data', stop: () => rm(dataDir, { recursive: true, force: true }) });
  const parts = await startParts({
    dataDir,
    group,
    onProgress: ({ part, step, detail }) => say(`${part}: ${step}${detail === undefined ? '' : ` ${detail}`}`),
    onKilled: (part) => say(`${part} died, starting it again`),
  });
  const site = { mongodbUri: parts.mongodbUri, kafkaBrokers: parts.kafkaBrokers };
  const start = (name: string, parties: readonly PartySpec[]): Promise<Platform> =>
    startPlatform({ spec: { name, parties, pull: PULL }, site, dataDir, group });
  say('starting the platforms');
  const platforms = await Promise.all([start('cpo', cpoParties), ...(partner ? [start('emsp', [EMSP])] : [])]);
  const [cpoPlatform, emspPlatform] = platforms;
  if (!cpoPlatform) throw new Error('no platform was started');
  const cpo = new RoamingApiClient(cpoPlatform);
  const emsp = emspPlatform && new RoamingApiClient(emspPlatform);
  if (emsp) {
    const { token, versions_url } = await cpo.invite('Roamgrid Drive');
    await emsp.connect('Roamgrid Charge', versions_url, token);
    say('the eMSP has registered with the CPO');
  }
  return { parts, platforms, cpo, ...(emsp && { emsp }), stop: () => group.stop() };
}
