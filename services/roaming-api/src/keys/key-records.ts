import type { mongo } from 'mongoose';
import { storeError } from '@roamgrid/store';
import type { KeyDocument } from './key-document';

/** What is said of a new key; the rest is filled in where it is kept. */
export type NewKey = Omit<KeyDocument, 'created' | 'changed' | 'revoked' | 'lastUsed'>;

/** Where keys are kept. */
export interface KeyRecords {
  /** All keys, revoked ones too, oldest first. */
  list(): Promise<KeyDocument[]>;
  /** Keys that were created or revoked at that time or later. */
  changedSince(moment: Date): Promise<KeyDocument[]>;
  add(key: NewKey): Promise<KeyDocument>;
  /** Ends a key; one that has ended already stays as it was. Undefined: there is none of that id. */
  revoke(id: string): Promise<KeyDocument | undefined>;
  /** Notes when keys were used last. */
  noteUse(uses: ReadonlyMap<string, Date>): Promise<void>;
}

/** Keys in MongoDB. Time is MongoDB's alone, so that replicas need not agree on theirs. Throws unavailable. */
export class StoredKeys implements KeyRecords {
  readonly #keys: mongo.Collection<KeyDocument>;

  constructor(keys: mongo.Collection<KeyDocument>) {
    this.#keys = keys;
  }

  list(): Promise<KeyDocument[]> {
    return asked(this.#keys.find({}, { sort: { created: 1, _id: 1 } }).toArray());
  }

  changedSince(moment: Date): Promise<KeyDocument[]> {
    return asked(this.#keys.find({ changed: { $gte: moment } }, { maxTimeMS: 5_000 }).toArray());
  }

  async add({ _id, ...key }: NewKey): Promise<KeyDocument> {
    const set = { ...literals(key), created: '$$NOW', changed: '$$NOW', revoked: null, lastUsed: null };
    return this.#written({ _id }, [{ $set: set }], true);
  }

  async revoke(id: string): Promise<KeyDocument | undefined> {
    const end = { revoked: '$$NOW', changed: '$$NOW' };
    const ended = await asked(
      this.#keys.findOneAndUpdate({ _id: id, revoked: null }, [{ $set: end }], { returnDocument: 'after' }),
    );
    return ended ?? (await asked(this.#keys.findOne({ _id: id }))) ?? undefined;
  }

  async noteUse(uses: ReadonlyMap<string, Date>): Promise<void> {
    if (uses.size === 0) return;
    const writes = [...uses].map(([_id, lastUsed]) => ({
      updateOne: { filter: { _id }, update: { $max: { lastUsed } } },
    }));
    await asked(this.#keys.bulkWrite(writes, { ordered: false, writeConcern: { w: 1 } }));
  }

  async #written(filter: { _id: string }, update: mongo.Document[], upsert: boolean): Promise<KeyDocument> {
    const document = await asked(this.#keys.findOneAndUpdate(filter, update, { upsert, returnDocument: 'after' }));
    if (!document) throw new Error(`the key ${filter._id} is gone`);
    return document;
  }
}

/** Values of an update by pipeline, where a text that begins with $ would be read as a field. */
function literals(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { $literal: value }]));
}

function asked<Answer>(answer: Promise<Answer>): Promise<Answer> {
  return answer.catch((error: unknown) => Promise.reject(storeError(error)));
}
