import { Schema } from 'mongoose';
import type { ChargingPreferences } from '@roamgrid/modules';
import { storeError, type Connection } from '@roamgrid/store';

/** What a driver prefers for a session, as last accepted. */
export interface PreferenceDocument {
  /** Key of the session. */
  readonly _id: string;
  readonly preferences: ChargingPreferences;
  readonly received: Date;
}

const preferenceSchema = new Schema(
  { _id: { type: String, required: true }, preferences: { type: Schema.Types.Mixed, required: true }, received: { type: Date, required: true } },
  { versionKey: false },
);

/** The accepted preferences of our sessions, newest only. */
export class PreferenceStore {
  readonly #preferences;

  constructor(connection: Connection) {
    this.#preferences = connection.model<PreferenceDocument>('sessions.preferences', preferenceSchema, 'sessions.preferences');
  }

  async keep(key: string, preferences: ChargingPreferences, now: number): Promise<void> {
    try {
      await this.#preferences.updateOne({ _id: key }, { $set: { preferences, received: new Date(now) } }, { upsert: true });
    } catch (error) {
      throw storeError(error);
    }
  }

  /** Undefined where none were ever accepted. */
  async find(key: string): Promise<PreferenceDocument | undefined> {
    try {
      return (await this.#preferences.findById(key).lean<PreferenceDocument>()) ?? undefined;
    } catch (error) {
      throw storeError(error);
    }
  }
}
