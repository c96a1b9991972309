import { Pool } from 'undici';
import type { LookupFunction } from 'node:net';

/** Limits of the connections to one peer. */
export interface PoolOptions {
  /** Most connections to one origin of one peer. */
  readonly connections: number;
  /** Milliseconds to connect, TLS included. */
  readonly connectTimeout: number;
  readonly lookup: LookupFunction;
}

const MOST_POOLS = 2_048;

/** Connection pools by peer and origin, so that no peer can take another's connections. */
export class PeerPools {
  readonly #options: PoolOptions;
  readonly #pools = new Map<string, Pool>();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** The peer's pool for this origin, made when first needed. */
  pool(peerKey: string, origin: string): Pool {
    const key = `${peerKey}\n${origin}`;
    const known = this.#pools.get(key);
    this.#pools.delete(key);
    const pool = known ?? this.#create(origin);
    this.#pools.set(key, pool); // last in the map: most recently used
    if (known === undefined) this.#dropOldest();
    return pool;
  }

  /** Closes the connections to a peer, once what runs on them has ended. */
  async forget(peerKey: string): Promise<void> {
    const mine = [...this.#pools].filter(([key]) => key.startsWith(`${peerKey}\n`));
    for (const [key] of mine) this.#pools.delete(key);
    await Promise.all(mine.map(([, pool]) => pool.close()));
  }

  /** Cuts everything. */
  async destroy(): Promise<void> {
    const pools = [...this.#pools.values()];
    this.#pools.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #create(origin: string): Pool {
    return new Pool(origin, {
      connections: this.#options.connections,
      pipelining: 1,
      connect: { timeout: this.#options.connectTimeout, lookup: this.#options.lookup },
      // One deadline over the whole answer is set for each call: these two would let a drip go on for ever.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  #dropOldest(): void {
    if (this.#pools.size <= MOST_POOLS) return;
    const oldest = this.#pools.entries().next().value;
    if (oldest === undefined) return;
    this.#pools.delete(oldest[0]);
    void oldest[1].close();
  }
}
