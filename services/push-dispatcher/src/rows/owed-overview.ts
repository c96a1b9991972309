import type { mongo } from 'mongoose';
import type { Clock } from '@roamgrid/runtime';
import { withStoreErrors } from '../with-store-errors';
import type { DeliveryRow } from './delivery-row';

/** What a peer is owed of one module. Times are epoch milliseconds, 0: none. */
export interface OwedCount {
  readonly peer: string;
  readonly module: string;
  readonly owed: number;
  readonly dead: number;
  /** Since when the longest owed object is owed without a break. */
  readonly oldest: number;
  /** When the next attempt of that one is due. */
  readonly next: number;
}

/** An overview may be this old, milliseconds; */
const KEPT = 1_000;
/** and so many times as old as it took to make, up to a bound: however much is owed, looking at it takes a small share of the time. */
const SHARE = 20;
const LONGEST = 10_000;
/** Questions to the store at once. */
const AT_ONCE = 8;

/**
 * What every peer is owed and since when. It is read from indexes that hold only what is owed or dead, one look at the beginning of
 * each peer and module and a count of its entries; nothing that was sent is looked at, and no row is fetched but the oldest.
 */
export class OwedOverview {
  readonly #rows: mongo.Collection<DeliveryRow>;
  readonly #clock: Clock;
  #last: { readonly counts: Promise<readonly OwedCount[]>; until: number } | undefined;

  constructor(rows: mongo.Collection<DeliveryRow>, clock: Clock) {
    this.#rows = rows;
    this.#clock = clock;
  }

  /** Of all peers and modules that have rows that are owed or dead. */
  read(): Promise<readonly OwedCount[]> {
    const begun = this.#clock.now();
    if (this.#last && begun < this.#last.until) return this.#last.counts;
    const counts = withStoreErrors(() => this.#count());
    const reading = { counts, until: Infinity };
    this.#last = reading;
    counts.then(
      () => {
        const now = this.#clock.now();
        reading.until = now + Math.min(LONGEST, Math.max(KEPT, SHARE * (now - begun)));
      },
      () => (this.#last = undefined),
    );
    return counts;
  }

  async #count(): Promise<OwedCount[]> {
    const places = await Promise.all([this.#places('owed'), this.#places('dead')]);
    const [owed, dead] = places.map((each) => new Map(each.map((place) => [idOf(place), place])));
    return atOnce([...new Map([...(owed ?? []), ...(dead ?? [])]).values()], async (place) => {
      const none = { owed: 0, oldest: 0, next: 0 };
      const waiting = owed?.has(idOf(place)) ? await this.#owed(place) : none;
      const count = dead?.has(idOf(place)) ? await this.#rows.count({ state: 'dead', ...place }, { hint: 'dead' }) : 0;
      return { ...place, ...waiting, dead: count };
    });
  }

  /** The peers and modules that have rows in a state; skips from one to the next in the index. */
  async #places(state: 'owed' | 'dead'): Promise<Place[]> {
    const peers = await this.#rows.distinct('peer', { state });
    const places = await atOnce(peers, async (peer) => {
      const modules = await this.#rows.distinct('module', { state, peer });
      return modules.map((module) => ({ peer, module }));
    });
    return places.flat();
  }

  async #owed(place: Place): Promise<Pick<OwedCount, 'owed' | 'oldest' | 'next'>> {
    const filter = { state: 'owed' as const, ...place };
    const [owed, row] = await Promise.all([
      this.#rows.count(filter, { hint: 'owed' }),
      this.#rows.findOne(filter, { sort: { since: 1 }, projection: { _id: 0, since: 1, due: 1 }, hint: 'owed' }),
    ]);
    return { owed, oldest: row?.since.getTime() ?? 0, next: row?.due.getTime() ?? 0 };
  }
}

type Place = Pick<OwedCount, 'peer' | 'module'>;

function idOf({ peer, module }: Place): string {
  return `${peer}|${module}`;
}

/** Works through all, a few at a time; the results in order. */
async function atOnce<In, Out>(all: readonly In[], work: (each: In) => Promise<Out>): Promise<Out[]> {
  const results: Out[] = [];
  const entries = all.entries();
  const worker = async (): Promise<void> => {
    for (const [i, each] of entries) results[i] = await work(each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
