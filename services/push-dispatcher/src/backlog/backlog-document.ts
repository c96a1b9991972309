import type { ModuleDeclaration } from '@roamgrid/modules';
import { Schema, type Connection, type mongo } from 'mongoose';

/** How far a peer has been given all that was there before it came, for one module. */
export interface BacklogDocument {
  /** `peer|module` */
  readonly _id: string;
  readonly peer: string;
  readonly module: string;
  /** What the peer was as a receiver when the backlog was last asked for. */
  readonly fingerprint: string;
  /** How often it was asked for; */
  readonly wanted: number;
  /** which of them is being built, */
  readonly building: number;
  /** and the last one that is complete. */
  readonly done: number;
  /** The last one that sends again what the peer has got already; 0, or undefined in old documents: none did. */
  readonly resend: number | undefined;
  /** Position of the last object that has its row, of the one being built; null: at the start. */
  readonly after: { readonly created: number; readonly key: string } | null;
}

const backlogSchema = new Schema(
  {
    _id: { type: String, required: true },
    peer: { type: String, required: true },
    module: { type: String, required: true },
    fingerprint: { type: String, required: true },
    wanted: { type: Number, required: true },
    building: { type: Number, required: true },
    done: { type: Number, required: true },
    resend: Number,
    after: new Schema({ created: Number, key: String }, { _id: false }),
  },
  { versionKey: false },
);
backlogSchema.index({ peer: 1 }, { name: 'of_peer' });

/**
 * Whether the backlog of a module that is now built, as number `target`, sends again what the peer has got. A later one does it for
 * an earlier one that never began. What is charged for is never sent twice only because somebody asks for everything (CDR-08).
 */
export function sendsAgain(
  { immutable }: Pick<ModuleDeclaration, 'immutable'>,
  { done, resend }: Pick<BacklogDocument, 'done' | 'resend'>,
  target: number,
): boolean {
  return !immutable && resend !== undefined && resend > done && target >= resend;
}

/** Declares the collection and makes sure that it and its indexes exist. */
export async function openBacklogs(connection: Connection): Promise<mongo.Collection<BacklogDocument>> {
  const model = connection.model('backlogs', backlogSchema, 'backlogs');
  await model.createCollection();
  await model.createIndexes();
  return model.collection as unknown as mongo.Collection<BacklogDocument>;
}
