import { Lease, type LeaseOptions } from '@roamgrid/store';
import { Gate } from './gate';

/** What the leases of places are made with. */
export type PlaceOptions = Omit<LeaseOptions, 'holder' | 'name'> & {
  /** Name of this process among the replicas. */
  readonly holder: string;
};

/**
 * How many crawls of one peer may be under way at once, over all replicas: a peer with six modules is not to be met by six
 * crawls. Within a process those who wait come in their turn; each place is a lease besides, which replicas share.
 */
export class PeerWindows {
  readonly #places: number;
  readonly #options: PlaceOptions;
  readonly #gates = new Map<string, Gate>();

  constructor(places: number, options: PlaceOptions) {
    this.#places = places;
    this.#options = options;
  }

  /** Waits for its turn among the jobs of the peer in this process, and does the work then. */
  async pass<Result>(peer: string, work: () => Promise<Result>): Promise<Result> {
    const gate = this.#gates.get(peer) ?? new Gate(this.#places);
    this.#gates.set(peer, gate);
    try {
      return await gate.pass(work);
    } finally {
      if (gate.isIdle) this.#gates.delete(peer);
    }
  }

  /** Whether another job of the peer waits for its turn. */
  isAwaited(peer: string): boolean {
    return (this.#gates.get(peer)?.waiting ?? 0) > 0;
  }

  /**
   * Does the work in a free place of the peer; its signal ends when the place is lost, or `stop` does. Answers false, and
   * does nothing, where crawls of other replicas hold all places.
   */
  async inPlace(peer: string, job: string, work: (signal: AbortSignal) => Promise<void>, stop: AbortSignal): Promise<boolean> {
    for (let place = 1; place <= this.#places; place += 1) {
      const lease = new Lease({ ...this.#options, name: `pull/${peer}/place ${place}`, holder: `${this.#options.holder}|${job}` });
      if ((await lease.tryAcquire()) === undefined) continue;
      const done = new AbortController();
      await lease.hold(async (signal) => {
        await work(signal).finally(() => done.abort());
      }, AbortSignal.any([stop, done.signal]));
      return true;
    }
    return false;
  }
}
