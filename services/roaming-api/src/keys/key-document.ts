import { Schema, type Connection, type mongo } from 'mongoose';
import type { Right } from './api-key';

/** A key as it is kept. The key itself is 256 random bits, so that a plain hash of it tells nothing. */
export interface KeyDocument {
  readonly _id: string;
  readonly name: string;
  /** SHA-256 of the key, in hex. */
  readonly hash: string;
  readonly rights: readonly Right[];
  /** `CC*PID` each; null: all. */
  readonly parties: readonly string[] | null;
  readonly modules: readonly string[] | null;
  readonly created: Date;
  readonly createdBy: string;
  readonly revoked: Date | null;
  /** To the minute; null: never. */
  readonly lastUsed: Date | null;
  /** When it was created or revoked, by MongoDB's clock: what replicas look for. */
  readonly changed: Date;
}

const keySchema = new Schema(
  {
    _id: { type: String, required: true },
    name: { type: String, required: true },
    hash: { type: String, required: true },
    rights: { type: [String], required: true },
    parties: { type: [String], default: null },
    modules: { type: [String], default: null },
    created: { type: Date, required: true },
    createdBy: { type: String, required: true },
    revoked: { type: Date, default: null },
    lastUsed: { type: Date, default: null },
    changed: { type: Date, required: true },
  },
  { versionKey: false },
);
keySchema.index({ hash: 1 }, { name: 'by_hash', unique: true });
keySchema.index({ changed: 1 }, { name: 'news' });

/** Declares the collection and makes sure that it and its indexes exist. */
export async function openKeys(connection: Connection): Promise<mongo.Collection<KeyDocument>> {
  const model = connection.model('api_keys', keySchema, 'api_keys');
  await model.createCollection();
  await model.createIndexes();
  return model.collection as unknown as mongo.Collection<KeyDocument>;
}
