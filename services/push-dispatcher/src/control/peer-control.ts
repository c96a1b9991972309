import { Schema, type Connection, type mongo } from 'mongoose';
import type { Stop } from '../lane/breaker';

/** What an operator has said of a peer, and how its lane stands; one a peer, and none for a peer of which there is nothing to say. */
export interface PeerControl {
  /** The peer's id. */
  readonly _id: string;
  /** By an operator; null: it is not paused. */
  readonly paused?: { readonly since: Date; readonly reason: string } | null;
  /** How often an operator has asked that all is tried at once. */
  readonly urged?: number;
  /** Why its lane is stopped, as the replica with this epoch of its lease has found; null: it is not. */
  readonly stop?: Stop | null;
  readonly epoch?: number;
}

const stopSchema = new Schema(
  { kind: String, since: Number, reason: String, downSince: Number, suspended: Number },
  { _id: false },
);

const controlSchema = new Schema(
  {
    _id: { type: String, required: true },
    paused: new Schema({ since: Date, reason: String }, { _id: false }),
    urged: Number,
    stop: stopSchema,
    epoch: Number,
  },
  { versionKey: false },
);

/** Declares the collection and makes sure that it exists. */
export async function openControls(connection: Connection): Promise<mongo.Collection<PeerControl>> {
  const model = connection.model('peer_controls', controlSchema, 'peer_controls');
  await model.createCollection();
  return model.collection as unknown as mongo.Collection<PeerControl>;
}
