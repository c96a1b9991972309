import { RoamgridError } from '@roamgrid/runtime';

/** A place in a list that is ordered by time and then by id, newest first. */
export interface PageCursor {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly id: string;
}

/** The cursor as callers hand it back. */
export function writeCursor({ at, id }: PageCursor): string {
  return Buffer.from(`${at} ${id}`).toString('base64url');
}

/** Empty: the beginning. Throws parameter.invalid for what {@link writeCursor} never wrote. */
export function readCursor(text: string): PageCursor | undefined {
  if (text === '') return undefined;
  const [, at, id] = /^(\d{1,16}) (.+)$/s.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (at === undefined || id === undefined) throw new RoamgridError('parameter.invalid', 'after: not the `next` of a page before');
  return { at: Number(at), id };
}

/** Most entries of a page. */
const MOST = 500;

/** How many entries a page has. Throws parameter.invalid unless 1 to 500. */
export function pageLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new RoamgridError('parameter.invalid', `limit: ${limit}, must be 1 to ${MOST}`);
}
