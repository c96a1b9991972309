import { Pool } from 'undici';
import type { Benchmark } from '../harness/benchmark';
import { compare } from '../harness/comparison';
import { inFlight } from '../harness/in-flight';
import { interleave, type Side } from '../harness/interleave';
import { tellPair } from '../harness/tell-pair';
import { PEER_PARTY } from '../stack/bench-peer';
import { type BenchPlatform, named, startBenchPlatform } from '../stack/bench-platform';
import { FreshVersions, type FreshVersion } from '../stack/fresh-versions';
import { type Baseline, startBaseline } from '../stack/start-baseline';

const IN_FLIGHT = 32;
const OPERATIONS = 2_000;

/** A peer's PUTs through the gateway, against raw `updateOne` with the same write concern. */
export const puts: Benchmark = {
  id: 'W1',
  what: 'PUT of a Location, 32 in flight, against raw updateOne with the same write concern',
  async run(context) {
    const bench = await startBenchPlatform(context, 'bench-w1');
    const baseline = await startBaseline(context, 'raw-writes', { mongodbUri: bench.mongodbUri, authorization: bench.peer.authorization });
    await post(baseline, '/locations', bench.locations);
    const pool = new Pool(bench.platform.gatewayUrl, { connections: IN_FLIGHT, pipelining: 1 });
    const pairs = await interleave(context.options.rounds, platformSide(bench, pool), rawSide(bench, baseline), tellPair(context, 'W1', 'rate'));
    const common = { id: 'W1', what: `PUT of a Location, ${IN_FLIGHT} in flight` };
    context.report(compare(pairs, { ...common, measure: 'rate', unit: 'objects/s', goal: { at: 'least', value: 0.5 } }));
    context.report(compare(pairs, { ...common, measure: 'ms', unit: 'CPU ms/object' }));
    await pool.close();
    await baseline.process.stop();
    await bench.stop();
  },
};

function platformSide(bench: BenchPlatform, pool: Pool): Side {
  const versions = new FreshVersions(bench.locations);
  return {
    processes: bench.serving,
    run: async () => {
      await inFlight(IN_FLIGHT, versions.take(OPERATIONS), (version) => put(pool, bench.peer.authorization, version));
      return OPERATIONS;
    },
    settle: () => bench.idle(),
  };
}

function rawSide(bench: BenchPlatform, baseline: Baseline): Side {
  return {
    processes: [named('baseline', baseline.process), bench.mongod],
    run: async () => {
      await post(baseline, '/run', { operations: OPERATIONS, width: IN_FLIGHT });
      return OPERATIONS;
    },
    settle: () => bench.idle(),
  };
}

async function put(pool: Pool, authorization: string, { id, body }: FreshVersion): Promise<void> {
  const path = `/ocpi/2.2.1/receiver/locations/${PEER_PARTY.country_code}/${PEER_PARTY.party_id}/${id}`;
  const response = await pool.request({ method: 'PUT', path, headers: { authorization, 'content-type': 'application/json' }, body });
  const text = await response.body.text();
  if (response.statusCode >= 300 || !text.includes('"status_code":1000')) throw new Error(`PUT ${path}: ${response.statusCode} ${text}`);
}

async function post(baseline: Baseline, path: string, body: unknown): Promise<void> {
  const response = await fetch(baseline.url + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  await response.arrayBuffer();
}
