import { Schema, type Connection, type mongo } from 'mongoose';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import { storeError } from '@roamgrid/store';

interface PauseDocument {
  /** Id of the peer. */
  readonly _id: string;
  readonly reason: string;
  readonly since: Date;
}

/** How often it is looked what other replicas were told, milliseconds. */
const NEWS_INTERVAL = 500;
const LONGEST_REASON = 500;

const pauseSchema = new Schema(
  {
    _id: { type: String, required: true },
    reason: { type: String, required: true },
    since: { type: Date, required: true },
  },
  { versionKey: false },
);

/**
 * Peers that an operator lets rest, kept in `crawls.paused`. What this process is told holds here at once, what another
 * replica is told within half a second; while MongoDB is away what was known last goes on to hold.
 */
export class Pauses {
  readonly #documents: mongo.Collection<PauseDocument>;
  readonly #reasons = new Map<string, string>();

  private constructor(documents: mongo.Collection<PauseDocument>) {
    this.#documents = documents;
  }

  /** Makes sure of the collection, and reads it. Errors: `unavailable`. */
  static async open(connection: Connection): Promise<Pauses> {
    const model = connection.model('crawls.paused', pauseSchema, 'crawls.paused');
    await model.createCollection();
    const pauses = new Pauses(model.collection as unknown as mongo.Collection<PauseDocument>);
    await pauses.#read();
    return pauses;
  }

  /** Why nothing is asked of a peer, in the operator's words; empty: it may be asked. */
  reasonOf(peer: string): string {
    return this.#reasons.get(peer) ?? '';
  }

  /** Lets a peer rest until it is resumed; answers false where it rests already for that reason. Errors: `unavailable`. */
  async pause(peer: string, reason: string, now: Date): Promise<boolean> {
    const words = reason.trim().slice(0, LONGEST_REASON) || 'paused';
    const update = { $set: { reason: words }, $setOnInsert: { since: now } };
    const { modifiedCount, upsertedCount } = await guarded(this.#documents.updateOne({ _id: peer }, update, { upsert: true }));
    this.#reasons.set(peer, words);
    return modifiedCount + upsertedCount > 0;
  }

  /** Ends the rest of a peer; answers false where it had none. Errors: `unavailable`. */
  async resume(peer: string): Promise<boolean> {
    const { deletedCount } = await guarded(this.#documents.deleteOne({ _id: peer }));
    this.#reasons.delete(peer);
    return deletedCount > 0;
  }

  /** Follows what other replicas are told, until the signal ends; `changed` is called after each news. */
  async follow({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }, changed: () => void, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(NEWS_INTERVAL, signal);
      try {
        if (!signal.aborted && (await this.#read())) changed();
      } catch (error) {
        logger.warn({ reason: messageOf(error) }, 'pauses not read, those known go on to hold');
      }
    }
  }

  /** Answers whether there was news. */
  async #read(): Promise<boolean> {
    const documents = await guarded(this.#documents.find({}).toArray());
    const before = JSON.stringify([...this.#reasons].sort());
    this.#reasons.clear();
    for (const { _id, reason } of documents) this.#reasons.set(_id, reason);
    return JSON.stringify([...this.#reasons].sort()) !== before;
  }
}

async function guarded<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw storeError(error);
  }
}
