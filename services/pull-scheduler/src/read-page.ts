import { arrayMemberElements, Header, isSuccess, parseNextLink } from '@roamgrid/ocpi';
import { isSuccessful, OcpiAnswer, requireSuccess, retryAfterMillis } from '@roamgrid/ocpi-client';
import { RoamgridError } from '@roamgrid/runtime';
import { jsonShape } from './json-shape';
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

/** Most objects of a page; more of them would be too small to be objects. */
const MOST_OBJECTS = 100_000;
/** Far beyond what an envelope around an OCPI object needs (TRN-44). */
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
    throw new Setback(code === 'peer.refused' && isRefusal(answer) ? 'link' : 'answer', code, message, {
      retryAfter,
      cause: error,
    });
  }
}

function pageOf(answer: OcpiAnswer): Page {
  const { depth, commas } = jsonShape(answer.body);
  if (depth > MAX_DEPTH) throw bad(`the page is nested deeper than ${MAX_DEPTH} levels`);
  if (commas >= MOST_OBJECTS) throw bad(`a page of ${commas + 1} objects, expected at most ${MOST_OBJECTS}`);
  const objects = objectsOf(answer);
  const total = headerOf(answer, Header.TotalCount)?.trim() ?? '';
  const link = parseNextLink(headerOf(answer, Header.Link));
  return { objects, link, total: /^\d{1,15}$/.test(total) ? Number(total) : null };
}

/**
 * The objects of a successful answer. Of the text only what stands around them is parsed: parsing them too, to throw
 * it away, would be half of the work and most of the memory of a pull, and the module's service judges each of them
 * anyway.
 */
function objectsOf(answer: OcpiAnswer): Buffer[] {
  const { body, httpStatus } = answer;
  const objects = httpStatus >= 200 && httpStatus < 300 ? cut(body) : undefined;
  const envelope = objects && envelopeAround(body, objects);
  if (objects && envelope && isSuccess(envelope.status_code) && Array.isArray(envelope.data)) {
    if (envelope.data.length === 0) return objects;
    throw bad('data stands in the page more than once');
  }
  requireSuccess(answer);
  throw bad('data is no list');
}

function cut(body: Buffer): Buffer[] | undefined {
  try {
    return arrayMemberElements(body, 'data');
  } catch {
    return undefined; // no JSON
  }
}

/** The envelope with an empty list in place of the objects cut out of it; undefined when it is none. */
function envelopeAround(body: Buffer, objects: readonly Buffer[]): { status_code: number; data?: unknown } | undefined {
  const first = objects[0];
  const last = objects.at(-1);
  const around =
    first && last
      ? Buffer.concat([
          body.subarray(0, first.byteOffset - body.byteOffset),
          body.subarray(last.byteOffset + last.length - body.byteOffset),
        ])
      : body;
  return new OcpiAnswer({ httpStatus: 200, headers: {}, body: around, millis: 0, requestId: '' }).envelope;
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
