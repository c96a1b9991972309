import type { Peer, PullJob } from '@roamgrid/runtime';
import type { mongo } from 'mongoose';

import { ListPeer, type ListedObject } from './list-peer';
import type { PullStack, Scheduler } from './pull-stack';

/** last_updated of what a test does not care about. */
export const OLD = Date.UTC(2026, 0, 1);

/** The part of a job's document that tests look into. */
interface StoredJob {
  readonly _id: string;
  readonly crawl: { readonly page: number } | null;
  readonly vanished: Readonly<Record<string, unknown>> | null;
}

interface QuarantinedObject {
  readonly peer: string;
  readonly key: string;
  readonly code: string;
  readonly position: string;
  readonly bytes: mongo.Binary;
}

/** A CPO with one party and one list, and what the pull-scheduler made of it. */
export class PulledPeer {
  static #count = 0;

  private constructor(
    readonly stack: PullStack,
    readonly scheduler: Scheduler,
    readonly module: string,
    readonly list: ListPeer,
    readonly id: string,
    readonly party: string,
  ) {}

  static async start(stack: PullStack, scheduler: Scheduler, module = 'tariffs'): Promise<PulledPeer> {
    PulledPeer.#count += 1;
    const number = String(PulledPeer.#count).padStart(2, '0');
    return new PulledPeer(stack, scheduler, module, await ListPeer.start(), `peer-${number}`, `P${number}`);
  }

  /** Registers it here, or changes its registration. */
  register(changes: Partial<Peer> = {}, url = this.list.endpoint): void {
    this.stack.register(this.id, this.party, this.module, url, changes);
  }

  tariff(id: string, lastUpdated = OLD, party = this.party): ListedObject {
    const object = {
      ...{ country_code: 'NL', party_id: party, id, currency: 'EUR' },
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.25, vat: 21, step_size: 1 }] }],
      last_updated: new Date(lastUpdated).toISOString(),
    };
    return { json: JSON.stringify(object), lastUpdated };
  }

  location(id: string): ListedObject {
    const object = {
      ...{ country_code: 'NL', party_id: this.party, id, publish: true, address: 'Weg 1', city: 'Ede', country: 'NLD' },
      ...{ coordinates: { latitude: '52.035000', longitude: '5.665000' }, time_zone: 'Europe/Amsterdam' },
      last_updated: new Date(OLD).toISOString(),
    };
    return { json: JSON.stringify(object), lastUpdated: OLD };
  }

  /** T1 … Tn. */
  tariffs(count: number): ListedObject[] {
    return Array.from({ length: count }, (_, i) => this.tariff(`T${i + 1}`));
  }

  job(expected: (found: PullJob) => boolean, what: string): Promise<PullJob> {
    return this.stack.job(this.id, expected, what);
  }

  fullCrawls(count: number): Promise<PullJob> {
    return this.job(({ full_crawls, state }) => full_crawls === count && state === 'idle', `full crawl ${count}`);
  }

  failing(text: string): Promise<PullJob> {
    return this.job(({ last_error }) => last_error.includes(text), `the error "${text}"`);
  }

  /** Asks for a crawl and waits until it is complete. */
  async crawl(kind: 'full' | 'delta'): Promise<PullJob> {
    const before = await this.job(({ state }) => state === 'idle', 'idle');
    const { started } = await this.scheduler.pull.Start({ peer_id: this.id, module: '', full: kind === 'full' });
    if (started !== 1) throw new Error(`${started} crawls were started`);
    if (kind === 'full') return this.fullCrawls(before.full_crawls + 1);
    return this.job(({ delta_crawls }) => delta_crawls === before.delta_crawls + 1, 'a delta crawl');
  }

  /** The keys of what is stored of it; its names without country and party. */
  async stored(): Promise<string[]> {
    return (await this.#list()).map(({ key }) => key.split('*').slice(2).join('*'));
  }

  /** The same with the revision, such as `T1/1`. */
  async revisions(): Promise<string[]> {
    return (await this.#list()).map(({ key, rev }) => `${key.split('*').slice(2).join('*')}/${rev}`);
  }

  document(): Promise<StoredJob | null> {
    return this.stack.connection.collection<StoredJob>('crawls').findOne({ _id: `${this.id}|${this.module}` });
  }

  async quarantined(): Promise<{ key: string; code: string; position: string; text: string }[]> {
    const collection = this.stack.connection.collection<QuarantinedObject>('quarantine');
    const found = await collection.find({ peer: this.id }, { sort: { position: 1 } }).toArray();
    return found.map(({ key, code, position, bytes }) => ({ key, code, position, text: bytes.toString('utf8') }));
  }

  /** Offsets of the pages asked for, in order; the first page has 0. */
  offsets(from = 0): number[] {
    return this.list.requests.slice(from).map((request) => Number(/[?&]offset=(\d+)/.exec(request)?.[1] ?? 0));
  }

  async stop(): Promise<void> {
    this.stack.remove(this.id);
    await this.list.stop();
  }

  async #list(): Promise<{ readonly key: string; readonly rev: number }[]> {
    const request = { version: '2.2.1', origin: this.id, parties: [], offset: 0, limit: 100, described: true };
    const { json } = await this.stack.module(this.module).handlers.List(request);
    return JSON.parse(json.toString()) as { key: string; rev: number }[];
  }
}
