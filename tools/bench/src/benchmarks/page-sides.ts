import { isDeepStrictEqual } from 'node:util';
import type { Side } from '../harness/interleave';
import { inFlight } from '../harness/in-flight';
import { digestOf, type KnownPage, PageClient } from '../harness/page-client';
import { named, type BenchPlatform } from '../stack/bench-platform';
import type { Baseline } from '../stack/start-baseline';

export type Mode = 'cold' | 'warm';
export type Encoding = 'identity' | 'gzip';

/** Objects a page. */
export const PAGE = 50;
const IN_FLIGHT = 4;
/** Requests of a pass that reads the same page again and again. */
const WARM_READS = 150;
const PASSES = 3;

/** Two servers of the same list, compared page by page before they are measured. */
export class PageSides {
  readonly #bench: BenchPlatform;
  readonly #baseline: Baseline;
  readonly #clients: Readonly<Record<keyof Pages, PageClient>>;
  readonly #pages: Pages;

  private constructor(bench: BenchPlatform, baseline: Baseline, clients: Readonly<Record<keyof Pages, PageClient>>, pages: Pages) {
    this.#bench = bench;
    this.#baseline = baseline;
    this.#clients = clients;
    this.#pages = pages;
  }

  /** Crawls both lists. Throws when they do not hold equal objects in equal pages. */
  static async open(bench: BenchPlatform, baseline: Baseline): Promise<PageSides> {
    const { platform, peer } = bench;
    const client = (origin: string): PageClient => new PageClient(origin, peer.authorization, IN_FLIGHT);
    const clients = { candidate: client(platform.gatewayUrl), baseline: client(baseline.url) };
    const pages = await crawlBoth(
      clients,
      `${platform.gatewayUrl}/ocpi/2.2.1/sender/locations?limit=${PAGE}`,
      `${baseline.url}/locations?limit=${PAGE}`,
      bench.locations.length,
    );
    return new PageSides(bench, baseline, clients, pages);
  }

  candidate(mode: Mode, encoding: Encoding): Side {
    return {
      processes: this.#bench.serving,
      passes: PASSES,
      prepare: () => (mode === 'cold' ? this.#touch() : Promise.resolve()),
      run: () => this.#read('candidate', mode, encoding),
    };
  }

  baseline(mode: Mode, encoding: Encoding): Side {
    return {
      processes: [named('baseline', this.#baseline.process), this.#bench.mongod],
      passes: PASSES,
      run: () => this.#read('baseline', mode, encoding),
    };
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#clients).map((client) => client.close()));
  }

  async #read(side: keyof Pages, mode: Mode, encoding: Encoding): Promise<number> {
    const first = this.#pages[side].slice(0, 1);
    const pages = mode === 'cold' ? this.#pages[side] : Array.from({ length: WARM_READS }).flatMap(() => first);
    await inFlight(IN_FLIGHT, pages, (page) => this.#clients[side].readKnown(page, encoding));
    return pages.length;
  }

  /** Changes an object and changes it back: the list is what it was, and nothing that is remembered of it may be used again. */
  async #touch(): Promise<void> {
    const { api, locations, idle } = this.#bench;
    const [location] = locations;
    if (!location) return;
    const path = `/v1/locations/${location.country_code}/${location.party_id}/${encodeURIComponent(location.id)}`;
    for (const object of [{ ...location, name: 'Benchmark' }, location]) {
      const { outcome } = await api.call<{ outcome: string }>('PUT', path, object);
      if (outcome !== 'updated') throw new Error(`PUT ${path}: ${outcome}, expected updated`);
    }
    await idle();
  }
}

interface Pages {
  readonly candidate: readonly KnownPage[];
  readonly baseline: readonly KnownPage[];
}

async function crawlBoth(
  clients: Readonly<Record<keyof Pages, PageClient>>,
  candidateUrl: string,
  baselineUrl: string,
  expected: number,
): Promise<Pages> {
  const pages: { candidate: KnownPage[]; baseline: KnownPage[] } = { candidate: [], baseline: [] };
  const others = clients.baseline.crawl(baselineUrl);
  let objects = 0;
  for await (const { url, page } of clients.candidate.crawl(candidateUrl)) {
    const other = (await others.next()).value as { url: string; page: typeof page } | undefined;
    const data = JSON.parse(page.data.toString()) as unknown[];
    if (!other || !isDeepStrictEqual(data, JSON.parse(other.page.data.toString()))) throw new Error(`${url}: not what the baseline answers`);
    if (page.total !== expected || other.page.total !== expected) throw new Error(`${url}: X-Total-Count is not ${expected} on both sides`);
    objects += data.length;
    pages.candidate.push({ url, total: expected, digest: digestOf(page.data) });
    pages.baseline.push({ url: other.url, total: expected, digest: digestOf(other.page.data) });
  }
  if (objects !== expected) throw new Error(`the list holds ${objects} objects, ${expected} were loaded`);
  return pages;
}
