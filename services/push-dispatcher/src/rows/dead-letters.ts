import type { mongo } from 'mongoose';
import type { PageCursor } from '../operations/page-cursor';
import { withStoreErrors } from '../with-store-errors';
import type { DeliveryRow, Failure } from './delivery-row';

/** A row that a peer would not take. */
export type DeadRow = Pick<DeliveryRow, '_id' | 'peer' | 'module' | 'key' | 'rev'> & { readonly failure: Failure };

/**
 * Dead rows, newest failure first, from behind a place on.
 * @param which empty names: all peers, all modules
 */
export async function deadLetters(
  rows: mongo.Collection<DeliveryRow>,
  which: { readonly peer: string; readonly module: string },
  limit: number,
  after?: PageCursor,
): Promise<DeadRow[]> {
  const at = new Date(after?.at ?? 0);
  const filter: mongo.Filter<DeliveryRow> = {
    state: 'dead',
    ...(which.peer !== '' && { peer: which.peer }),
    ...(which.module !== '' && { module: which.module }),
    ...(after && { 'failure.at': { $lte: at }, $or: [{ 'failure.at': { $lt: at } }, { _id: { $lt: after.id } }] }),
  };
  const projection = { peer: 1, module: 1, key: 1, rev: 1, failure: 1 };
  const sort = { 'failure.at': -1, _id: -1 } as const;
  return withStoreErrors(() => rows.find(filter, { sort, limit, projection }).toArray() as Promise<unknown> as Promise<DeadRow[]>);
}
