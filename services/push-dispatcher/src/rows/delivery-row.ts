import { Schema, type Connection, type mongo } from 'mongoose';

/** Why the last attempt failed; never with a token in it. */
export interface Failure {
  readonly at: Date;
  readonly reason: string;
  /** HTTP status; 0 when there was no answer. */
  readonly http: number;
  /** OCPI status code; 0 when there was no envelope. */
  readonly ocpi: number;
  /** The first 2 kB of the response. */
  readonly response: string;
}

/**
 * What an owed row waits for: its turn; its own retry time (the peer refused this object, or said when to come back);
 * or its retry time only because the peer as a whole failed, so that it goes at once when the peer is well again.
 */
export type Wait = 'turn' | 'object' | 'peer';

/**
 * One object that a peer is owed, was sent or did not take. A peer that was away for a week is owed one row an object.
 */
export interface DeliveryRow {
  /** `peer|module|key` */
  readonly _id: string;
  readonly peer: string;
  readonly module: string;
  readonly key: string;
  readonly state: 'owed' | 'sent' | 'dead';
  /** The newest revision known here. */
  readonly rev: number;
  /** The newest revision that the peer has acknowledged; 0: none. */
  readonly sent: number;
  /** Owed: not to be sent before. Sent: when the peer acknowledged it last. */
  readonly due: Date;
  /** Owed without a break since. */
  readonly since: Date;
  /** Failures in a row that count for the retry schedule. */
  readonly attempts: number;
  readonly waits: Wait;
  /** Owed because the peer was new or it is to be sent again, not because the object changed. */
  readonly backlog: boolean;
  readonly failure: Failure | null;
  /** Sent rows are kept a while, so that an event that comes again is known; null: no end. */
  readonly expires: Date | null;
  /** Where the peer says that the object can be read, word by word; absent: it has not said (CDR-05). */
  readonly location?: string;
}

const failureSchema = new Schema(
  { at: Date, reason: String, http: Number, ocpi: Number, response: String },
  { _id: false },
);

const rowSchema = new Schema(
  {
    _id: { type: String, required: true },
    peer: { type: String, required: true },
    module: { type: String, required: true },
    key: { type: String, required: true },
    state: { type: String, required: true, enum: ['owed', 'sent', 'dead'] },
    rev: { type: Number, required: true },
    sent: { type: Number, required: true },
    due: { type: Date, required: true },
    since: { type: Date, required: true },
    attempts: { type: Number, required: true },
    waits: { type: String, required: true, enum: ['turn', 'object', 'peer'] },
    backlog: { type: Boolean, required: true },
    failure: failureSchema,
    expires: Date,
    location: String,
  },
  { versionKey: false },
);
rowSchema.index({ peer: 1, module: 1, state: 1, due: 1 }, { name: 'due' });
// What is owed and since when, and what is dead, are asked without a look at what was sent, which is nearly all there is.
rowSchema.index({ state: 1, peer: 1, module: 1, since: 1 }, { name: 'owed', partialFilterExpression: { state: 'owed' } });
rowSchema.index(
  { state: 1, peer: 1, module: 1, 'failure.at': -1, _id: -1 },
  { name: 'dead', partialFilterExpression: { state: 'dead' } },
);
rowSchema.index({ 'failure.at': -1, _id: -1 }, { name: 'dead_newest', partialFilterExpression: { state: 'dead' } });
rowSchema.index(
  { expires: 1 },
  { name: 'expiry', expireAfterSeconds: 0, partialFilterExpression: { expires: { $type: 'date' } } },
);

/** `peer|module|key`; neither a peer's id nor a module's has a bar in it. */
export function rowId(peer: string, module: string, key: string): string {
  return `${peer}|${module}|${key}`;
}

/** Declares the collection and makes sure that it and its indexes exist. */
export async function openRows(connection: Connection): Promise<mongo.Collection<DeliveryRow>> {
  const model = connection.model('deliveries', rowSchema, 'deliveries');
  await model.createCollection();
  await model.createIndexes();
  return model.collection as unknown as mongo.Collection<DeliveryRow>;
}
