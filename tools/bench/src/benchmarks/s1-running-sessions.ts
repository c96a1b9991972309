import { comparePlatforms, MemoryWatch, type ObjectLister, type Platform, RoamingApiClient, startPlatform, waitUntil } from '@roamgrid/testkit';
import type { Benchmark, BenchContext, LoadLine } from '../harness/benchmark';
import { CpuMeter, totalOf } from '../harness/cpu-meter';
import { allProcesses, cpuOfEach } from '../stack/all-processes';
import { startReceivingPeer } from '../stack/receiving-peer';
import { type RunningSessions, sessionLines, updateSessions } from '../stack/session-load';

const UPDATES_PER_SECOND = 500;
const SECONDS = 60;
const SESSIONS: RunningSessions = {
  count: 5_000,
  owner: { country_code: 'NL', party_id: 'BNC' },
  emsp: { country_code: 'NL', party_id: 'BNE' },
};
const NEVER = 24 * 3_600_000;
const SETTLE = 120_000;

/** Whoever gets the sessions, and what of it runs here. */
interface Receiver {
  readonly platforms: readonly Platform[];
  readonly sessions: ObjectLister;
  stop(): Promise<void>;
}

/** Many sessions that all run, told of again and again: what is sent on is the newest state, in bounded memory. */
export const runningSessions: Benchmark = {
  id: 'S1',
  what: `${SESSIONS.count} running sessions with ${UPDATES_PER_SECOND} updates a second for ${SECONDS} s, pushed to their eMSP`,
  async run(context) {
    context.report({ ...(await load(context, 'peer', toPeer)), id: 'S1', what: `${this.what}, a peer that answers at once` });
    context.report({ ...(await load(context, 'pair', toPlatform)), id: 'S1', what: `${this.what}, another platform on this machine` });
  },
};

async function load(
  context: BenchContext,
  name: string,
  connectReceiver: (context: BenchContext, cpo: Platform, name: string) => Promise<Receiver>,
): Promise<Omit<LoadLine, 'id' | 'what'>> {
  const cpo = await start(context, `bench-s1-${name}-cpo`, 'CPO', SESSIONS.owner);
  const owner = new RoamingApiClient(cpo);
  const receiver = await connectReceiver(context, cpo, name);
  const platforms = [cpo, ...receiver.platforms];
  await owner.import('sessions', ReadableStream.from(sessionLines(SESSIONS)), { results: 'refused' });
  await untilEqual(owner, receiver);
  context.say(`S1, ${name}: ${SESSIONS.count} sessions are at the eMSP; updating them`);
  const memory = new MemoryWatch(platforms);
  const watching = setInterval(() => memory.look(), 500);
  const cpu = new CpuMeter(allProcesses(context, platforms));
  const { updates, seconds, repeated } = await updateSessions(cpo, SESSIONS, UPDATES_PER_SECOND, SECONDS);
  const ended = Date.now();
  const used = await untilEqual(owner, receiver, () => cpu.read());
  const equalAfter = (Date.now() - ended) / 1000;
  clearInterval(watching);
  await Promise.all([receiver.stop(), cpo.stop()]);
  const [largest] = memory.largest();
  return {
    ...{ updates, updates_per_s: Math.round(updates / seconds), seconds: rounded(seconds), repeated, equal_after_s: rounded(equalAfter) },
    ...{ largest_mb: Math.round((largest?.bytes ?? 0) / 1e6), largest_process: largest?.name ?? '' },
    ...{ cpu_ms_per_update: rounded(totalOf(used ?? new Map()) / updates), cpu_by_process: cpuOfEach(used ?? new Map(), updates) },
  };
}

async function toPlatform(context: BenchContext, cpo: Platform, name: string): Promise<Receiver> {
  const emsp = await start(context, `bench-s1-${name}-emsp`, 'EMSP', SESSIONS.emsp);
  const sessions = new RoamingApiClient(emsp);
  const { token, versions_url } = await new RoamingApiClient(cpo).invite('Benchmark eMSP');
  await sessions.connect('Benchmark CPO', versions_url, token);
  return { platforms: [emsp], sessions, stop: () => emsp.stop() };
}

async function toPeer(_context: BenchContext, cpo: Platform): Promise<Receiver> {
  const peer = await startReceivingPeer(cpo, { party: SESSIONS.emsp, module: 'sessions' });
  return { platforms: [], sessions: peer, stop: () => peer.stop() };
}

function start({ parts, dataDir, group }: BenchContext, name: string, role: string, party: RunningSessions['owner']): Promise<Platform> {
  return startPlatform({
    spec: { name, parties: [{ ...party, roles: [role], name }], pull: { delta: NEVER, full: NEVER }, logLevel: 'warn' },
    site: { mongodbUri: parts.mongodbUri, kafkaBrokers: parts.kafkaBrokers },
    dataDir,
    group,
  });
}

/** Resolves when nothing waits to be sent and both hold the same; gives what `read` gave last before they were compared. */
async function untilEqual<Reading>(owner: RoamingApiClient, { sessions }: Receiver, read?: () => Reading): Promise<Reading | undefined> {
  let reading: Reading | undefined;
  const equal = async (): Promise<boolean> => {
    const waiting = (await owner.status()).peers.reduce((sum, { modules }) => sum + (modules['sessions']?.push?.waiting ?? 1), 0);
    if (waiting > 0) return false;
    reading = read?.();
    return (await comparePlatforms(owner, sessions, 'sessions')).differences.length === 0;
  };
  await waitUntil(equal, { what: 'the eMSP holds the newest state of all sessions', timeoutMs: SETTLE, intervalMs: 250 });
  return reading;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
