import { setTimeout as pause } from 'node:timers/promises';
import { comparePlatforms, type Platform, RoamingApiClient, startPlatform, waitUntil } from '@roamgrid/testkit';
import type { Benchmark, BenchContext } from '../harness/benchmark';

const SESSIONS = 5_000;
const UPDATES_PER_SECOND = 500;
const SECONDS = 60;
const TICK = 50;
const START = Date.UTC(2026, 0, 10, 8);
const OWNER = { country_code: 'NL', party_id: 'BNC' };
const EMSP = { country_code: 'NL', party_id: 'BNE' };
const NEVER = 24 * 3_600_000;
const SETTLE = 120_000;
const TRIES = 10;
const AGAIN = 200;

/** Many sessions that all run, told of again and again: what is sent on is the newest state, in bounded memory. */
export const runningSessions: Benchmark = {
  id: 'S1',
  what: `${SESSIONS} running sessions with ${UPDATES_PER_SECOND} updates a second for ${SECONDS} s, pushed to their eMSP`,
  async run(context) {
    const [cpo, emsp] = await Promise.all([start(context, 'bench-s1-cpo', 'CPO', OWNER), start(context, 'bench-s1-emsp', 'EMSP', EMSP)]);
    const [owner, receiver] = [new RoamingApiClient(cpo), new RoamingApiClient(emsp)];
    const { token, versions_url } = await owner.invite('Benchmark eMSP');
    await receiver.connect('Benchmark CPO', versions_url, token);
    await owner.import('sessions', lines(), { results: 'refused' });
    await untilEqual(owner, receiver);
    context.say(`${SESSIONS} sessions are at the eMSP; updating them`);
    const memory = new Map<string, number>();
    const watching = setInterval(() => [cpo, emsp].forEach((platform) => look(platform, memory)), 500);
    const { updates, seconds, repeated } = await updateAll(owner);
    const ended = Date.now();
    await untilEqual(owner, receiver);
    clearInterval(watching);
    const [process = '', bytes = 0] = [...memory].sort(([, a], [, b]) => b - a)[0] ?? [];
    context.report({
      ...{ id: 'S1', what: this.what, updates, updates_per_s: Math.round(updates / seconds), seconds: Math.round(seconds), repeated },
      ...{ equal_after_s: Math.round((Date.now() - ended) / 100) / 10, largest_mb: Math.round(bytes / 1e6), largest_process: process },
    });
    await Promise.all([cpo.stop(), emsp.stop()]);
  },
};

function start({ parts, dataDir, group }: BenchContext, name: string, role: string, party: typeof OWNER): Promise<Platform> {
  return startPlatform({
    spec: { name, parties: [{ ...party, roles: [role], name }], pull: { delta: NEVER, full: NEVER }, logLevel: 'warn' },
    site: { mongodbUri: parts.mongodbUri, kafkaBrokers: parts.kafkaBrokers },
    dataDir,
    group,
  });
}

const idOf = (i: number): string => `S${String(i).padStart(5, '0')}`;
const moment = (millis: number): string => new Date(START + millis).toISOString();

async function* lines(): AsyncGenerator<string> {
  for (let i = 0; i < SESSIONS; i += 1) {
    yield await Promise.resolve(
      JSON.stringify({
        ...OWNER,
        ...{ id: idOf(i), start_date_time: moment(0), kwh: 0, auth_method: 'WHITELIST', location_id: 'L1', evse_uid: `E${i}`, connector_id: '1' },
        cdr_token: { ...EMSP, uid: `CARD${i}`, type: 'RFID', contract_id: `NL-BNE-C${i}` },
        ...{ currency: 'EUR', status: 'ACTIVE', last_updated: moment(0) },
      }),
    );
  }
}

/** Each update says more kWh than the one before, with a period more; what a tick cannot send is sent with the next. */
async function updateAll(api: RoamingApiClient): Promise<{ updates: number; seconds: number; repeated: number }> {
  let repeated = 0;
  const total = UPDATES_PER_SECOND * SECONDS;
  const began = Date.now();
  const running = new Set<Promise<unknown>>();
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((Date.now() - began) / 1000) * UPDATES_PER_SECOND));
    for (; sent < due && running.size < UPDATES_PER_SECOND; sent += 1) {
      const update = updateOne(api, sent % SESSIONS, Math.floor(sent / SESSIONS) + 1, () => (repeated += 1));
      running.add(update);
      void update.finally(() => running.delete(update)).catch(() => undefined); // seen where all are waited for
    }
    await pause(TICK);
  }
  await Promise.all(running);
  return { updates: total, seconds: (Date.now() - began) / 1000, repeated };
}

/** As a backend does: what is not taken at the moment is sent again. */
async function updateOne(api: RoamingApiClient, session: number, round: number, onRepeat: () => void): Promise<void> {
  const at = moment(round * 1000);
  const period = { start_date_time: at, dimensions: [{ type: 'ENERGY', volume: 0.1 }] };
  const path = `/v1/sessions/${OWNER.country_code}/${OWNER.party_id}/${idOf(session)}`;
  for (let tries = 1; ; tries += 1) {
    try {
      await api.call('PATCH', path, { kwh: round / 10, charging_periods: [period], last_updated: at });
      return;
    } catch (error) {
      if (tries >= TRIES || !/ (429|503) /.test(String(error))) throw error;
      onRepeat();
      await pause(AGAIN * tries);
    }
  }
}

async function untilEqual(owner: RoamingApiClient, receiver: RoamingApiClient): Promise<void> {
  const equal = async (): Promise<boolean> => {
    const waiting = (await owner.status()).peers.reduce((sum, { modules }) => sum + (modules['sessions']?.push?.waiting ?? 1), 0);
    return waiting === 0 && (await comparePlatforms(owner, receiver, 'sessions')).differences.length === 0;
  };
  await waitUntil(equal, { what: 'the eMSP holds the newest state of all sessions', timeoutMs: SETTLE, intervalMs: 250 });
}

function look({ services }: Platform, largest: Map<string, number>): void {
  for (const service of services.values()) {
    const bytes = service.rss() ?? 0;
    if (bytes > (largest.get(service.name) ?? 0)) largest.set(service.name, bytes);
  }
}
