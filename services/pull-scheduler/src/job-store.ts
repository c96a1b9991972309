import type { Connection, mongo } from 'mongoose';
import { isDuplicateKey, storeError } from '@roamgrid/store';
import { jobSchema, type Crawl, type CrawlKind, type JobDocument, type Totals, type Vanished } from './job-document';
import type { PullTarget } from './pull-jobs';

/** What a complete crawl leaves behind in its job. */
export interface Completion {
  readonly watermark: Date | null;
  readonly nextFull: Date;
  readonly nextDelta: Date;
  /** The crawl is to be done again at once. */
  readonly repeat: boolean;
  readonly vanished: Vanished | null;
}

/** A failed attempt. */
export interface Failure {
  readonly message: string;
  readonly retryAt: Date;
  /** The crawl is given up. */
  readonly anew: boolean;
  readonly nextFull: Date;
}

const NONE: Totals = { seen: 0, stored: 0, refused: 0, pages: 0, full: 0, delta: 0 };

/**
 * The one place that reads and writes the collection `crawls`. A write that belongs to a crawl holds only for the
 * crawl and page that the writer knows; it answers false where another replica went on meanwhile. Errors:
 * `unavailable` while MongoDB is away.
 */
export class JobStore {
  readonly #jobs: mongo.Collection<JobDocument>;

  private constructor(jobs: mongo.Collection<JobDocument>) {
    this.#jobs = jobs;
  }

  /** Makes sure of collection and indexes; harmless again and again. */
  static async open(connection: Connection): Promise<JobStore> {
    const model = connection.model('crawls', jobSchema, 'crawls');
    await model.createCollection();
    await model.createIndexes();
    return new JobStore(model.collection as unknown as mongo.Collection<JobDocument>);
  }

  /** The job, made when it is new; where its source has changed, everything is due (TRN-61). */
  async ensure(job: PullTarget): Promise<JobDocument> {
    const present = await guarded(this.#jobs.findOne({ _id: job.id }));
    if (present?.source === job.source) return present;
    const now = new Date(0);
    const anew = {
      source: job.source,
      crawl: null,
      dueFull: now,
      dueDelta: now,
      retryAt: null,
      failures: 0,
      restarts: 0,
      lastError: '',
    };
    const made = {
      peer: job.peer.id,
      module: job.module.id,
      watermark: null,
      repeated: false,
      totals: NONE,
      vanished: null,
    };
    const update = this.#jobs.findOneAndUpdate(
      { _id: job.id },
      { $set: anew, $setOnInsert: made },
      { upsert: true, returnDocument: 'after' },
    );
    try {
      return (await update) ?? (await this.ensure(job));
    } catch (error) {
      // Another replica made it at the same moment: then it is there.
      if (isDuplicateKey(error as { code?: number })) return this.ensure(job);
      throw storeError(error);
    }
  }

  async read(id: string): Promise<JobDocument | undefined> {
    return (await guarded(this.#jobs.findOne({ _id: id }))) ?? undefined;
  }

  /** Ids of the jobs of a peer; empty: of all. */
  async ids(peer: string): Promise<string[]> {
    const filter = peer === '' ? {} : { peer };
    const found = await guarded(this.#jobs.find(filter, { projection: { _id: 1 } }).toArray());
    return found.map(({ _id }) => _id);
  }

  /** The jobs of a peer; empty: all. */
  list(peer = ''): Promise<JobDocument[]> {
    return guarded(this.#jobs.find(peer === '' ? {} : { peer }, { sort: { _id: 1 } }).toArray());
  }

  begin(id: string, crawl: Crawl): Promise<boolean> {
    return this.#update({ _id: id, crawl: null }, { $set: { crawl } });
  }

  /** A page was taken: the one write of a checkpoint. */
  checkpoint(id: string, before: Crawl, after: Crawl): Promise<boolean> {
    return this.#update(
      { _id: id, 'crawl.id': before.id, 'crawl.page': before.page },
      {
        $set: { crawl: after, failures: 0, retryAt: null, lastError: '' },
        $inc: {
          'totals.seen': after.seen - before.seen,
          'totals.stored': after.stored - before.stored,
          'totals.refused': after.refused - before.refused,
          'totals.pages': 1,
        },
      },
    );
  }

  fail(id: string, crawl: Crawl, { message, retryAt, anew, nextFull }: Failure): Promise<boolean> {
    return this.#update(
      { _id: id, 'crawl.id': crawl.id },
      {
        $set: { lastError: message, retryAt, dueFull: nextFull, ...(anew && { crawl: null, failures: 0 }) },
        $inc: anew ? { restarts: 1 } : { failures: 1 },
      },
    );
  }

  /** The crawl is complete. What was asked for after it had begun stays due. */
  finish(id: string, crawl: Crawl, { watermark, nextFull, nextDelta, repeat, vanished }: Completion): Promise<boolean> {
    const next = (field: '$dueFull' | '$dueDelta', at: Date): object => ({
      $cond: [{ $gt: [field, crawl.started] }, field, at],
    });
    const full = crawl.kind === 'full';
    const count = `totals.${crawl.kind}` as const;
    return this.#update({ _id: id, 'crawl.id': crawl.id }, [
      {
        $set: {
          crawl: null,
          ...{ failures: 0, restarts: 0, retryAt: null, lastError: '', repeated: repeat, watermark },
          dueDelta: repeat && !full ? crawl.started : next('$dueDelta', nextDelta),
          ...(full && {
            dueFull: repeat ? crawl.started : next('$dueFull', nextFull),
            vanished: { $literal: vanished },
          }),
          [count]: { $add: [`$${count}`, 1] },
        },
      },
    ]);
  }

  /** Makes a crawl due now; how many jobs there were to make it due for. Empty peer or module: all. */
  async request(peer: string, module: string, kind: CrawlKind, now: Date): Promise<number> {
    const filter = { ...(peer !== '' && { peer }), ...(module !== '' && { module }) };
    const due = kind === 'full' ? { dueFull: now } : { dueDelta: now };
    return (await guarded(this.#jobs.updateMany(filter, { $set: { ...due, retryAt: null } }))).matchedCount;
  }

  /** Ends the pauses after failures; how many there were. Empty peer or module: all. */
  async retryAll(peer: string, module: string): Promise<number> {
    const filter = { ...(peer !== '' && { peer }), ...(module !== '' && { module }), retryAt: { $ne: null } };
    return (await guarded(this.#jobs.updateMany(filter, { $set: { retryAt: null } }))).modifiedCount;
  }

  /** Ends the pause after a failure: what made it fail may have changed. */
  async retryNow(id: string): Promise<void> {
    await this.#update({ _id: id, retryAt: { $ne: null } }, { $set: { retryAt: null } });
  }

  async remove(id: string): Promise<void> {
    await guarded(this.#jobs.deleteOne({ _id: id }));
  }

  async #update(
    filter: mongo.Filter<JobDocument>,
    update: mongo.UpdateFilter<JobDocument> | mongo.Document[],
  ): Promise<boolean> {
    return (await guarded(this.#jobs.updateOne(filter, update))).matchedCount === 1;
  }
}

async function guarded<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw storeError(error);
  }
}
