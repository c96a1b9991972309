import type { mongo } from 'mongoose';
import type { Clock } from '@roamgrid/runtime';
import { GroupCommit, isDuplicateKey, storeError } from '@roamgrid/store';
import { rowId, type DeliveryRow } from './delivery-row';
import { oweUpdate, type Owed, type RowUpdate } from './row-updates';

/** What a lane needs of a row. */
export type DueRow = Pick<DeliveryRow, '_id' | 'module' | 'key' | 'rev' | 'attempts' | 'backlog' | 'since'>;

/** How many rows of a peer and module are owed and dead. */
export interface RowCount {
  readonly peer: string;
  readonly module: string;
  readonly owed: number;
  readonly dead: number;
}

const WRITE_BATCH = 512;
const UPSERT_RACES = 3;

/** The rows of all peers: what they are owed, were sent and did not take. Errors of the store are `unavailable`. */
export class DeliveryRows {
  readonly #rows: mongo.Collection<DeliveryRow>;
  readonly #writes: GroupCommit<{ readonly id: string; readonly update: RowUpdate }, void>;

  constructor(rows: mongo.Collection<DeliveryRow>, clock: Clock) {
    this.#rows = rows;
    this.#writes = new GroupCommit({
      keyOf: ({ id }) => id,
      maxBatch: WRITE_BATCH,
      clock,
      commit: async (writes) => {
        await this.#write(writes.map(({ update }) => update));
        return writes.map(() => ({ kind: 'done', result: undefined }));
      },
    });
  }

  /** Owes revisions, together with what else is written meanwhile; resolves once all of it is durable. */
  async owe(owed: readonly Owed[], now: number): Promise<void> {
    await Promise.all(
      owed.map((each) => this.#writes.add({ id: rowId(each.peer, each.module, each.key), update: oweUpdate(each, new Date(now)) })),
    );
  }

  /** Applies what became of one row, together with what became of others meanwhile. */
  settle(id: string, update: RowUpdate): Promise<void> {
    return this.#writes.add({ id, update });
  }

  /** Rows of a peer that may be sent now, longest due first. */
  async due(peer: string, modules: readonly string[], now: number, limit: number): Promise<DueRow[]> {
    return this.#away(() =>
      this.#rows
        .find(
          { peer, module: { $in: [...modules] }, state: 'owed', due: { $lte: new Date(now) } },
          {
            sort: { due: 1 },
            limit,
            projection: { module: 1, key: 1, rev: 1, attempts: 1, backlog: 1, since: 1 },
            batchSize: limit,
          },
        )
        .toArray(),
    );
  }

  /** Makes what waits due now: all that is owed, or only what waits because the peer as a whole failed. */
  async hasten(peer: string, modules: readonly string[], which: 'all' | 'peer', now: number): Promise<void> {
    const due = new Date(now);
    const waiting = { peer, module: { $in: [...modules] }, state: 'owed' as const, due: { $gt: due } };
    await this.#away(() =>
      this.#rows.updateMany(which === 'all' ? waiting : { ...waiting, waits: 'peer' }, { $set: { due } }),
    );
  }

  /** Ids of the peers that have rows. */
  async peers(): Promise<string[]> {
    return this.#away(() => this.#rows.distinct('peer'));
  }

  /** How one object stands with every peer that it was ever owed to. */
  async ofObject(module: string, key: string): Promise<DeliveryRow[]> {
    const ids = (await this.peers()).map((peer) => rowId(peer, module, key));
    return this.#away(() => this.#rows.find({ _id: { $in: ids } }).toArray());
  }

  /** Forgets a peer: what it was owed, and what it was sent. */
  async remove(peer: string): Promise<void> {
    await this.#away(() => this.#rows.deleteMany({ peer }));
  }

  /** Owed and dead rows of these peers; those that have none of either are left out. */
  async counts(peers: readonly string[], modules: readonly string[]): Promise<RowCount[]> {
    const is = (state: string): object => ({ $sum: { $cond: [{ $eq: ['$state', state] }, 1, 0] } });
    return this.#away(() =>
      this.#rows
        .aggregate<RowCount>(
          [
            { $match: { peer: { $in: [...peers] }, module: { $in: [...modules] }, state: { $in: ['owed', 'dead'] } } },
            { $group: { _id: { peer: '$peer', module: '$module' }, owed: is('owed'), dead: is('dead') } },
            { $project: { _id: 0, peer: '$_id.peer', module: '$_id.module', owed: 1, dead: 1 } },
          ],
          { hint: 'due' },
        )
        .toArray(),
    );
  }

  /** Two replicas that upsert one row at the same time: one of them meets the other's row and writes again. */
  async #write(updates: RowUpdate[], races = 0): Promise<void> {
    try {
      await this.#rows.bulkWrite(updates, { ordered: false });
    } catch (error) {
      if (races >= UPSERT_RACES || !isDuplicateKey(error as { code?: number })) throw storeError(error);
      await this.#write(updates, races + 1);
    }
  }

  async #away<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw storeError(error);
    }
  }
}
