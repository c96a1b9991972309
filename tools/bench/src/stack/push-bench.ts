import { setTimeout as pause } from 'node:timers/promises';
import { type Platform, RoamingApiClient, startPlatform, waitUntil } from '@roamgrid/testkit';
import { Pool } from 'undici';
import type { BenchContext } from '../harness/benchmark';
import { type ReceivingPeer, startReceivingPeer } from './receiving-peer';

const OWNER = { country_code: 'NL', party_id: 'BNC' } as const;
const START = Date.UTC(2030, 0, 1);
const NEVER = 24 * 3_600_000;
const CONNECTIONS = 32;
const TICK = 5;

/** What became of one event: when it was acknowledged, and when each peer had it; milliseconds of `performance.now()`. */
interface Event {
  acknowledged: number;
  readonly arrived: (number | undefined)[];
}

export interface PushBenchSize {
  readonly peers: number;
  readonly locations: number;
  /** Push-dispatchers. */
  readonly replicas?: number;
}

/** A CPO with so many eMSPs that take its Locations, each in this process, each told of every change. */
export class PushBench {
  readonly platform: Platform;
  readonly peers: readonly ReceivingPeer[];
  readonly #api: RoamingApiClient;
  readonly #pool: Pool;
  readonly #events: Map<string, Event>;
  readonly #locations: number;
  #written = 0;

  private constructor(platform: Platform, peers: readonly ReceivingPeer[], events: Map<string, Event>, locations: number) {
    this.platform = platform;
    this.peers = peers;
    this.#events = events;
    this.#locations = locations;
    this.#api = new RoamingApiClient(platform);
    this.#pool = new Pool(platform.roamingApiUrl, { connections: CONNECTIONS, pipelining: 1 });
  }

  /** Starts platform and peers, with so many Locations that events go to in turn; one push-dispatcher unless there are to be more. */
  static async start({ parts, dataDir, group }: BenchContext, name: string, { replicas = 1, ...size }: PushBenchSize): Promise<PushBench> {
    const platform = await startPlatform({
      spec: { name, parties: [{ ...OWNER, roles: ['CPO'], name }], pull: { delta: NEVER, full: NEVER }, logLevel: 'warn', replicas: { 'push-dispatcher': replicas }, ...SMALL },
      site: { mongodbUri: parts.mongodbUri, kafkaBrokers: parts.kafkaBrokers },
      dataDir,
      group,
    });
    const events = new Map<string, Event>();
    const peers: ReceivingPeer[] = [];
    for (let i = 0; i < size.peers; i += 1) {
      const party = { country_code: 'DE', party_id: `B${String(i).padStart(2, '0')}` };
      const onTaken = (key: string, body: Buffer): void => arrive(events, i, key, body);
      peers.push(await startReceivingPeer(platform, { party, module: 'locations', onTaken }));
    }
    return new PushBench(platform, peers, events, size.locations);
  }

