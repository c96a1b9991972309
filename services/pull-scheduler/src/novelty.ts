import { keyHash } from './key-hash';

/**
 * Whether the pages of a crawl still bring objects that it has not listed before. A list that repeats itself without end is
 * told from a long one by that alone, whatever the peer counts. Lives in memory; after a kill it takes a little longer.
 */
export class Novelty {
  readonly #keys = new Set<bigint>();
  #crawl = '';
  #fruitless = 0;

  /** Notes the keys of a page; answers how many pages in a row, this one included, brought nothing new. */
  note(crawl: string, keys: readonly string[]): number {
    if (crawl !== this.#crawl) {
      this.#keys.clear();
      this.#crawl = crawl;
      this.#fruitless = 0;
    }
    const before = this.#keys.size;
    for (const key of keys) this.#keys.add(keyHash(key));
    this.#fruitless = this.#keys.size > before ? 0 : this.#fruitless + 1;
    return this.#fruitless;
  }
}
