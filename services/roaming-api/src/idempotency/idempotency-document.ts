import { Schema, type Connection, type mongo } from 'mongoose';

/** A request that came with an Idempotency-Key. */
export interface IdempotencyDocument {
  /** Hash of caller, operation and Idempotency-Key. */
  readonly _id: string;
  /** Hash of path and body. */
  readonly fingerprint: string;
  /** Its answer, sealed with the caller's own key, because answers can hold secrets; null: still under way. */
  readonly answer: Buffer | null;
  /** Until then a request without an answer counts as being under way. */
  readonly until: Date;
  /** Forgotten then. */
  readonly expires: Date;
}

const idempotencySchema = new Schema(
  {
    _id: { type: String, required: true },
    fingerprint: { type: String, required: true },
    answer: { type: Buffer, default: null },
    until: { type: Date, required: true },
    expires: { type: Date, required: true },
  },
  { versionKey: false },
);
idempotencySchema.index({ expires: 1 }, { name: 'forget', expireAfterSeconds: 0 });

/** Declares the collection and makes sure that it and its indexes exist. */
export async function openIdempotency(connection: Connection): Promise<mongo.Collection<IdempotencyDocument>> {
  const model = connection.model('idempotency', idempotencySchema, 'idempotency');
  await model.createCollection();
  await model.createIndexes();
  return model.collection as unknown as mongo.Collection<IdempotencyDocument>;
}
