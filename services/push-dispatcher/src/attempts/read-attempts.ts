import type { mongo } from 'mongoose';
import { withStoreErrors } from '../with-store-errors';
import type { AttemptDocument } from './attempt-document';

/** Which attempts; empty names: of all peers, modules, objects. */
export interface AttemptChoice {
  readonly peer: string;
  readonly module: string;
  readonly key: string;
}

/**
 * Attempts, newest first.
 * @param after the id of the last one of the page before; empty: from the newest on
 */
export async function readAttempts(
  attempts: mongo.Collection<AttemptDocument>,
  { peer, module, key }: AttemptChoice,
  limit: number,
  after: string,
): Promise<AttemptDocument[]> {
  const filter: mongo.Filter<AttemptDocument> = {
    ...(peer !== '' && { peer }),
    ...(module !== '' && { module }),
    ...(key !== '' && { key }),
    ...(after !== '' && { _id: { $lt: after } }),
  };
  return withStoreErrors(() => attempts.find(filter, { sort: { _id: -1 }, limit }).toArray());
}
