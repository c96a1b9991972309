import { Schema, type Connection, type mongo } from 'mongoose';
import { storeError } from '@roamgrid/store';
import { keyHash } from './key-hash';

interface SeenPage {
  /** `crawl/page`. */
  readonly _id: string;
  readonly job: string;
  readonly crawl: string;
  /** 8 bytes a key. */
  readonly hashes: Buffer;
}

const seenSchema = new Schema(
  {
    _id: { type: String, required: true },
    job: { type: String, required: true },
    crawl: { type: String, required: true },
    hashes: { type: Buffer, required: true },
  },
  { versionKey: false },
);
seenSchema.index({ job: 1, crawl: 1 }, { name: 'of_crawl' });

/**
 * Which keys a full crawl has seen, so that at its end it can be told what vanished, also when it was killed in
 * between: one document a page with 8 bytes a key, named by crawl and page. It is written before the checkpoint of
 * the page, and a page taken twice replaces its own. 100,000 objects are 800 kB on disk, and the same in memory for
 * the moment of the comparison.
 */
export class SeenKeys {
  readonly #pages: mongo.Collection<SeenPage>;

  private constructor(pages: mongo.Collection<SeenPage>) {
    this.#pages = pages;
  }

  /** Makes sure of collection and indexes; harmless again and again. */
  static async open(connection: Connection): Promise<SeenKeys> {
    const model = connection.model('crawls.seen', seenSchema, 'crawls.seen');
    await model.createCollection();
    await model.createIndexes();
    return new SeenKeys(model.collection as unknown as mongo.Collection<SeenPage>);
  }

  /** Keeps the keys of a page. The checkpoint that follows waits for the majority, and with it for this write. */
  async remember(job: string, crawl: string, page: number, keys: readonly string[]): Promise<void> {
    const hashes = Buffer.from(BigUint64Array.from(keys, keyHash).buffer);
    const replacement = { job, crawl, hashes };
    const written = this.#pages.replaceOne({ _id: `${crawl}/${page}` }, replacement, {
      upsert: true,
      writeConcern: { w: 1 },
    });
    await written.catch((error: unknown) => Promise.reject(storeError(error)));
  }

  /** All keys of a crawl. */
  async load(job: string, crawl: string): Promise<SeenSet> {
    const parts: Buffer[] = [];
    try {
      for await (const { hashes } of this.#pages.find({ job, crawl }, { promoteBuffers: true })) parts.push(hashes);
    } catch (error) {
      throw storeError(error);
    }
    return new SeenSet(Buffer.concat(parts));
  }

  /** Forgets one crawl of a job. */
  async forget(job: string, crawl: string): Promise<void> {
    await this.#delete({ job, crawl });
  }

  /** Forgets all crawls of a job but this one; without one, all. */
  async forgetOthers(job: string, crawl = ''): Promise<void> {
    await this.#delete({ job, crawl: { $ne: crawl } });
  }

  async #delete(filter: mongo.Filter<SeenPage>): Promise<void> {
    const deleted = this.#pages.deleteMany(filter, { writeConcern: { w: 1 } });
    await deleted.catch((error: unknown) => Promise.reject(storeError(error)));
  }
}

/** A set of keys by their hashes, 8 bytes each. A key that was not put in is found with a chance of size in 2^64. */
export class SeenSet {
  /** Different keys. */
  readonly size: number;
  readonly #sorted: BigUint64Array;

  constructor(hashes: Buffer) {
    const aligned = new Uint8Array(hashes); // a copy at offset 0: a Buffer may begin anywhere
    this.#sorted = new BigUint64Array(aligned.buffer).sort();
    this.size = this.#sorted.reduce((count, hash, i, all) => (i > 0 && all[i - 1] === hash ? count : count + 1), 0);
  }

  has(key: string): boolean {
    const wanted = keyHash(key);
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? wanted) < wanted) low = middle + 1;
      else high = middle;
    }
    return this.#sorted[low] === wanted;
  }
}
