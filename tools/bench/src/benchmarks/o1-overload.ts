import { setTimeout as pause } from 'node:timers/promises';
import { MemoryWatch } from '@roamgrid/testkit';
import { Pool } from 'undici';
import type { Benchmark } from '../harness/benchmark';
import { median } from '../harness/comparison';
import { inFlight } from '../harness/in-flight';
import { PEER_PARTY } from '../stack/bench-peer';
import { type BenchPlatform, startBenchPlatform } from '../stack/bench-platform';
import { type FreshVersion, FreshVersions } from '../stack/fresh-versions';

const IN_FLIGHT = 64;
const CONNECTIONS = 1_024;
const SECONDS = 10;
const TICK = 5;
const GOAL = 0.8;
const NOT_NOW = new Set([429, 503]);

/** How requests were answered. */
interface Answered {
  readonly taken: FreshVersion[];
  refused: number;
  /** Refused without saying when to come back, or not answered at all. */
  wrong: number;
}

/** Twice what the platform can take: what it takes stays as much as before, what it does not is told so at once. */
export const overload: Benchmark = {
  id: 'O1',
  what: `PUTs of a Location that come twice as fast as they can be taken, ${SECONDS} s, against as fast as they are taken, ${IN_FLIGHT} in flight`,
  async run(context) {
    const bench = await startBenchPlatform(context, 'bench-o1');
    const pool = new Pool(bench.platform.gatewayUrl, { connections: CONNECTIONS, pipelining: 1 });
    const versions = new FreshVersions(bench.locations);
    const memory = new MemoryWatch([bench.platform]);
    const watching = setInterval(() => memory.look(), 250);
    const ratios: number[] = [];
    const sums = { refused: 0, wrong: 0, lost: 0 };
    await peak(bench, pool, versions, 2_000);
    for (let round = 1; round <= Math.min(5, context.options.rounds); round += 1) {
      const most = await peak(bench, pool, versions, 4_000);
      const answered = await flood(bench, pool, versions, most * 2);
      await bench.idle();
      const goodput = answered.taken.length / SECONDS;
      ratios.push(goodput / most);
      sums.refused += answered.refused;
      sums.wrong += answered.wrong;
      sums.lost += await countLost(bench, answered.taken);
      context.say(`O1, round ${round}: peak ${most.toFixed(0)}/s; at twice that ${goodput.toFixed(0)}/s taken, ${answered.refused} refused, ${answered.wrong} wrong`);
    }
    clearInterval(watching);
    const ratio = Math.round(median(ratios) * 100) / 100;
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    context.report({ id: this.id, what: this.what, ratio, spread, ...sums, memory: memory.report(), goal: `>= ${GOAL}, 0 lost`, met: String(ratio >= GOAL && sums.lost === 0) });
    await pool.close();
    await bench.stop();
  },
};

/** Objects a second that are taken when a new one comes as soon as one is done. */
async function peak(bench: BenchPlatform, pool: Pool, versions: FreshVersions, count: number): Promise<number> {
  const began = performance.now();
  await inFlight(IN_FLIGHT, versions.take(count), async (version) => {
    const status = await put(bench, pool, version);
    if (status !== 200) throw new Error(`PUT ${version.id}: ${status}`);
  });
  return count / ((performance.now() - began) / 1_000);
}

/** Sends so many a second, whatever becomes of them; resolves when all are answered. */
async function flood(bench: BenchPlatform, pool: Pool, versions: FreshVersions, perSecond: number): Promise<Answered> {
  const answered: Answered = { taken: [], refused: 0, wrong: 0 };
  const total = Math.round(perSecond * SECONDS);
  const began = performance.now();
  const sent: Promise<void>[] = [];
  while (sent.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
    for (const version of versions.take(due - sent.length)) sent.push(send(bench, pool, version, answered));
    await pause(TICK);
  }
  await Promise.all(sent);
  return answered;
}

async function send(bench: BenchPlatform, pool: Pool, version: FreshVersion, answered: Answered): Promise<void> {
  const status = await put(bench, pool, version).catch(() => 0);
  if (status === 200) answered.taken.push(version);
  else if (NOT_NOW.has(status)) answered.refused += 1;
  else answered.wrong += 1;
}

/** The HTTP status; 0 for a refusal that does not say when to come back. */
async function put(bench: BenchPlatform, pool: Pool, { id, body }: FreshVersion): Promise<number> {
  const path = `/ocpi/2.2.1/receiver/locations/${PEER_PARTY.country_code}/${PEER_PARTY.party_id}/${id}`;
  const { authorization } = bench.peer;
  const response = await pool.request({ method: 'PUT', path, headers: { authorization, 'content-type': 'application/json' }, body });
  const text = await response.body.text();
  if (NOT_NOW.has(response.statusCode)) return response.headers['retry-after'] === undefined ? 0 : response.statusCode;
  return response.statusCode < 300 && text.includes('"status_code":1000') ? 200 : 0;
}

/** How many Locations stand in an older state than the newest that was acknowledged. */
async function countLost(bench: BenchPlatform, taken: readonly FreshVersion[]): Promise<number> {
  const newest = new Map<string, Date>();
  for (const { id, lastUpdated } of taken) if (lastUpdated > (newest.get(id) ?? 0)) newest.set(id, lastUpdated);
  const stored = new Map<string, Date>();
  for await (const { object } of bench.api.list('locations')) stored.set(String(object['id']), new Date(String(object['last_updated'])));
  return [...newest].filter(([id, at]) => at > (stored.get(id) ?? 0)).length;
}