  /** Writes so many events a second for so long; gives their keys, once the last is acknowledged. */
  async write(perSecond: number, seconds: number): Promise<string[]> {
    const total = perSecond * seconds;
    const began = performance.now();
    const keys: string[] = [];
    let next = 0;
    const due = (): number => Math.min(total, Math.floor(((performance.now() - began) / 1_000) * perSecond));
    const connection = async (): Promise<void> => {
      while (next < total) {
        if (next >= due()) await pause(TICK);
        else {
          next += 1;
          keys.push(await this.#put());
        }
      }
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    return keys;
  }

  /** Resolves when these peers have all of these events, or a newer one of the same Location. */
  async untilArrived(keys: readonly string[], peers: readonly number[]): Promise<void> {
    const missing = (): boolean => keys.some((key) => peers.some((peer) => this.#events.get(key)?.arrived[peer] === undefined));
    await waitUntil(() => Promise.resolve(!missing()), { what: 'all events arrived', timeoutMs: 120_000, intervalMs: 20 });
  }

  /** Milliseconds from acknowledgement to arrival of these events at these peers; of what came earlier 0. */
  delays(keys: readonly string[], peers: readonly number[]): number[] {
    return keys.flatMap((key) => {
      const { acknowledged = 0, arrived = [] } = this.#events.get(key) ?? {};
      return peers.map((peer) => Math.max(0, (arrived[peer] ?? Number.POSITIVE_INFINITY) - acknowledged));
    });
  }

  /** Nothing is sent to any peer until {@link letGo}. */
  async holdBack(): Promise<void> {
    await this.#eachPeer('pause', { reason: 'benchmark' });
  }

  async letGo(): Promise<void> {
    await this.#eachPeer('resume');
  }

  /** Resolves when so many objects are owed, to all peers together. */
  async untilOwed(objects: number): Promise<void> {
    const owed = async (): Promise<boolean> => {
      const { peers } = await this.#api.status();
      return peers.reduce((sum, { modules }) => sum + (modules['locations']?.push?.waiting ?? 0), 0) === objects;
    };
    await waitUntil(owed, { what: `${objects} objects are owed`, timeoutMs: 120_000, intervalMs: 500 });
  }

  async #eachPeer(path: string, body?: unknown): Promise<void> {
    const { items } = await this.#api.call<{ items: { id: string }[] }>('GET', '/v1/peers');
    await Promise.all(items.map(({ id }) => this.#api.call('POST', `/v1/peers/${id}/${path}`, body)));
  }

  async stop(): Promise<void> {
    await this.#pool.close();
    await Promise.all(this.peers.map((peer) => peer.stop()));
    await this.platform.stop();
  }

  /** No Location is written again before all others were, so that no event overtakes another unless a peer is far behind. */
  async #put(): Promise<string> {
    const number = this.#written;
    this.#written += 1;
    const id = `L${number % this.#locations}`;
    const last_updated = new Date(START + number * 1_000).toISOString();
    const event: Event = { acknowledged: Number.POSITIVE_INFINITY, arrived: [] };
    const key = `${id}@${last_updated}`;
    this.#events.set(key, event);
    const response = await this.#pool.request({
      method: 'PUT',
      path: `/v1/locations/${OWNER.country_code}/${OWNER.party_id}/${id}`,
      headers: { 'x-api-key': this.platform.apiKey, 'content-type': 'application/json' },
      body: JSON.stringify(location(id, last_updated)),
    });
    const text = await response.body.text();
    if (response.statusCode >= 300) throw new Error(`PUT ${id}: ${response.statusCode} ${text}`);
    event.acknowledged = performance.now();
    return key;
  }
}

/** Nothing but what a push needs runs beside it. */
const SMALL = { without: ['commands', 'charging-profiles', 'hub-client-info', 'tariffs', 'tokens', 'sessions', 'cdrs'] };

const LAST_UPDATED = /"last_updated":"([^"]+)"[^"]*$/;

/** A newer state of a Location tells a peer of all before it. */
function arrive(events: ReadonlyMap<string, Event>, peer: number, key: string, body: Buffer): void {
  const id = key.split('*')[2] ?? '';
  const at = LAST_UPDATED.exec(body.toString('latin1'))?.[1] ?? '';
  const event = events.get(`${id}@${at}`);
  if (event) event.arrived[peer] ??= performance.now();
}

function location(id: string, last_updated: string): Record<string, unknown> {
  const connectors = [{ id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 16, last_updated }];
  return {
    ...{ ...OWNER, id, publish: true, name: `Location ${id}`, address: 'Dam 1', city: 'Amsterdam', country: 'NLD' },
    ...{ coordinates: { latitude: '52.372700', longitude: '4.893600' }, time_zone: 'Europe/Amsterdam' },
    evses: [{ uid: 'E1', status: 'AVAILABLE', connectors, last_updated }],
    last_updated,
  };
}
