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
    after: new Schema({ created: Number, key: String }, { _id: false }),
  },
  { versionKey: false },
);
backlogSchema.index({ peer: 1 }, { name: 'of_peer' });

/** Declares the collection and makes sure that it and its indexes exist. */
export async function openBacklogs(connection: Connection): Promise<mongo.Collection<BacklogDocument>> {
  const model = connection.model('backlogs', backlogSchema, 'backlogs');
  await model.createCollection();
  await model.createIndexes();
  return model.collection as unknown as mongo.Collection<BacklogDocument>;
}
