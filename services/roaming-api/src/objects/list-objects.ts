import type { Request } from 'express';
import { parseOcpiDateTime, partyKey, type ListCursorCodec, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type ListReply, type ListRequest } from '@roamgrid/runtime';
import type { Backend, ServedModule } from '../backend';
import { readParty } from '../http/read-party';
import { queryParameter, sendJsonBytes, type Handler, type QueryParameter } from '../http/route';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** Query parameters of every list. */
export const listParameters: readonly QueryParameter[] = [
  {
    name: 'origin',
    description: '`own` for objects of this company, or the id of the peer they came from',
    schema: { type: 'string' },
  },
  {
    name: 'party',
    description: 'the party that owns the objects, such as `NL*RGC`',
    schema: { type: 'string', pattern: '^[A-Za-z]{2}\\*[A-Za-z0-9]{1,3}$' },
  },
  {
    name: 'updated_from',
    description: 'only objects whose last_updated is not before this time',
    schema: { type: 'string', format: 'date-time' },
  },
  {
    name: 'updated_to',
    description: 'only objects whose last_updated is before this time',
    schema: { type: 'string', format: 'date-time' },
  },
  {
    name: 'limit',
    description: 'objects in a page',
    schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
  },
  {
    name: 'cursor',
    description: '`next_cursor` of the page before, with all other parameters but limit as they were',
    schema: { type: 'string' },
  },
];

/** Which objects are listed; a cursor holds for one selection only. */
export interface Selection {
  readonly origin: string;
  readonly parties: readonly Party[];
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** Lists a module's objects, oldest created first. The object service frames them; their bytes are passed on unread. */
export function listObjects(module: ServedModule, { cursors }: Backend): Handler {
  return async (request, response) => {
    const selection = readSelection(request);
    const scope = scopeOf(module, selection);
    const listing = readListing(module, selection, readPlace(request, cursors, scope), readLimit(request));
    const reply = await module.objects.List(listing);
    const next = nextCursor(reply, listing, cursors, scope);
    const tail = `,"total":${reply.total}${next === undefined ? '' : `,"next_cursor":${JSON.stringify(next)}`}}`;
    sendJsonBytes(response, 200, Buffer.concat([Buffer.from('{"items":'), reply.json, Buffer.from(tail)]));
  };
}

/** The selection that the query names. Throws parameter.invalid. */
export function readSelection(request: Request): Selection {
  const party = queryParameter(request, 'party');
  return {
    origin: queryParameter(request, 'origin') ?? '',
    parties: party === undefined ? [] : [readParty('party', party)],
    from: readTime(request, 'updated_from'),
    to: readTime(request, 'updated_to'),
  };
}

function readTime(request: Request, name: string): number | undefined {
  const text = queryParameter(request, name);
  if (text === undefined) return undefined;
  const instant = parseOcpiDateTime(text);
  if (instant === undefined) throw invalid(name, text, 'a time in UTC such as 2026-06-07T18:40:07Z');
  return instant;
}

function readLimit(request: Request): number {
  const text = queryParameter(request, 'limit');
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MAX_LIMIT) throw invalid('limit', text, `a whole number from 1 to ${MAX_LIMIT}`);
  return limit;
}

type Place = Pick<ListRequest, 'after' | 'known_total' | 'offset'>;

function readPlace(request: Request, cursors: ListCursorCodec, scope: string): Place {
  const text = queryParameter(request, 'cursor');
  if (text === undefined) return { offset: 0 };
  const cursor = cursors.decode(text, scope);
  if (!cursor) {
    throw new RoamgridError(
      'parameter.invalid',
      'cursor: expected the next_cursor of a page with the same other parameters',
    );
  }
  const { created, key, offset, total } = cursor;
  return { offset, after: { created, key }, ...(total !== undefined && { known_total: total }) };
}

/** The call that reads a part of a selection. */
export function readListing(
  { version }: ServedModule,
  { origin, parties, from, to }: Selection,
  place: Place,
  limit: number,
): ListRequest {
  return {
    version,
    origin,
    parties,
    ...(from !== undefined && { date_from: from }),
    ...(to !== undefined && { date_to: to }),
    ...place,
    limit,
    described: true,
  };
}

/** Windows have no counter, so the cursor carries what the first page counted. */
function nextCursor(
  reply: ListReply,
  listing: ListRequest,
  cursors: ListCursorCodec,
  scope: string,
): string | undefined {
  if (!reply.next) return undefined;
  const windowed = listing.date_from !== undefined || listing.date_to !== undefined;
  const { created, key } = reply.next;
  return cursors.encode(
    { created, key, offset: listing.offset + reply.count, ...(windowed && { total: reply.total }) },
    scope,
  );
}

function scopeOf({ declaration, version }: ServedModule, { origin, parties, from, to }: Selection): string {
  return JSON.stringify([declaration.id, version, origin, parties.map(partyKey), from ?? null, to ?? null]);
}

function invalid(name: string, found: string, expected: string): RoamgridError {
  return new RoamgridError(
    'parameter.invalid',
    `${name}: expected ${expected}, found ${JSON.stringify(found.slice(0, 40))}`,
  );
}
