import { Header, nextLink, parseOcpiDateTime, type Party } from '@roamgrid/ocpi';
import { textField, type JsonObject } from '../check/field';
import type { PeerReply } from '../peer/recorded-request';
import type { Defect } from './defect';

/** An object of the trial platform; `created` counts. */
export interface Stored {
  object: JsonObject;
  readonly created: number;
}

/** A list of the trial platform. */
export interface TrialList {
  readonly url: string;
  readonly defects: ReadonlySet<Defect>;
  /** Whether date_from must be given. */
  readonly needsFrom: boolean;
  readonly stored: readonly Stored[];
  /** Whether an object is for who asks. */
  isFor(object: JsonObject): boolean;
}

const NOT_FOUND: PeerReply = { http: 404, status: 2001 };
const INVALID: PeerReply = { status: 2001 };
const MAX_LIMIT = 5;

/** One page of a list. */
export function trialPage(list: TrialList, query: URLSearchParams): PeerReply {
  const { defects } = list;
  const instants = instantsIn(list, query);
  if (!instants) return INVALID;
  const all = windowOf(list, instants[0], instants[1]).filter((object) => list.isFor(object));
  const asked = query.has('limit') ? Number(query.get('limit')) : MAX_LIMIT;
  const limit = defects.has('any limit') ? asked : Math.min(asked, MAX_LIMIT);
  const given = Number(query.get('offset') ?? 0);
  const offset = defects.has('offset counts pages') ? given * limit : given;
  if (offset >= all.length && offset > 0 && defects.has('an offset past the end is 404')) return NOT_FOUND;
  const data = all.slice(offset, offset + limit);
  if (data.length === 0 && defects.has('no headers on an empty list')) return { data };
  const none = data.length === 0 && defects.has('an empty list is null');
  return { data: none ? null : data, headers: headersOf(list, query, { offset, limit, count: data.length, total: all.length }) };
}

/** date_from and date_to; undefined when a parameter is wrong, or missing where it must not be. */
function instantsIn({ defects, needsFrom }: TrialList, query: URLSearchParams): readonly (number | undefined)[] | undefined {
  const bad = ['offset', 'limit'].some((name) => !/^\d{0,15}$/.test(query.get(name) ?? ''));
  const times = ['date_from', 'date_to'].map((name) => query.get(name) ?? undefined);
  const instants = times.map((text) => (text === undefined ? undefined : parseOcpiDateTime(text)));
  const unread = times.some((text, index) => text !== undefined && instants[index] === undefined);
  const isWrong = (bad || unread) && !defects.has('bad parameters are ignored');
  const isMissing = needsFrom && times[0] === undefined && !defects.has('sessions need no date_from');
  return isWrong || isMissing ? undefined : instants;
}

function windowOf({ defects, stored }: TrialList, from = -Infinity, to = Infinity): JsonObject[] {
  const time = (each: Stored): number => (defects.has('filters by creation') ? Date.now() + each.created : momentOf(each.object));
  const isIn = (each: Stored): boolean =>
    (defects.has('date_from is exclusive') ? time(each) > from : time(each) >= from) &&
    (defects.has('date_to is inclusive') ? time(each) <= to : time(each) < to);
  const byTime = defects.has('ordered by last_updated');
  return stored
    .filter(isIn)
    .sort((a, b) => (byTime ? momentOf(a.object) - momentOf(b.object) : a.created - b.created))
    .map(({ object }) => object);
}

interface Slice {
  readonly offset: number;
  readonly limit: number;
  readonly count: number;
  readonly total: number;
}

function headersOf({ defects, url }: TrialList, query: URLSearchParams, { offset, limit, count, total }: Slice): Record<string, string> {
  const next = offset + count < total || (defects.has('a Link on the last page') && count > 0);
  const filters = defects.has('the Link drops filters') ? [] : ['date_from', 'date_to'];
  const kept = filters.flatMap((name): [string, string][] => (query.has(name) ? [[name, query.get(name) ?? '']] : []));
  const link = new URLSearchParams([...kept, ['offset', String(offset + count)], ['limit', String(limit)]]);
  return {
    [Header.TotalCount]: String(defects.has('X-Total-Count counts the page') ? count : total),
    [Header.Limit]: String(defects.has('X-Limit counts the page') ? count : limit),
    ...(next && { [Header.Link]: nextLink(`${url}?${link.toString()}`) }),
  };
}

/** Whether an object is of a party; nobody is everybody. */
export function isOf(object: JsonObject, party: Party | undefined): boolean {
  return !party || (isSame(object['country_code'], party.country_code) && isSame(object['party_id'], party.party_id));
}

/** Whether two texts are the same, but for the case of letters. */
export function isSame(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' && a.toUpperCase() === b.toUpperCase();
}

/** last_updated in milliseconds since the epoch. */
export function momentOf(object: unknown): number {
  return parseOcpiDateTime(textField(object, 'last_updated') ?? '') ?? 0;
}
