import { createHash } from 'node:crypto';
import { Schema, type Connection, type mongo } from 'mongoose';
import { RoamgridError } from '@roamgrid/runtime';
import { storeError } from '@roamgrid/store';

/** An object that the module's service refused. */
export interface RefusedObject {
  /** `CC*PID*id`; empty where it cannot be told. */
  readonly key: string;
  /** Where it stood, such as `page 3, object 17`. */
  readonly position: string;
  readonly code: string;
  readonly message: string;
  readonly bytes: Buffer;
}

/** Which of the refused objects are to be listed: empty means all; `after` is the `next` of the page before. */
export interface QuarantineSelection {
  readonly peer: string;
  readonly module: string;
  readonly limit: number;
  readonly after: string;
}

/** A refused object as it is kept. */
export interface QuarantineDocument {
  readonly _id: string;
  readonly job: string;
  readonly peer: string;
  readonly module: string;
  readonly key: string;
  readonly position: string;
  readonly code: string;
  readonly message: string;
  /** The beginning of what arrived. */
  readonly bytes: Buffer;
  readonly size: number;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
}

const KEPT_SECONDS = 30 * 24 * 60 * 60;
const KEPT_BYTES = 2_048;
const KEPT_MESSAGE = 1_000;

const quarantineSchema = new Schema(
  {
    _id: { type: String, required: true },
    job: { type: String, required: true },
    peer: { type: String, required: true },
    module: { type: String, required: true },
    key: { type: String },
    position: { type: String, required: true },
    code: { type: String, required: true },
    message: { type: String },
    bytes: { type: Buffer, required: true },
    size: { type: Number, required: true },
    firstSeen: { type: Date, required: true },
    lastSeen: { type: Date, required: true },
  },
  { versionKey: false },
);
quarantineSchema.index({ job: 1, lastSeen: 1 }, { name: 'of_job' });
quarantineSchema.index({ lastSeen: -1, _id: -1 }, { name: 'newest' });
quarantineSchema.index({ peer: 1, lastSeen: -1, _id: -1 }, { name: 'newest_of_peer' });
quarantineSchema.index({ lastSeen: 1 }, { name: 'forget', expireAfterSeconds: KEPT_SECONDS });

/** Objects of peers that cannot be taken, with the reason, so that somebody can tell the peer (TRN-42). */
export class Quarantine {
  readonly #refused: mongo.Collection<QuarantineDocument>;

  private constructor(refused: mongo.Collection<QuarantineDocument>) {
    this.#refused = refused;
  }

  /** Makes sure of collection and indexes; harmless again and again. */
  static async open(connection: Connection): Promise<Quarantine> {
    const model = connection.model('quarantine', quarantineSchema, 'quarantine');
    await model.createCollection();
    await model.createIndexes();
    return new Quarantine(model.collection as unknown as mongo.Collection<QuarantineDocument>);
  }

  /** Keeps refused objects: one document an object, by its key or else its content. */
  async keep(
    job: { readonly id: string; readonly peer: string; readonly module: string },
    refused: readonly RefusedObject[],
    now: Date,
  ): Promise<void> {
    if (refused.length === 0) return;
    const writes = refused.map(({ key, position, code, message, bytes }) => ({
      updateOne: {
        filter: { _id: `${job.id}|${key === '' ? createHash('sha256').update(bytes).digest('hex') : key}` },
        update: {
          $set: {
            ...{ job: job.id, peer: job.peer, module: job.module, key, position, code },
            ...{
              message: message.slice(0, KEPT_MESSAGE),
              bytes: bytes.subarray(0, KEPT_BYTES),
              size: bytes.length,
              lastSeen: now,
            },
          },
          $setOnInsert: { firstSeen: now },
        },
        upsert: true,
      },
    }));
    await this.#refused
      .bulkWrite(writes, { ordered: false })
      .catch((error: unknown) => Promise.reject(storeError(error)));
  }

  /** Refused objects, last seen first; `next` is empty behind the last. Throws parameter.invalid for an `after` of nobody's. */
  async list({ peer, module, limit, after }: QuarantineSelection): Promise<{ readonly documents: QuarantineDocument[]; readonly next: string }> {
    const { from, id } = placeOf(after);
    const filter: mongo.Filter<QuarantineDocument> = {
      ...(peer !== '' && { peer }),
      ...(module !== '' && { module }),
      ...(from && { $or: [{ lastSeen: { $lt: from } }, { lastSeen: from, _id: { $lt: id } }] }),
    };
    const options = { sort: { lastSeen: -1, _id: -1 }, limit: limit + 1, promoteBuffers: true } as const;
    const found = await this.#refused
      .find(filter, options)
      .toArray()
      .catch((error: unknown) => Promise.reject(storeError(error)));
    const documents = found.slice(0, limit);
    const last = documents.at(-1);
    return { documents, next: last && found.length > limit ? `${last.lastSeen.getTime()}|${last._id}` : '' };
  }

  /** How many objects are refused at present, by job; of one peer, or of all where it is empty. */
  async counts(peer: string): Promise<ReadonlyMap<string, number>> {
    const counted = this.#refused.aggregate<{ readonly _id: string; readonly count: number }>([
      { $match: peer === '' ? {} : { peer } },
      { $group: { _id: '$job', count: { $sum: 1 } } },
    ]);
    const rows = await counted.toArray().catch((error: unknown) => Promise.reject(storeError(error)));
    return new Map(rows.map(({ _id, count }) => [_id, count]));
  }

  /** Lets go of what a complete full crawl that began then did not meet again: it is good now, or gone. */
  async release(job: string, crawlStarted: Date): Promise<void> {
    const released = this.#refused.deleteMany({ job, lastSeen: { $lt: crawlStarted } });
    await released.catch((error: unknown) => Promise.reject(storeError(error)));
  }
}

function placeOf(after: string): { readonly from?: Date; readonly id: string } {
  if (after === '') return { id: '' };
  const [, millis, id] = /^(\d{1,15})\|(.+)$/s.exec(after) ?? [];
  if (millis === undefined || id === undefined) {
    throw new RoamgridError('parameter.invalid', 'after: expected the next of the page before');
  }
  return { from: new Date(Number(millis)), id };
}
