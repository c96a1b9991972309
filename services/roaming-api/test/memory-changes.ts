import { placeKey, type Change, type PartitionOffsets, type Place, type PlacedChange, type TailBatch, type TopicPartition } from '@roamgrid/changes';
import { partyKey, partyOfKey } from '@roamgrid/ocpi';
import type { ChangeSource } from '../src/feed/change-source';

const PARTITIONS = 2;

/** Change topics in memory: `publish` appends, and the reader at the end hands on what it is told to. */
export class MemoryChanges implements ChangeSource {
  ready = true;
  /** Called before each batch of what was missed; waits to make the reading last. */
  beforeRead: () => Promise<void> | void = () => undefined;
  /** Readers of what was missed so far. */
  readers = 0;
  readonly #modules: readonly string[];
  readonly #logs = new Map<string, PlacedChange[]>();
  readonly #low = new Map<string, number>();
  readonly #end = new Map<string, number>();
  readonly #listeners = new Set<(batch: TailBatch) => void>();

  constructor(modules: readonly string[]) {
    this.#modules = modules;
    for (const module of modules) {
      for (let partition = 0; partition < PARTITIONS; partition += 1) this.#logs.set(placeKey({ topic: module, partition }), []);
    }
  }

  /** Appends a change; `live: false` leaves it to the reader at the end to come to it later. */
  publish(module: string, key: string, rev: number, about: Partial<Change> = {}, live = true): void {
    const partition = (key.codePointAt(key.length - 1) ?? 0) % PARTITIONS;
    const log = this.#log({ topic: module, partition });
    const change: Change = { module, key, rev, type: 'put', origin: 'own', written: 0, ...about };
    const { type, origin } = change;
    const party = partyKey(partyOfKey(key));
    const last_updated = '2026-01-01T00:00:00.000Z';
    const event = { id: `${module}/${key}/${rev}`, type, module, key, party, rev, last_updated, origin, version: '2.2.1', object: { id: key } };
    log.push({ offset: log.length, change, value: Buffer.from(JSON.stringify(event)) });
    if (live) this.handOn(module);
  }

  /** Lets the reader at the end come to all that there is of a module. */
  handOn(module: string): void {
    for (const place of this.places(module)) {
      const log = this.#log(place);
      if (log.length > place.offset) this.#hand(place, log.slice(place.offset), log.length);
    }
  }

  /** As if the broker had thrown away what is before that offset, in all partitions of a module. */
  trim(module: string, low: number): void {
    for (const place of this.places(module)) this.#low.set(placeKey(place), low);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  places(module: string): readonly Place[] {
    return [...Array(PARTITIONS).keys()].map((partition) => ({ topic: module, partition, offset: this.next({ topic: module, partition }) }));
  }

  next(partition: TopicPartition): number {
    return this.#end.get(placeKey(partition)) ?? 0;
  }

  listen(listener: (batch: TailBatch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async held(modules: readonly string[]): Promise<(PartitionOffsets & { readonly module: string })[]> {
    const places = modules.flatMap((module) => this.places(module));
    return Promise.resolve(
      places.map((place) => ({ ...place, module: place.topic, low: this.#low.get(placeKey(place)) ?? 0, high: this.#log(place).length })),
    );
  }

  async read(from: readonly Place[], accept: (batch: TailBatch) => Promise<void>, signal: AbortSignal): Promise<void> {
    this.readers += 1;
    const places = new Map(from.map((place) => [placeKey(place), place]));
    while (!signal.aborted) {
      await this.beforeRead();
      for (const [key, place] of places) {
        const changes = this.#log(place).slice(place.offset, place.offset + 2);
        const next = place.offset + changes.length;
        if (changes.length === 0 || signal.aborted) continue;
        await accept({ ...place, changes, next });
        places.set(key, { ...place, offset: next });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  moduleOf(topic: string): string {
    return this.#modules.includes(topic) ? topic : '';
  }

  #hand({ topic, partition }: TopicPartition, changes: readonly PlacedChange[], next: number): void {
    for (const listener of this.#listeners) listener({ topic, partition, changes, next });
    this.#end.set(placeKey({ topic, partition }), next);
  }

  #log(partition: TopicPartition): PlacedChange[] {
    const log = this.#logs.get(placeKey(partition));
    if (!log) throw new Error(`no partition ${placeKey(partition)}`);
    return log;
  }
}
