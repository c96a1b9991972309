import type { Request } from 'express';
import type { ListCursorCodec } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';
import { queryParameter, type QueryParameter } from './route';

/** The query parameters of a page whose position is the service's own. */
export function pageParameters(what: string, limits: { readonly fallback: number; readonly most: number }): readonly QueryParameter[] {
  return [
    { name: 'limit', description: `${what} in a page`, schema: { type: 'integer', minimum: 1, maximum: limits.most, default: limits.fallback } },
    { name: 'cursor', description: '`next_cursor` of the page before, with all other parameters but limit as they were', schema: { type: 'string' } },
  ];
}

/** The page that is asked for. Throws parameter.invalid. */
export function readLimit(request: Request, { fallback, most }: { readonly fallback: number; readonly most: number }): number {
  const text = queryParameter(request, 'limit');
  if (text === undefined) return fallback;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > most) throw new RoamgridError('parameter.invalid', `limit: expected a whole number from 1 to ${most}`);
  return limit;
}

/** The service's own position behind the page before; empty at the first. It travels signed, for lists of this scope only. Throws parameter.invalid. */
export function readPosition(request: Request, cursors: ListCursorCodec, scope: string): string {
  const text = queryParameter(request, 'cursor');
  if (text === undefined) return '';
  const position = cursors.decode(text, scope)?.key;
  if (position === undefined) {
    throw new RoamgridError('parameter.invalid', 'cursor: expected the next_cursor of a page with the same other parameters');
  }
  return position;
}

/** The `next_cursor` of an answer; nothing behind the last page. */
export function nextCursor(next: string, cursors: ListCursorCodec, scope: string): { readonly next_cursor?: string } {
  return next === '' ? {} : { next_cursor: cursors.encode({ created: 0, key: next, offset: 0 }, scope) };
}
