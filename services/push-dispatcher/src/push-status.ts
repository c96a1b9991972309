import type { Clock, Delivery, Handlers, PeerHealth, PushCalls, PushLane } from '@roamgrid/runtime';
import type { LaneHost } from './lane/lane-host';
import type { DeliveryRow } from './rows/delivery-row';
import type { DeliveryRows } from './rows/delivery-rows';
import type { OwedCount, OwedOverview } from './rows/owed-overview';

export interface PushStatusOptions {
  readonly hosts: () => readonly LaneHost[];
  readonly rows: DeliveryRows;
  readonly owed: OwedOverview;
  readonly clock: Clock;
}

/** How the pushing goes: what is owed from the store, what was delivered from the lanes of this process. */
export class PushStatus implements Handlers<PushCalls> {
  readonly #options: PushStatusOptions;

  constructor(options: PushStatusOptions) {
    this.#options = options;
  }

  readonly Status = async (): Promise<{ lanes: PushLane[] }> => {
    const { clock, owed } = this.#options;
    const now = clock.now();
    const hosts = this.#options.hosts();
    const counts = new Map((await owed.read()).map((count) => [`${count.peer}|${count.module}`, count]));
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
}

function laneOf(host: LaneHost, module: string, count: OwedCount | undefined, now: number): PushLane {
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
