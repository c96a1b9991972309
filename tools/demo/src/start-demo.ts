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
import { demoTokens, type DemoToken } from './charging/demo-tokens';

/** The running demo: the parts, the platforms, a client of each roaming API. */
export interface Demo {
  readonly parts: Parts;
  readonly platforms: readonly Platform[];
  readonly cpo: RoamingApiClient;
  /** Absent with --no-partner. */
  readonly emsp?: RoamingApiClient;
  /** The eMSP's tokens. */
  readonly tokens: readonly DemoToken[];
  /** Starts another eMSP, none of whose drivers ever charges, and lets it register with the CPO. */
  startStranger(): Promise<RoamingApiClient>;
  stop(): Promise<void>;
}

const STRANGER: PartySpec = { country_code: 'FR', party_id: 'RGS', roles: ['EMSP'], name: 'Roamgrid Strangers' };
const TOKENS = 50;
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
  const tokens = demoTokens(EMSP, TOKENS, new Date());
  if (emsp) {
    await register(cpo, emsp, EMSP.name);
    say('the eMSP has registered with the CPO');
    await emsp.import('tokens', linesOf(tokens), { results: 'refused' });
  }
  const startStranger = async (): Promise<RoamingApiClient> => {
    const stranger = new RoamingApiClient(await start('stranger', [STRANGER]));
    await register(cpo, stranger, STRANGER.name);
    return stranger;
  };
  return { parts, platforms, cpo, ...(emsp && { emsp }), tokens, startStranger, stop: () => group.stop() };
}

async function register(cpo: RoamingApiClient, emsp: RoamingApiClient, name: string): Promise<void> {
  const { token, versions_url } = await cpo.invite(name);
  await emsp.connect('Roamgrid Charge', versions_url, token);
}

async function* linesOf(objects: readonly unknown[]): AsyncGenerator<string> {
  for (const object of objects) yield await Promise.resolve(JSON.stringify(object));
}
