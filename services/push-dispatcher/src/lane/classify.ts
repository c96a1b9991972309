import { isSuccess } from '@roamgrid/ocpi';
import type { OcpiAnswer } from '@roamgrid/ocpi-client';
import { RoamgridError } from '@roamgrid/runtime';

/** What came of an attempt: an answer, with how long it asked to wait (milliseconds), or no answer and why. */
export type AttemptResult =
  | { readonly answer: Pick<OcpiAnswer, 'httpStatus' | 'envelope'>; readonly retryAfter?: number | undefined }
  | { readonly error: unknown };

/**
 * What to do after an attempt. `of` says who failed: the peer as a whole, so that trying other objects is no use either, or
 * this object alone.
 */
export type Outcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly of: 'peer' | 'object'; readonly after?: number | undefined; readonly reason: string }
  | { readonly kind: 'dead'; readonly reason: string }
  | { readonly kind: 'pause'; readonly of: 'peer' | 'object'; readonly reason: string };

export type PushMethod = 'PUT' | 'POST' | 'DELETE';

/** Statuses below 500 that say nothing about the object: too slow, too early, too many. */
const PASSING = new Set([408, 425, 429]);
/** A method or HTTP version that the peer does not have: trying again brings nothing. */
const NEVER = new Set([501, 505]);
/** Unknown Location, unknown Token: what the object refers to may still be on its way. */
const REFERENCE_MISSING = new Set([2003, 2004]);

/** Judges an attempt (TRN-21). A table in code: first match wins. */
export function classify(method: PushMethod, result: AttemptResult): Outcome {
  if ('error' in result) return classifyError(RoamgridError.from(result.error));
  const { answer, retryAfter } = result;
  const http = answer.httpStatus;
  const ocpi = answer.envelope?.status_code;
  const message = answer.envelope?.status_message ? ` (${answer.envelope.status_message.slice(0, 200)})` : '';
  const reason = `HTTP ${http}${ocpi === undefined ? '' : `, OCPI ${ocpi}`}${message}`;
  const ok = http >= 200 && http < 300;
  if (ok && ocpi !== undefined && isSuccess(ocpi)) return { kind: 'delivered' };
  if (http === 401) return { kind: 'pause', of: 'peer', reason };
  if (http === 403) return { kind: 'pause', of: 'object', reason };
  if (http === 404) return method === 'DELETE' ? { kind: 'delivered' } : { kind: 'retry', of: 'object', reason };
  if (NEVER.has(http)) return { kind: 'dead', reason };
  if (PASSING.has(http) || http >= 500) return { kind: 'retry', of: 'peer', after: retryAfter, reason };
  if (http >= 300 && http < 400) return { kind: 'retry', of: 'peer', reason: `${reason}: redirects are not followed` };
  if (ocpi !== undefined && ocpi >= 3000) return { kind: 'retry', of: ocpi < 4000 ? 'peer' : 'object', after: retryAfter, reason };
  if (ocpi === undefined && ok) return { kind: 'retry', of: 'peer', reason: `${reason} without an OCPI envelope` };
  if (ocpi !== undefined && REFERENCE_MISSING.has(ocpi)) return { kind: 'retry', of: 'object', reason };
  return { kind: 'dead', reason };
}

function classifyError({ code, message }: RoamgridError): Outcome {
  if (code === 'peer.address_forbidden') return { kind: 'pause', of: 'peer', reason: message };
  return { kind: 'retry', of: 'peer', reason: message };
}
