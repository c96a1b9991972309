import { randomUUID } from 'node:crypto';
import { Schema, type Connection, type mongo } from 'mongoose';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import { fairShare, type ReplicaLoad, type Share } from './fair-share';

/** One process that runs lanes. */
export interface ReplicaDocument {
  readonly _id: string;
  readonly lanes: number;
  readonly peers: number;
  /** By the clock of the store, so that those of hosts need not agree. */
  readonly seen: Date;
}

export interface ReplicasOptions {
  readonly replicas: mongo.Collection<ReplicaDocument>;
  /** Lanes that this process runs, and peers that it knows. */
  readonly load: () => Omit<ReplicaLoad, 'id'>;
  /** Called with the lanes that are to be given back. */
  readonly onSurplus: (lanes: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Each says that it lives so often, milliseconds; */
const BEAT = 1_000;
/** is taken for dead after so long a silence, before its leases have run out; */
const SILENCE = 4_000;
/** and is forgotten after so long. */
const FORGOTTEN = 600_000;
/** A surplus has to last so many beats: what others say of themselves is as old as a beat. */
const LASTING = 3;

const ALONE: Share = { surplus: 0, full: false };

/**
 * Which other processes run lanes, so that the lanes are spread over all. It only decides who had better run what: that no lane
 * ever runs twice is up to the leases.
 */
export class Replicas {
  readonly #options: ReplicasOptions;
  readonly id = randomUUID();
  #share = ALONE;
  #others = 0;
  #surplusBeats = 0;

  constructor(options: ReplicasOptions) {
    this.#options = options;
  }

  /** No other process runs lanes, as far as is known. */
  get alone(): boolean {
    return this.#others === 0;
  }

  /** Others have room for what comes free. */
  get full(): boolean {
    return this.#share.full;
  }

  /** Takes part until the signal ends; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, replicas } = this.#options;
    while (!signal.aborted) {
      try {
        await this.#beat();
      } catch (error) {
        this.#share = ALONE;
        logger.warn({ reason: messageOf(error) }, 'other replicas are not known');
      }
      await clock.sleep(BEAT, signal);
    }
    await replicas.deleteOne({ _id: this.id }).catch(() => undefined); // it is found silent otherwise
  }

  async #beat(): Promise<void> {
    const { replicas, load, onSurplus } = this.#options;
    const mine = { id: this.id, ...load() };
    const { lanes, peers } = mine;
    await replicas.updateOne({ _id: this.id }, [{ $set: { lanes, peers, seen: '$$NOW' } }], { upsert: true });
    const age = { $subtract: ['$$NOW', '$seen'] };
    await replicas.deleteMany({ $expr: { $gt: [age, FORGOTTEN] } });
    const others = await replicas.find({ _id: { $ne: this.id }, $expr: { $lt: [age, SILENCE] } }).toArray();
    this.#others = others.length;
    this.#share = fairShare(mine, others.map(({ _id, ...said }) => ({ id: _id, ...said })));
    this.#surplusBeats = this.#share.surplus > 0 ? this.#surplusBeats + 1 : 0;
    if (this.#surplusBeats < LASTING) return;
    this.#surplusBeats = 0;
    onSurplus(this.#share.surplus);
  }
}

const replicaSchema = new Schema(
  { _id: { type: String, required: true }, lanes: Number, peers: Number, seen: Date },
  { versionKey: false },
);

/** Declares the collection and makes sure that it exists. */
export async function openReplicas(connection: Connection): Promise<mongo.Collection<ReplicaDocument>> {
  const model = connection.model('dispatcher_replicas', replicaSchema, 'dispatcher_replicas');
  await model.createCollection();
  return model.collection as unknown as mongo.Collection<ReplicaDocument>;
}
