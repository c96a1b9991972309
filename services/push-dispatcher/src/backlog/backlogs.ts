import type { mongo } from 'mongoose';
import type { Position } from '@roamgrid/runtime';
import type { Receiver } from '../receiver';
import { withStoreErrors } from '../with-store-errors';
import type { BacklogDocument } from './backlog-document';

/** Which backlogs are wanted, and how far each has come; survives whoever builds it. */
export class Backlogs {
  readonly #backlogs: mongo.Collection<BacklogDocument>;

  constructor(backlogs: mongo.Collection<BacklogDocument>) {
    this.#backlogs = backlogs;
  }

  /**
   * Asks for the backlog of a receiver, unless it was asked for already as the receiver is now. `again` asks in any
   * case: a process that learned of a receiver while it accepted changes may have passed over some just before, and so
   * may every other process, each in its own moment; the rows of a backlog built twice are written once.
   */
  async want(receiver: Receiver, again: boolean): Promise<void> {
    const [peer, module, fingerprint] = [receiver.peer.id, receiver.module.id, fingerprintOf(receiver)];
    const more = again ? 1 : { $cond: [{ $eq: ['$fingerprint', { $literal: fingerprint }] }, 0, 1] };
    const update = [
      {
        $set: {
          peer: { $literal: peer },
          module,
          fingerprint: { $literal: fingerprint },
          wanted: { $add: [{ $ifNull: ['$wanted', 0] }, more] },
          building: { $ifNull: ['$building', 0] },
          done: { $ifNull: ['$done', 0] },
          resend: { $ifNull: ['$resend', 0] },
          after: { $ifNull: ['$after', null] },
        },
      },
    ];
    await withStoreErrors(() => this.#backlogs.updateOne({ _id: `${peer}|${module}` }, update, { upsert: true }));
  }

  /**
   * Asks for all backlogs of a peer, or of the modules given, once more, and that all is sent again which the peer has got already.
   * How many there are; a receiver whose backlog was never asked for has none yet.
   */
  async resend(peer: string, modules: readonly string[]): Promise<number> {
    const update = [{ $set: { wanted: { $add: ['$wanted', 1] }, resend: { $add: ['$wanted', 1] } } }];
    const { matchedCount } = await withStoreErrors(() =>
      this.#backlogs.updateMany({ peer, module: { $in: [...modules] } }, update),
    );
    return matchedCount;
  }

  /** The backlogs of a peer that are to be built. */
  async open(peer: string): Promise<BacklogDocument[]> {
    return withStoreErrors(() => this.#backlogs.find({ peer, $expr: { $gt: ['$wanted', '$done'] } }).toArray());
  }

  /** Notes that everything up to a position has its row. */
  async note(id: string, building: number, after: Position | null): Promise<void> {
    await withStoreErrors(() => this.#backlogs.updateOne({ _id: id }, { $set: { building, after } }));
  }

  /** Notes that a backlog is complete. */
  async complete(id: string, building: number): Promise<void> {
    await withStoreErrors(() => this.#backlogs.updateOne({ _id: id }, { $set: { done: building, after: null } }));
  }

  /** Forgets a peer. */
  async remove(peer: string): Promise<void> {
    await withStoreErrors(() => this.#backlogs.deleteMany({ peer }));
  }
}

/** What makes a receiver a new one: another endpoint, another version, another party, a contract. */
export function fingerprintOf({ url, peer, parties, seesAll }: Receiver): string {
  return JSON.stringify([url, peer.version, [...parties].sort(), ...(seesAll ? ['sees all'] : [])]);
}
