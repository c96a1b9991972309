import { mongo } from 'mongoose';
import { RoamgridError, messageOf } from '@roamgrid/runtime';

const AWAY = ['MongoNetworkError', 'MongoServerSelectionError', 'MongoNotConnectedError', 'MongoTopologyClosedError'];
const AWAY_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'ResumableChangeStreamError'];

/** Whether the error says that MongoDB is away or changing its primary, not that the call was wrong. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof mongo.MongoError)) return false;
  return AWAY.some((name) => error.name.startsWith(name)) || AWAY_LABELS.some((label) => error.hasErrorLabel(label));
}

/** What a failed call of the driver means to our callers. */
export function storeError(error: unknown): RoamgridError {
  if (error instanceof RoamgridError) return error;
  if (isStoreAway(error)) return new RoamgridError('unavailable', 'the store does not answer at the moment', { cause: error });
  return new RoamgridError('internal', messageOf(error), { cause: error });
}

const DUPLICATE_KEY = 11000;

export function isDuplicateKey(error: { code?: number | string }): boolean {
  return error.code === DUPLICATE_KEY;
}
