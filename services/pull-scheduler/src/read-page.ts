import { arrayMemberElements, Header, jsonDepth, parseNextLink } from '@roamgrid/ocpi';
import { isSuccessful, requireSuccess, retryAfterMillis, type OcpiAnswer } from '@roamgrid/ocpi-client';
import { RoamgridError } from '@roamgrid/runtime';
import { Setback } from './setback';

/** One page of a peer's list. */
export interface Page {
  /** Each object as the bytes that arrived. */
  readonly objects: readonly Buffer[];
  /** The next link as given; undefined on the last page (PAG-25). */
  readonly link: string | undefined;
  /** X-Total-Count; null when absent or no number. */
  readonly total: number | null;
}

/** Most objects of a page: more of them than bytes allow are no objects. */
const MOST_OBJECTS = 100_000;
/** Far beyond what an envelope around an OCPI object needs; checked before anything parses the text (TRN-44). */
const MAX_DEPTH = 80;

/**
 * Reads an answer as a page: HTTP 2xx, OCPI 1xxx and `data` a list (TRN-21). Objects are cut out, not judged (TRN-42).
 * Throws a setback with what the peer said and its Retry-After; `now` is in epoch milliseconds.
 */
export function readPage(answer: OcpiAnswer, now: number): Page {
  try {
    return pageOf(answer);
  } catch (error) {
    const { code, message } = RoamgridError.from(error);
    const retryAfter = retryAfterMillis(headerOf(answer, 'retry-after'), now) ?? 0;
    throw new Setback(isRefusal(answer) ? 'link' : 'answer', code, message, { retryAfter, cause: error });
  }
}

function pageOf(answer: OcpiAnswer): Page {
  if (jsonDepth(answer.body) > MAX_DEPTH) throw bad(`the page is nested deeper than ${MAX_DEPTH} levels`);
  const { data } = requireSuccess(answer);
  if (!Array.isArray(data)) throw bad('data is no list');
  if (data.length > MOST_OBJECTS) throw bad(`a page of ${data.length} objects, expected at most ${MOST_OBJECTS}`);
  const objects = arrayMemberElements(answer.body, 'data') ?? [];
  if (objects.length !== data.length) throw bad('data stands in the page more than once');
  const total = headerOf(answer, Header.TotalCount)?.trim() ?? '';
  const link = parseNextLink(headerOf(answer, Header.Link));
  return { objects, link, total: /^\d{1,15}$/.test(total) ? Number(total) : null };
}

/** Whether the peer understood and does not want to: asking again for the same will hardly help. */
function isRefusal(answer: OcpiAnswer): boolean {
  const { httpStatus } = answer;
  if (httpStatus >= 400 && httpStatus < 500) return ![401, 403, 408, 425, 429].includes(httpStatus);
  const code = httpStatus < 300 && !isSuccessful(answer) ? answer.envelope?.status_code : undefined;
  return code !== undefined && code >= 2000 && code < 3000;
}

function headerOf(answer: OcpiAnswer, name: string): string | undefined {
  const value: string | string[] | undefined = answer.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function bad(message: string): RoamgridError {
  return new RoamgridError('peer.bad_answer', message);
}
