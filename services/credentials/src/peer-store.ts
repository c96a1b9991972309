import { mongo, type Connection } from 'mongoose';
import { RoamgridError, type Clock, type PeerState } from '@roamgrid/runtime';
import { isDuplicateKey, storeError } from '@roamgrid/store';
import { PARTY_INDEX, peerSchema, type PeerChanges, type PeerDocument } from './peer-document';

/** The one place that reads and writes the collection `peers`. Errors: `unavailable` while MongoDB is away. */
export class PeerStore {
  readonly #database: mongo.Db;
  readonly #peers: mongo.Collection<PeerDocument>;
  readonly #clock: Clock;

  private constructor(database: mongo.Db, peers: mongo.Collection<PeerDocument>, clock: Clock) {
    this.#database = database;
    this.#peers = peers;
    this.#clock = clock;
  }

  /** Makes sure of collection and indexes; harmless again and again. */
  static async open(connection: Connection, clock: Clock): Promise<PeerStore> {
    const model = connection.model('peers', peerSchema, 'peers');
    await model.createCollection();
    await model.createIndexes();
    if (!connection.db) throw new RoamgridError('unavailable', 'MongoDB is not connected');
    return new PeerStore(connection.db, model.collection as unknown as mongo.Collection<PeerDocument>, clock);
  }

  /** The peer; throws peer.unknown where there is none, or none any more. */
  async byId(id: string): Promise<PeerDocument> {
    const peer = await guarded(this.#peers.findOne({ _id: id, state: { $ne: 'removed' } }));
    if (peer === null) throw new RoamgridError('peer.unknown', `no peer ${id}`);
    return peer;
  }

  /** The peer that we issued this token to, unless it expired; throws peer.unknown where it is nobody's. */
  async byTokenHash(hash: string): Promise<PeerDocument> {
    const peer = await guarded(this.#peers.findOne({ 'inbound.hash': hash }));
    const token = peer?.inbound.find((record) => record.hash === hash);
    if (!peer || !token || (token.expires > 0 && token.expires <= this.#clock.now())) {
      throw new RoamgridError('peer.unknown', 'no peer has this token');
    }
    return peer;
  }

  /** The peer of that state with that versions URL, the newest. */
  async byVersionsUrl(versionsUrl: string, state: PeerState): Promise<PeerDocument | undefined> {
    const peer = await guarded(this.#peers.findOne({ versionsUrl, state }, { sort: { created: -1 } }));
    return peer ?? undefined;
  }

  /** All peers but the removed ones, oldest first. */
  all(): Promise<PeerDocument[]> {
    return guarded(this.#peers.find({ state: { $ne: 'removed' } }, { sort: { created: 1, _id: 1 } }).toArray());
  }

  /** Which of these parties another peer holds (CRD-33). */
  async claimed(parties: readonly string[], exceptPeerId: string): Promise<string[]> {
    const filter = { claims: { $in: [...parties] }, _id: { $ne: exceptPeerId } };
    const peers = await guarded(this.#peers.find(filter, { projection: { claims: 1 } }).toArray());
    return parties.filter((party) => peers.some((peer) => peer.claims.includes(party)));
  }

  async insert(peer: PeerDocument): Promise<PeerDocument> {
    await guarded(this.#peers.insertOne(peer));
    return peer;
  }

  /**
   * Changes a peer as it was read; undefined when someone else changed it first, so of several at once exactly one wins
   * (CRD-42). Throws object.invalid when it would hold a party of another peer (CRD-33).
   */
  async change(read: PeerDocument, changes: PeerChanges): Promise<PeerDocument | undefined> {
    const now = this.#clock.now();
    const inbound = (changes.inbound ?? read.inbound).filter(({ expires }) => expires === 0 || expires > now);
    const update = { $set: { ...changes, inbound, updated: new Date(now) }, $inc: { rev: 1 } };
    const filter = { _id: read._id, rev: read.rev };
    const changed = await guarded(this.#peers.findOneAndUpdate(filter, update, { returnDocument: 'after' }));
    return changed ?? undefined;
  }

  /**
   * Changes a peer whatever its revision; `decide` sees it as it is and is asked again when someone else was faster.
   */
  async changeLatest(id: string, decide: (peer: PeerDocument) => PeerChanges): Promise<PeerDocument> {
    for (;;) {
      const read = await this.byId(id);
      const changed = await this.change(read, decide(read));
      if (changed) return changed;
    }
  }

  /** Seals anew what an older key has sealed. No change of the peer: its revision stays. */
  async resealAll(reseal: (sealed: string, peerId: string) => string): Promise<number> {
    let resealed = 0;
    for (const { _id, rev, inbound, outbound } of await this.all()) {
      const next = {
        inbound: inbound.map((record) => ({ ...record, sealed: reseal(record.sealed, _id) })),
        outbound: outbound === '' ? '' : reseal(outbound, _id),
      };
      if (next.outbound === outbound && next.inbound.every(({ sealed }, i) => sealed === inbound[i]?.sealed)) continue;
      const { modifiedCount } = await guarded(this.#peers.updateOne({ _id, rev }, { $set: next }));
      resealed += modifiedCount;
    }
    return resealed;
  }

  /** Every change from now on, each with the peer as it is by then; what is read after this misses none of them. */
  async watch(): Promise<mongo.ChangeStream<PeerDocument>> {
    const now = (await guarded(this.#database.command({ ping: 1 })))['operationTime'] as unknown;
    if (!(now instanceof mongo.Timestamp))
      throw new RoamgridError('unavailable', 'MongoDB is no replica set, or none yet');
    return this.#peers.watch<PeerDocument>([], { fullDocument: 'updateLookup', startAtOperationTime: now });
  }
}

async function guarded<Result>(operation: Promise<Result>): Promise<Result> {
  try {
    return await operation;
  } catch (error) {
    if (error instanceof mongo.MongoServerError && isDuplicateKey(error) && error.message.includes(PARTY_INDEX)) {
      throw new RoamgridError('object.invalid', 'roles: a party of these is registered by another peer', {
        cause: error,
      });
    }
    throw storeError(error);
  }
}
