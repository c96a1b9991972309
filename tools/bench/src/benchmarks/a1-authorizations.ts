import { Pool } from 'undici';
import type { Benchmark } from '../harness/benchmark';
import { compare } from '../harness/comparison';
import { inFlight } from '../harness/in-flight';
import { interleave, type Side } from '../harness/interleave';
import { tellPair } from '../harness/tell-pair';
import { type BenchPlatform, EMSP, startBenchPlatform } from '../stack/bench-platform';

const IN_FLIGHT = 16;
const OPERATIONS = 2_000;
const TOKENS = 500;
const SENDER = '/ocpi/2.2.1/sender';

/** A peer's authorizations, answered from the store, against its GETs of one Location; both through the same gateway. */
export const authorizations: Benchmark = {
  id: 'A1',
  what: 'POST authorize answered from the store, against GET of one Location',
  async run(context) {
    const bench = await startBenchPlatform(context, 'bench-a1');
    await bench.api.import('tokens', ReadableStream.from(tokens()), { results: 'refused' });
    await bench.idle();
    const pool = new Pool(bench.platform.gatewayUrl, { connections: IN_FLIGHT, pipelining: 1 });
    const pairs = await interleave(context.options.rounds, authorizing(bench, pool), reading(bench, pool), tellPair(context, 'A1', 'ms'));
    const what = `POST authorize answered from the store, against GET of one Location, ${IN_FLIGHT} in flight`;
    context.report(compare(pairs, { id: 'A1', what, measure: 'ms', unit: 'CPU ms/request', goal: { at: 'most', value: 1.5 } }));
    await pool.close();
    await bench.stop();
  },
};

const uid = (i: number): string => `BENCH${i % TOKENS}`;

function tokens(): string[] {
  const { country_code, party_id } = EMSP;
  return Array.from({ length: TOKENS }, (_, i) =>
    JSON.stringify({
      ...{ country_code, party_id, uid: uid(i), type: 'RFID', contract_id: `NL-BNE-C${i}-X`, visual_number: `BNE ${i}`, issuer: EMSP.name },
      ...{ group_id: 'BNE-GROUP', valid: true, whitelist: 'NEVER', language: 'nl', last_updated: '2026-01-01T00:00:00Z' },
    }),
  );
}

function authorizing(bench: BenchPlatform, pool: Pool): Side {
  const body = JSON.stringify({ location_id: 'L1', evse_uids: ['E1'] });
  return {
    processes: bench.servingOf('tokens'),
    run: () => many((i) => ask(pool, bench, { method: 'POST', path: `${SENDER}/tokens/${uid(i)}/authorize`, body })),
    settle: () => bench.idle(),
  };
}

/** By id alone a Location may be several parties': the OCPI-to headers say whose. */
function reading(bench: BenchPlatform, pool: Pool): Side {
  return {
    processes: bench.serving,
    run: () =>
      many((i) => {
        const { id, country_code, party_id } = bench.locations[i % bench.locations.length] ?? { id: '', country_code: '', party_id: '' };
        const to = { 'ocpi-to-country-code': country_code, 'ocpi-to-party-id': party_id };
        return ask(pool, bench, { method: 'GET', path: `${SENDER}/locations/${encodeURIComponent(id)}`, headers: to });
      }),
    settle: () => bench.idle(),
  };
}

async function many(request: (i: number) => Promise<void>): Promise<number> {
  await inFlight(IN_FLIGHT, Array.from({ length: OPERATIONS }, (_, i) => i), request);
  return OPERATIONS;
}

interface Asked {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function ask(pool: Pool, { peer }: BenchPlatform, { method, path, body, headers }: Asked): Promise<void> {
  const response = await pool.request({ method, path, body: body ?? null, headers: { authorization: peer.authorization, 'content-type': 'application/json', ...headers } });
  const text = await response.body.text();
  if (response.statusCode !== 200 || !text.includes('"status_code":1000')) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
}
