import type { mongo } from 'mongoose';
import { rowId, type DeliveryRow, type Failure, type Wait } from './delivery-row';

/** A revision that a peer is to get. */
export interface Owed {
  readonly peer: string;
  readonly module: string;
  readonly key: string;
  readonly rev: number;
  readonly backlog: boolean;
  /** Also where the peer has acknowledged this revision already, or would not take it. */
  readonly again?: boolean;
}

export type RowUpdate = mongo.AnyBulkWriteOperation<DeliveryRow>;

/** How long a sent row is remembered, milliseconds. */
const SENT_KEPT = 7 * 24 * 3_600_000;

/**
 * Owes a revision. One that is known already changes nothing, so an event that comes again is never sent again and a
 * dead row stays dead, unless it is owed `again`. A newer one is due now, unless the row waits for a retry: that wait holds
 * for the newer revision too.
 */
export function oweUpdate({ peer, module, key, rev, backlog, again = false }: Owed, now: Date): RowUpdate {
  const owedAlready = { $eq: ['$state', 'owed'] };
  const kept = (field: string, otherwise: unknown): object => ({ $cond: [owedAlready, `$${field}`, otherwise] });
  const owed = {
    peer: { $literal: peer },
    module: { $literal: module },
    key: { $literal: key },
    state: 'owed',
    rev: { $max: ['$rev', rev] },
    sent: again ? kept('sent', 0) : { $ifNull: ['$sent', 0] },
    due: kept('due', now),
    since: kept('since', now),
    attempts: kept('attempts', 0),
    waits: kept('waits', 'turn'),
    backlog,
    failure: kept('failure', null),
    expires: null,
  };
  const newer = { $gt: [rev, { $ifNull: ['$rev', 0] }] };
  const owes = again ? { $or: [newer, { $ne: ['$state', 'owed'] }] } : newer;
  const update = [{ $replaceWith: { $cond: [owes, { $mergeObjects: ['$$ROOT', owed] }, '$$ROOT'] } }];
  return { updateOne: { filter: { _id: rowId(peer, module, key) }, update, upsert: true } };
}

/** How an acknowledgement is remembered. */
export interface Acknowledged {
  /** For ever: what is sent once must never be sent again, however late an event comes again (CDR-08). */
  readonly forEver: boolean;
  /** Where the peer says that the object can be read. */
  readonly location: string | undefined;
}

/** Nothing was sent, since there is nothing to tell the peer. */
export const NOTHING_SAID: Acknowledged = { forEver: false, location: undefined };

/** The peer has acknowledged a revision; the row stays owed when a newer one has come meanwhile. */
export function sentUpdate(id: string, rev: number, now: Date, { forEver, location }: Acknowledged): RowUpdate {
  const more = { $gt: ['$rev', { $max: ['$sent', rev] }] };
  const update = [
    {
      $set: {
        rev: { $max: ['$rev', rev] },
        sent: { $max: ['$sent', rev] },
        state: { $cond: [more, 'owed', 'sent'] },
        due: now,
        since: { $cond: [more, now, '$since'] },
        expires: { $cond: [more, null, forEver ? null : new Date(now.getTime() + SENT_KEPT)] },
        attempts: 0,
        waits: 'turn',
        failure: null,
        ...(location !== undefined && { location: { $literal: location } }),
      },
    },
  ];
  return { updateOne: { filter: { _id: id }, update } };
}

/**
 * Owes a row again, in whatever state its object is then; what else it says of the past is forgotten, so that nothing takes the
 * new attempts for done.
 */
export function replayUpdate(now: Date): object {
  return {
    state: 'owed',
    sent: 0,
    due: now,
    since: now,
    attempts: 0,
    waits: 'turn',
    backlog: true,
    failure: null,
    expires: null,
  };
}

/** The attempt with `rev` failed; the row waits until `due`. */
export function waitUpdate(
  id: string,
  rev: number,
  wait: { due: Date; attempts: number; waits: Wait; failure: Failure },
): RowUpdate {
  return { updateOne: { filter: { _id: id, state: 'owed', sent: { $lt: rev } }, update: { $set: wait } } };
}

/** The peer will not take `rev`; only a newer revision makes the row owed again, at once if it has come meanwhile. */
export function deadUpdate(id: string, rev: number, failure: Failure, now: Date): RowUpdate {
  const more = { $gt: ['$rev', rev] };
  const update = [
    {
      $set: {
        state: { $cond: [more, 'owed', 'dead'] },
        due: { $cond: [more, now, '$due'] },
        rev: { $max: ['$rev', rev] },
        attempts: 0,
        waits: 'turn',
        failure: { $literal: failure },
      },
    },
  ];
  return { updateOne: { filter: { _id: id, state: 'owed', sent: { $lt: rev } }, update } };
}
