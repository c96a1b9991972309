import type { mongo } from 'mongoose';
import { GroupCommit, isDuplicateKey, storeError } from '@roamgrid/store';
import { withStoreErrors } from '../with-store-errors';
import { rowId, type DeliveryRow } from './delivery-row';
import { oweUpdate, replayUpdate, type Owed, type RowUpdate } from './row-updates';

/** What a lane needs of a row. */
export type DueRow = Pick<DeliveryRow, '_id' | 'peer' | 'module' | 'key' | 'rev' | 'attempts' | 'backlog' | 'since'>;

const DUE_ROW = { peer: 1, module: 1, key: 1, rev: 1, attempts: 1, backlog: 1, since: 1 } as const;

/** Which rows are sent again: one; those that were sent since then (epoch milliseconds); or all that are dead. */
export type ReplayChoice = { readonly key: string } | { readonly since: number } | 'dead';

interface RowWrite {
  readonly id: string;
  readonly update: RowUpdate;
}

const WRITE_BATCH = 512;
const UPSERT_RACES = 3;

/** The rows of all peers: what they are owed, were sent and did not take. Errors of the store are `unavailable`. */
export class DeliveryRows {
  readonly #rows: mongo.Collection<DeliveryRow>;
  /** What is owed waits for no settlement: a change is on its way to its peers only then. */
  readonly #owing = this.#writing();
  readonly #settling = this.#writing();

  constructor(rows: mongo.Collection<DeliveryRow>) {
    this.#rows = rows;
  }

  /** Owes revisions, together with what else is written meanwhile; resolves once all of it is durable. */
  async owe(owed: readonly Owed[], now: number): Promise<void> {
    await Promise.all(
      owed.map((each) => this.#owing.add({ id: rowId(each.peer, each.module, each.key), update: oweUpdate(each, new Date(now)) })),
    );
  }

  /** Applies what became of one row, together with what became of others meanwhile. */
  settle(id: string, update: RowUpdate): Promise<void> {
    return this.#settling.add({ id, update });
  }

  /** Rows of a peer that may be sent now, longest due first. */
  async due(peer: string, modules: readonly string[], now: number, limit: number): Promise<DueRow[]> {
    return withStoreErrors(() =>
      this.#rows
        .find(
          { peer, module: { $in: [...modules] }, state: 'owed', due: { $lte: new Date(now) } },
          {
            sort: { due: 1 },
            limit,
            projection: DUE_ROW,
            batchSize: limit,
          },
        )
        .toArray(),
    );
  }

  /** Those of these peers that have rows which may be sent now. Costs a look into the index for each peer and module, however much is owed. */
  async duePeers(peers: readonly string[], modules: readonly string[], now: number): Promise<string[]> {
    const due = { peer: { $in: [...peers] }, module: { $in: [...modules] }, state: 'owed' as const, due: { $lte: new Date(now) } };
    return withStoreErrors(() => this.#rows.distinct('peer', due));
  }

  /** Those of these rows that may be sent now. */
  async dueOf(ids: readonly string[], now: number): Promise<DueRow[]> {
    const due = { _id: { $in: [...ids] }, state: 'owed' as const, due: { $lte: new Date(now) } };
    return withStoreErrors(() => this.#rows.find(due, { projection: DUE_ROW, batchSize: ids.length + 1 }).toArray());
  }

  /** Makes what waits due now: all that is owed, or only what waits because the peer as a whole failed. How many rows that were. */
  async hasten(peer: string, modules: readonly string[], which: 'all' | 'peer', now: number): Promise<number> {
    const due = new Date(now);
    const waiting = { peer, module: { $in: [...modules] }, state: 'owed' as const, due: { $gt: due } };
    const { modifiedCount } = await withStoreErrors(() =>
      this.#rows.updateMany(which === 'all' ? waiting : { ...waiting, waits: 'peer' }, { $set: { due } }),
    );
    return modifiedCount;
  }

  /** Owes rows of a peer again that were sent or are dead. How many rows that were. */
  async replay(peer: string, modules: readonly string[], choice: ReplayChoice, now: number): Promise<number> {
    const { modifiedCount } = await withStoreErrors(() =>
      this.#rows.updateMany(replayed(peer, modules, choice), { $set: replayUpdate(new Date(now)) }),
    );
    return modifiedCount;
  }

  /** Ids of the peers that have rows. */
  async peers(): Promise<string[]> {
    return withStoreErrors(() => this.#rows.distinct('peer'));
  }

  /** How one object stands with every peer that it was ever owed to. */
  async ofObject(module: string, key: string): Promise<DeliveryRow[]> {
    const ids = (await this.peers()).map((peer) => rowId(peer, module, key));
    return withStoreErrors(() => this.#rows.find({ _id: { $in: ids } }).toArray());
  }

  /** Forgets a peer: what it was owed, and what it was sent. */
  async remove(peer: string): Promise<void> {
    await withStoreErrors(() => this.#rows.deleteMany({ peer }));
  }

  /** What a crash finds not yet settled is sent again, so nothing waits for company: only for the batch before it. */
  #writing(): GroupCommit<RowWrite, void> {
    return new GroupCommit({
      keyOf: ({ id }) => id,
      maxBatch: WRITE_BATCH,
      commit: async (writes) => {
        await this.#write(writes.map(({ update }) => update));
        return writes.map(() => ({ kind: 'done', result: undefined }));
      },
    });
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
}

function replayed(peer: string, modules: readonly string[], choice: ReplayChoice): mongo.Filter<DeliveryRow> {
  if (choice === 'dead') return { peer, module: { $in: [...modules] }, state: 'dead' };
  if ('since' in choice) return { peer, module: { $in: [...modules] }, state: 'sent', due: { $gte: new Date(choice.since) } };
  return { _id: { $in: modules.map((module) => rowId(peer, module, choice.key)) }, state: { $in: ['sent', 'dead'] } };
}
