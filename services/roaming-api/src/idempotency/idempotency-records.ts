import type { mongo } from 'mongoose';
import { isDuplicateKey, storeError } from '@roamgrid/store';
import type { IdempotencyDocument } from './idempotency-document';

/** Where requests with an Idempotency-Key are kept. */
export interface IdempotencyRecords {
  /** Keeps a request that is begun; the one that is there already, where there is one that has not expired by `now`. */
  begin(record: IdempotencyDocument, now: Date): Promise<IdempotencyDocument | undefined>;
  /** Takes over a request whose process fell silent; false when another one was faster. */
  takeOver(abandoned: IdempotencyDocument, until: Date): Promise<boolean>;
  /** Keeps the answer of the request that was begun. */
  finish(record: Pick<IdempotencyDocument, '_id' | 'until'>, answer: Buffer): Promise<void>;
  /** Forgets a request that changed nothing. */
  forget(record: Pick<IdempotencyDocument, '_id' | 'until'>): Promise<void>;
}

/** Requests in MongoDB, so that it does not matter which replica a repetition comes to. Throws unavailable. */
export class StoredIdempotency implements IdempotencyRecords {
  readonly #requests: mongo.Collection<IdempotencyDocument>;

  constructor(requests: mongo.Collection<IdempotencyDocument>) {
    this.#requests = requests;
  }

  async begin(record: IdempotencyDocument, now: Date): Promise<IdempotencyDocument | undefined> {
    const { _id, ...rest } = record;
    try {
      // MongoDB forgets what has expired with a delay, so that it can still be there.
      await this.#requests.updateOne({ _id, expires: { $lte: now } }, { $set: rest }, { upsert: true });
      return undefined;
    } catch (error) {
      if (!isDuplicateKey(error as { code?: number })) throw storeError(error);
    }
    const known = await asked(this.#requests.findOne({ _id }, { promoteBuffers: true }));
    return known ?? this.begin(record, now);
  }

  async takeOver({ _id, until: old }: IdempotencyDocument, until: Date): Promise<boolean> {
    const taken = await asked(this.#requests.updateOne({ _id, answer: null, until: old }, { $set: { until } }));
    return taken.modifiedCount === 1;
  }

  async finish({ _id, until }: Pick<IdempotencyDocument, '_id' | 'until'>, answer: Buffer): Promise<void> {
    await asked(this.#requests.updateOne({ _id, until }, { $set: { answer } }));
  }

  async forget({ _id, until }: Pick<IdempotencyDocument, '_id' | 'until'>): Promise<void> {
    await asked(this.#requests.deleteOne({ _id, until, answer: null }));
  }
}

function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return answer.catch((error: unknown) => Promise.reject(storeError(error)));
}
