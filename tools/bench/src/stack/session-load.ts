import { setTimeout as pause } from 'node:timers/promises';
import type { Platform } from '@roamgrid/testkit';
import { Pool } from 'undici';

/** Sessions of one party that all run. */
export interface RunningSessions {
  readonly count: number;
  readonly owner: { readonly country_code: string; readonly party_id: string };
  /** The party whose Tokens are used. */
  readonly emsp: { readonly country_code: string; readonly party_id: string };
}

/** How the updates went. */
export interface Updated {
  readonly updates: number;
  readonly seconds: number;
  /** Updates that were not taken at first and were sent again. */
  readonly repeated: number;
}

const START = Date.UTC(2026, 0, 10, 8);
const CONNECTIONS = 64;
const TICK = 20;
const TRIES = 10;
const AGAIN = 200;
const NOT_NOW = new Set([429, 503]);

const idOf = (i: number): string => `S${String(i).padStart(5, '0')}`;
const moment = (millis: number): string => new Date(START + millis).toISOString();

/** The sessions as they begin, one a line. */
export function* sessionLines({ count, owner, emsp }: RunningSessions): Generator<string> {
  for (let i = 0; i < count; i += 1) {
    yield JSON.stringify({
      ...owner,
      ...{ id: idOf(i), start_date_time: moment(0), kwh: 0, auth_method: 'WHITELIST', location_id: 'L1', evse_uid: `E${i}`, connector_id: '1' },
      cdr_token: { ...emsp, uid: `CARD${i}`, type: 'RFID', contract_id: `NL-BNE-C${i}` },
      ...{ currency: 'EUR', status: 'ACTIVE', last_updated: moment(0) },
    });
  }
}

/**
 * Tells of all sessions in turn, so often a second, as a backend does: over connections that stay open, each update with more
 * kWh and a period more than the one before. What cannot be sent when it is due is sent as soon as a connection is free.
 */
export async function updateSessions(platform: Platform, sessions: RunningSessions, perSecond: number, seconds: number): Promise<Updated> {
  const pool = new Pool(platform.roamingApiUrl, { connections: CONNECTIONS, pipelining: 1 });
  const total = perSecond * seconds;
  const began = Date.now();
  let [sent, repeated] = [0, 0];
  const due = (): number => Math.min(total, Math.floor(((Date.now() - began) / 1000) * perSecond));
  const connection = async (): Promise<void> => {
    while (sent < total) {
      if (sent >= due()) await pause(TICK);
      else repeated += await updateOne(pool, platform, sessions, sent++);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const took = (Date.now() - began) / 1000;
  await pool.close();
  return { updates: total, seconds: took, repeated };
}

/** What is not taken at the moment is sent again; gives how often. */
async function updateOne(pool: Pool, { apiKey }: Platform, { count, owner }: RunningSessions, update: number): Promise<number> {
  const round = Math.floor(update / count) + 1;
  const at = moment(round * 1000);
  const body = `{"kwh":${round / 10},"charging_periods":[{"start_date_time":"${at}","dimensions":[{"type":"ENERGY","volume":0.1}]}],"last_updated":"${at}"}`;
  const path = `/v1/sessions/${owner.country_code}/${owner.party_id}/${idOf(update % count)}`;
  const headers = { 'x-api-key': apiKey, 'content-type': 'application/json' };
  for (let tries = 1; ; tries += 1) {
    const response = await pool.request({ method: 'PATCH', path, headers, body });
    if (response.statusCode === 200) {
      await response.body.dump();
      return tries - 1;
    }
    const text = await response.body.text();
    if (tries >= TRIES || !NOT_NOW.has(response.statusCode)) throw new Error(`PATCH ${path}: ${response.statusCode} ${text}`);
    await pause(AGAIN * tries);
  }
}
