import { mongo } from 'mongoose';
import { RoamgridError, messageOf } from '@roamgrid/runtime';

const AWAY_NAMES = ['MongoNetwork', 'MongoServerSelectionError', 'MongoNotConnectedError', 'MongoTopologyClosedError', 'MongoPool'];
const AWAY_LABELS = ['RetryableWriteError', 'TransientTransactionError', 'ResumableChangeStreamError'];
/** A server that shuts down or is no longer, or not yet, the primary. */
const AWAY_CODES = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);
const DUPLICATE_KEY = 11000;

/** Whether the error says that MongoDB is away or changing its primary, not that the call was wrong. */
export function isStoreAway(error: unknown): boolean {
  if (!(error instanceof mongo.MongoError)) return false;
  return (
    AWAY_NAMES.some((name) => error.name.startsWith(name)) ||
    AWAY_LABELS.some((label) => error.hasErrorLabel(label)) ||
    AWAY_CODES.has(Number(error.code)) ||
    isBulkCutOff(error)
  );
}

/** What a failed call of the driver means to our callers. */
export function storeError(error: unknown): RoamgridError {
  if (error instanceof RoamgridError) return error;
  if (isStoreAway(error)) return new RoamgridError('unavailable', 'the store does not answer at the moment', { cause: error });
  return new RoamgridError('internal', messageOf(error), { cause: error });
}

export function isDuplicateKey(error: { code?: number | string }): boolean {
  return error.code === DUPLICATE_KEY;
}

/** The error of a single write of a bulk, with its position. */
export interface WriteFailure {
  readonly code: number;
  readonly index: number;
  readonly text: string;
}

/** The errors of the single writes of a bulk. */
export function writeErrorsOf(error: mongo.MongoBulkWriteError): WriteFailure[] {
  const errors = error.writeErrors as mongo.WriteError | mongo.WriteError[];
  return (Array.isArray(errors) ? errors : [errors]).map(({ code, index, errmsg = '' }) => ({ code, index, text: errmsg }));
}

/** Whether the value that is there already is one of that index; the server says so in words only. */
export function isDuplicateIn(index: string, { code, text }: WriteFailure): boolean {
  return code === DUPLICATE_KEY && text.includes(` index: ${index} `);
}

/** Another object has the claim that this one was to have. */
export class ClaimTakenError extends Error {
  readonly claim: string;

  constructor(claim: string) {
    super(`${claim} is claimed by another object`);
    this.name = 'ClaimTakenError';
    this.claim = claim;
  }
}

/** The driver wraps a lost connection in a bulk write error that names neither a write nor a code of the server. */
function isBulkCutOff(error: mongo.MongoError): boolean {
  return error instanceof mongo.MongoBulkWriteError && error.code === undefined && writeErrorsOf(error).length === 0;
}
