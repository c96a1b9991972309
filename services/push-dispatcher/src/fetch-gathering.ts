import type { Fetched } from '@roamgrid/runtime';

/** Fetches the present state of objects, by key; keys never heard of are left out. */
export type Fetch = (keys: readonly string[]) => Promise<ReadonlyMap<string, Fetched>>;

/** A request that has not left yet. */
interface Gathering {
  readonly keys: Set<string>;
  readonly reply: Promise<ReadonlyMap<string, Fetched>>;
}

/** Most objects of a request: the bound on what is held at once. */
const MOST_KEYS = 64;

/**
 * Fetches that are begun in one turn of the event loop leave as one request: what one change is to bring to many lanes is asked for
 * once. An answer may hold more than a lane has asked for.
 */
export class FetchGathering {
  readonly #fetch: Fetch;
  #open: Gathering | undefined;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  fetch(keys: readonly string[]): Promise<ReadonlyMap<string, Fetched>> {
    if (!this.#open || this.#open.keys.size + keys.length > MOST_KEYS) this.#open = this.#gather();
    for (const key of keys) this.#open.keys.add(key);
    return this.#open.reply;
  }

  #gather(): Gathering {
    const keys = new Set<string>();
    const leaving = new Promise<void>((resolve) => setImmediate(resolve));
    const reply = leaving.then(() => {
      if (this.#open?.keys === keys) this.#open = undefined;
      return this.#fetch([...keys]);
    });
    return { keys, reply };
  }
}
