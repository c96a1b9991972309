import { join } from 'node:path';
import { comparePlatforms, type PartySpec, type PlatformStatus } from '@roamgrid/testkit';
import { KillSchedule } from './kill-schedule';
import { liveTable, statusLine } from './live-table';
import { loadData, type Rejected } from './load-data';
import { MemoryWatch } from './memory-watch';
import { Screen } from './screen';
import { startDemo, type Demo } from './start-demo';
import { changeStatuses } from './status-changes';
import { survey, type Survey } from './survey';

export interface DemoOptions {
  readonly data?: readonly string[];
  readonly once: boolean;
  readonly partner: boolean;
  readonly kill: readonly string[];
}

const SAMPLES = ['tariffs.ndjson', 'locations.ndjson'].map((name) => join(__dirname, '../../../samples', name));
const STATUS_CHANGE_EVERY = 300;
const SETTLE_LIMIT = 15 * 60_000;

/** Runs the demo; resolves with the exit code. Without --once it runs until Ctrl-C. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const screen = new Screen();
  const files = options.data ?? SAMPLES;
  const found = await survey(files);
  for (const { at, reason } of found.unreadable.slice(0, 20)) screen.say(`passed over ${at}: ${reason}`);
  const parties = found.parties.map((party): PartySpec => ({ ...party, roles: ['CPO'], name: `CPO ${party.party_id}` }));
  const demo = await startDemo(parties, options.partner, screen.say);
  try {
    explain(demo, screen);
    const began = Date.now();
    const memory = new MemoryWatch(demo.platforms);
    const watching = setInterval(() => memory.look(), 1_000);
    const kills = new KillSchedule(options.kill, demo, screen.say);
    const rejected = await loadData(demo.cpo, files, found, (part) => kills.reached(part));
    reportRejected(rejected, screen);
    if (!options.once) return await runUntilStopped(demo, screen);
    const result = await settle(demo, screen);
    clearInterval(watching);
    memory.look();
    screen.say(`largest memory of each process: ${memory.report()}`);
    return summarise(result, found, rejected, began);
  } finally {
    await demo.stop();
  }
}

function explain({ platforms, cpo, emsp }: Demo, { say }: Screen): void {
  const [platform] = platforms;
  if (!platform) return;
  say('');
  for (const { name, versionsUrl, roamingApiUrl } of platforms) {
    say(`${name.padEnd(5)} OCPI versions ${versionsUrl}   roaming API ${roamingApiUrl}`);
  }
  say(`\nroaming API key of the CPO: ${platform.apiKey}`);
  say(`  curl -s -H 'X-API-Key: ${platform.apiKey}' '${platform.roamingApiUrl}/v1/locations?limit=1'`);
  say(`  curl -s -H 'X-API-Key: ${platform.apiKey}' ${platform.roamingApiUrl}/v1/status`);
  say(`  curl -s -X POST -H 'X-API-Key: ${platform.apiKey}' -H 'Content-Type: application/json' -d '{"name":"a new partner"}' ${platform.roamingApiUrl}/v1/peers/invitations`);
  if (!emsp) return;
  void cpo.invite('whoever reads this').then(({ token }) => {
    say(`\ncredentials token A for one more partner: ${token}`);
    say(`  curl -s -H 'Authorization: Token ${Buffer.from(token).toString('base64')}' ${platform.versionsUrl}\n`);
  });
}

function reportRejected(rejected: readonly Rejected[], { say }: Screen): void {
  const reasons = new Map<string, number>();
  for (const { kind, line } of rejected) {
    const reason = `${kind} ${line.code ?? ''}: ${(line.message ?? '').replace(/, found .*/, '').replace(/\/\d+/g, '/…')}`;
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const { kind, line } of rejected.slice(0, 10)) say(`rejected ${kind} line ${line.line} ${line.key ?? ''}: ${line.message ?? ''}`);
  if (rejected.length > 10) say(`… ${rejected.length} rejected in all:`);
  for (const [reason, count] of [...reasons].sort(([, a], [, b]) => b - a)) say(`${String(count).padStart(6)} × ${reason}`);
}

async function runUntilStopped(demo: Demo, screen: Screen): Promise<number> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const changing = changeStatuses(demo.cpo, STATUS_CHANGE_EVERY, stop.signal);
  screen.say('EVSE statuses are changing now. Ctrl-C stops all.');
  while (!stop.signal.aborted) {
    const statuses = await statusesOf(demo);
    screen.show(liveTable(statuses), statusLine(statuses));
    await new Promise((resolve) => setTimeout(resolve, screen.interval));
  }
  screen.end();
  await changing;
  return 0;
}

interface Settled {
  readonly equal: boolean;
  readonly differences: readonly string[];
  readonly objects: Readonly<Record<string, number>>;
  readonly pushed: number;
  readonly pulled: number;
}

/** Waits until nothing is owed, lets the eMSP pull all once more, and compares both sides. */
async function settle(demo: Demo, screen: Screen): Promise<Settled> {
  const { cpo, emsp } = demo;
  if (!emsp) throw new Error('--once compares two sides; it does not go with --no-partner');
  await watchUntil(demo, screen, (statuses) => nothingIsOwed(statuses));
  const before = fullCrawls(await statusesOf(demo));
  const peer = (await emsp.status()).peers.find(({ state }) => state === 'registered');
  await emsp.call('POST', `/v1/peers/${peer?.id ?? ''}/pull`, { full: true });
  await watchUntil(demo, screen, (statuses) => fullCrawls(statuses) >= before + 2 && nothingIsOwed(statuses));
  const locations = await comparePlatforms(cpo, emsp, 'locations');
  const tariffs = await comparePlatforms(cpo, emsp, 'tariffs');
  const statuses = await statusesOf(demo);
  const differences = [...locations.differences, ...tariffs.differences];
  return {
    equal: differences.length === 0,
    differences,
    objects: { locations: locations.objects, tariffs: tariffs.objects },
    pushed: sum(statuses.get('cpo'), ({ push }) => push?.delivered ?? 0),
    pulled: sum(statuses.get('emsp'), ({ pull }) => pull?.seen ?? 0),
  };
}

async function watchUntil(demo: Demo, screen: Screen, reached: (statuses: ReadonlyMap<string, PlatformStatus>) => boolean): Promise<void> {
  const limit = Date.now() + SETTLE_LIMIT;
  let shown = 0;
  while (Date.now() < limit) {
    const statuses = await statusesOf(demo).catch(() => new Map<string, PlatformStatus>()); // a service that is being restarted: asked again
    if (Date.now() - shown >= screen.interval && statuses.size > 0) {
      screen.show(liveTable(statuses), statusLine(statuses));
      shown = Date.now();
    }
    if (statuses.size > 0 && reached(statuses)) {
      screen.end();
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`the two sides did not settle within ${SETTLE_LIMIT / 60_000} minutes`);
}

function nothingIsOwed(statuses: ReadonlyMap<string, PlatformStatus>): boolean {
  const cpo = statuses.get('cpo');
  const emsp = statuses.get('emsp');
  if (!cpo || !emsp || cpo.unavailable.length > 0 || emsp.unavailable.length > 0) return false;
  const owned = Object.entries(cpo.own);
  return owned.every(([module, { stored }]) => stored === sum(emsp, (entry) => entry.stored ?? 0, module)) && sum(cpo, ({ push }) => push?.waiting ?? 1) === 0;
}

function fullCrawls(statuses: ReadonlyMap<string, PlatformStatus>): number {
  return sum(statuses.get('emsp'), ({ pull }) => pull?.full_crawls ?? 0);
}

type ModuleFigures = PlatformStatus['peers'][number]['modules'][string];

/** Adds a figure over all registered partners, of one module or of all. */
function sum(status: PlatformStatus | undefined, figure: (module: ModuleFigures) => number, module?: string): number {
  return (status?.peers ?? [])
    .filter(({ state }) => state === 'registered')
    .flatMap(({ modules }) => Object.entries(modules))
    .filter(([id]) => module === undefined || id === module)
    .reduce((total, [, figures]) => total + figure(figures), 0);
}

async function statusesOf({ cpo, emsp }: Demo): Promise<Map<string, PlatformStatus>> {
  const [first, second] = await Promise.all([cpo.status(), emsp?.status()]);
  return new Map([['cpo', first], ...(second ? [['emsp', second] as const] : [])]);
}

/** The last line: JSON that a script can read. */
function summarise(result: Settled, { unreadable }: Survey, rejected: readonly Rejected[], began: number): number {
  if (!result.equal) process.stdout.write(`different: ${result.differences.slice(0, 20).join(', ')}\n`);
  const { objects, equal, pushed, pulled } = result;
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ objects, equal, pushed, pulled, seconds, rejected: rejected.length + unreadable.length })}\n`);
  return equal ? 0 : 1;
}
