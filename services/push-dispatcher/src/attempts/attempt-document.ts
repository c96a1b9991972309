import { Schema, type Connection, type mongo } from 'mongoose';

/** One request that tried to bring an object to a peer. */
export interface AttemptDocument {
  /** In the order of time; see {@link attemptId}. */
  readonly _id: string;
  /** When it ended. */
  readonly at: Date;
  readonly peer: string;
  readonly module: string;
  readonly key: string;
  readonly rev: number;
  readonly method: string;
  /** HTTP status; 0 when there was no answer. */
  readonly http: number;
  /** OCPI status code; 0 when there was no envelope. */
  readonly ocpi: number;
  /** Milliseconds from the request to the last byte of the answer. */
  readonly millis: number;
  readonly outcome: 'sent' | 'retry' | 'dead';
  /** Why it failed, never with a token in it; absent where it did not, */
  readonly reason?: string;
  /** and the first 2 kB of the answer. */
  readonly response?: string;
}

const attemptSchema = new Schema(
  {
    _id: { type: String, required: true },
    at: { type: Date, required: true },
    peer: { type: String, required: true },
    module: { type: String, required: true },
    key: { type: String, required: true },
    rev: { type: Number, required: true },
    method: { type: String, required: true },
    http: { type: Number, required: true },
    ocpi: { type: Number, required: true },
    millis: { type: Number, required: true },
    outcome: { type: String, required: true, enum: ['sent', 'retry', 'dead'] },
    reason: String,
    response: String,
  },
  { versionKey: false },
);
attemptSchema.index({ peer: 1, _id: 1 }, { name: 'of_peer' });
attemptSchema.index({ key: 1, _id: 1 }, { name: 'of_object' });

/** Of the index that lets attempts go when their time is up. */
const EXPIRY = 'expiry';
const OTHER_OPTIONS = 85;

/** An id that sorts by time, then by who made it, then by its number there. */
export function attemptId(at: number, process: string, serial: number): string {
  return `${at.toString(36).padStart(9, '0')}-${process}-${serial.toString(36).padStart(9, '0')}`;
}

/**
 * Declares the collection and makes sure that it and its indexes exist, and that attempts are kept as long as is said now.
 * @param keep milliseconds
 */
export async function openAttempts(connection: Connection, keep: number): Promise<mongo.Collection<AttemptDocument>> {
  const model = connection.model('attempts', attemptSchema, 'attempts');
  await model.createCollection();
  await model.createIndexes();
  const expireAfterSeconds = Math.ceil(keep / 1_000);
  try {
    await model.collection.createIndex({ at: 1 }, { name: EXPIRY, expireAfterSeconds });
  } catch (error) {
    if ((error as { code?: unknown }).code !== OTHER_OPTIONS) throw error;
    await connection.db?.command({ collMod: 'attempts', index: { name: EXPIRY, expireAfterSeconds } });
  }
  return model.collection as unknown as mongo.Collection<AttemptDocument>;
}
