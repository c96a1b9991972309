import { parseOcpiDateTime, type ListCursor, type ListCursorCodec } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';
import type { PageLimits } from './gateway-config';

/** Query of a list request, read and checked. */
export interface ListQuery {
  readonly dateFrom?: number;
  readonly dateTo?: number;
  readonly offset: number;
  readonly limit: number;
  readonly cursor?: ListCursor;
  /** What a cursor of this list is bound to. */
  readonly scope: string;
  /** The original filters, to be repeated in the next link (PAG-10). */
  readonly filters: readonly [string, string][];
}

type Query = Readonly<Record<string, unknown>>;

/**
 * Reads date_from, date_to, offset, limit and our cursor; everything else is ignored (PAG-24). `list` names the list for the
 * cursor: caller, module, version, party. Throws parameter.invalid, saying which and what was expected (PAG-22).
 */
export function readListQuery(query: Query, limits: PageLimits, list: string, cursors: ListCursorCodec): ListQuery {
  const dateFrom = readDate(query, 'date_from');
  const dateTo = readDate(query, 'date_to');
  const offset = readCount(query, 'offset') ?? 0;
  const limit = Math.min(readCount(query, 'limit') ?? limits.defaultLimit, limits.maxLimit);
  const filters = ['date_from', 'date_to'].flatMap((name): [string, string][] => {
    const value = readText(query, name);
    return value === undefined ? [] : [[name, value]];
  });
  const scope = JSON.stringify([list, dateFrom ?? null, dateTo ?? null]);
  const cursor = readCursor(query, scope, cursors);
  return {
    ...(dateFrom !== undefined && { dateFrom }),
    ...(dateTo !== undefined && { dateTo }),
    offset,
    limit,
    ...(cursor?.offset === offset && { cursor }),
    scope,
    filters,
  };
}

function readCursor(query: Query, scope: string, cursors: ListCursorCodec): ListCursor | undefined {
  const text = readText(query, 'cursor');
  if (text === undefined) return undefined;
  const cursor = cursors.decode(text, scope);
  if (!cursor) throw new RoamgridError('parameter.invalid', 'cursor: not one that we issued for this list; follow the Link as it was given');
  return cursor;
}

function readDate(query: Query, name: string): number | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  const instant = parseOcpiDateTime(text);
  if (instant === undefined) throw new RoamgridError('parameter.invalid', `${name}: expected a DateTime in UTC such as 2026-01-31T12:00:00Z`);
  return instant;
}

function readCount(query: Query, name: string): number | undefined {
  const text = readText(query, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new RoamgridError('parameter.invalid', `${name}: expected a whole number from 0`);
  return Number(text);
}

function readText(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new RoamgridError('parameter.invalid', `${name}: given more than once`);
  return value;
}
