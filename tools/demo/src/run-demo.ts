import { join } from 'node:path';
import { MemoryWatch, type PartySpec } from '@roamgrid/testkit';
import { KillSchedule } from './kill-schedule';
import { chargeTable } from './charging/charge-table';
import { ChargingDemo } from './charging/charging-demo';
import { liveTable, statusLine } from './live-table';
import { loadData, type Rejected } from './load-data';
import { Screen } from './screen';
import { settle, type Settled } from './settle';
import { statusesOf } from './statuses';
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
const CHARGE_EVERY = 3_000;
/** A charge of ten seconds that is told of each second. */
const CHARGE = { updates: 10, every: 1_000, kwh: 0.8 };
/** A driver with an app stops after so much; a charge that nobody stops ends after so many updates. */
const REMOTE_KWH = 4;
const REMOTE_LIMIT = 60;

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
  const charging = new ChargingDemo(demo.cpo, demo.tokens);
  if (demo.emsp) await charging.prepare();
  const working = [
    changeStatuses(demo.cpo, STATUS_CHANGE_EVERY, stop.signal),
    charging.runOn(CHARGE_EVERY, CHARGE, stop.signal),
    charging.takeCommands({ ...CHARGE, updates: REMOTE_LIMIT }, stop.signal),
    ...(demo.emsp ? [charging.byAppOn(demo.emsp, CHARGE_EVERY, REMOTE_KWH, stop.signal)] : []),
  ];
  screen.say('EVSE statuses are changing now, and drivers charge, by card and by app. Ctrl-C stops all.');
  while (!stop.signal.aborted) {
    const statuses = await statusesOf(demo);
    const [charge] = charging.shown();
    const short = charge ? ` | charge ${charge.id}: ${charge.state}, ${charge.cost.excl_vat.toFixed(2)} ${charge.currency}` : '';
    screen.show(`${liveTable(statuses)}\n${chargeTable(charging.shown())}`, statusLine(statuses) + short);
    await new Promise((resolve) => setTimeout(resolve, screen.interval));
  }
  screen.end();
  await Promise.all(working);
  for (const failure of charging.failures.slice(0, 5)) screen.say(`a charge failed: ${failure}`);
  return 0;
}

/** The last line: JSON that a script can read. */
function summarise(result: Settled, { unreadable }: Survey, rejected: readonly Rejected[], began: number): number {
  if (!result.equal) process.stdout.write(`different: ${result.differences.slice(0, 20).join(', ')}\n`);
  const { objects, equal, pushed, pulled, strangers, commands } = result;
  const seconds = Math.round((Date.now() - began) / 100) / 10;
  process.stdout.write(`${JSON.stringify({ objects, equal, pushed, pulled, strangers, commands, seconds, rejected: rejected.length + unreadable.length })}\n`);
  return equal ? 0 : 1;
}
