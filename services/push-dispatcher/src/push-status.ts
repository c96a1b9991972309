import type { Clock, Delivery, Handlers, PeerHealth, PushCalls, PushLane } from '@roamgrid/runtime';
import type { LaneHost } from './lane/lane-host';
import type { DeliveryRow } from './rows/delivery-row';
import type { DeliveryRows, RowCount } from './rows/delivery-rows';

/** Counts may be this old, milliseconds. */
const COUNTS_KEPT = 1_000;

export interface PushStatusOptions {
  readonly hosts: () => readonly LaneHost[];
  readonly modules: readonly string[];
  readonly rows: DeliveryRows;
  readonly clock: Clock;
}

/** How the pushing goes: what is owed from the store, what was delivered from the lanes of this process. */
export class PushStatus implements Handlers<PushCalls> {
  readonly #options: PushStatusOptions;
  #counts: { readonly at: number; readonly counts: Promise<RowCount[]> } | undefined;

  constructor(options: PushStatusOptions) {
    this.#options = options;
  }

  readonly Status = async (): Promise<{ lanes: PushLane[] }> => {
    const now = this.#options.clock.now();
    const hosts = this.#options.hosts();
    const counts = new Map((await this.#count(hosts, now)).map((count) => [`${count.peer}|${count.module}`, count]));
    const lanes = hosts.flatMap((host) =>
      host.modules.map((module) => laneOf(host, module, counts.get(`${host.id}|${module}`), now)),
    );
    return { lanes };
  };

  readonly Deliveries = async ({ module, key }: { readonly module: string; readonly key: string }): Promise<{ deliveries: Delivery[] }> => {
    const rows = await this.#options.rows.ofObject(module, key);
    return { deliveries: rows.map(deliveryOf) };
  };

  readonly Health = (): Promise<{ peers: PeerHealth[] }> => {
    const peers = this.#options.hosts().map(({ id, health, delivered, held }) => ({ peer_id: id, health, delivered, held }));
    return Promise.resolve({ peers });
  };

  #count(hosts: readonly LaneHost[], now: number): Promise<RowCount[]> {
    if (this.#counts && now - this.#counts.at < COUNTS_KEPT) return this.#counts.counts;
    const counts = this.#options.rows.counts(
      hosts.map(({ id }) => id),
      this.#options.modules,
    );
    counts.catch(() => (this.#counts = undefined));
    this.#counts = { at: now, counts };
    return counts;
  }
}

function laneOf(host: LaneHost, module: string, count: RowCount | undefined, now: number): PushLane {
  const { delivered, arrival, lastError } = host.figures(module);
  return {
    peer_id: host.id,
    module,
    delivered,
    waiting: count?.owed ?? 0,
    failed: count?.dead ?? 0,
    arrival_p50: arrival.percentile(0.5, now),
    arrival_p99: arrival.percentile(0.99, now),
    state: host.state(module),
    last_error: lastError,
  };
}

function deliveryOf({ peer, state, rev, sent, attempts, failure, location }: DeliveryRow): Delivery {
  return { peer_id: peer, state, rev, sent_rev: sent, attempts, last_error: failure?.reason ?? '', location: location ?? '' };
}
