import { isSuccess } from '@roamgrid/ocpi';
import type { OcpiAnswer } from '@roamgrid/ocpi-client';
import { RoamgridError } from '@roamgrid/runtime';
import type { Sign } from './send-window';

/** What came of an attempt: an answer, with how long it asked to wait (milliseconds), or no answer and why. */
export type AttemptResult =
  | { readonly answer: Pick<OcpiAnswer, 'httpStatus' | 'envelope'>; readonly retryAfter?: number | undefined }
  | { readonly error: unknown };

/**
 * What to do after an attempt. `of` says who failed: the peer as a whole, so that trying other objects is no use
 * either, or this object alone.
 */
export type Outcome =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'retry';
      readonly of: 'peer' | 'object';
      readonly after?: number | undefined;
      readonly reason: string;
    }
  | { readonly kind: 'dead'; readonly reason: string }
  | { readonly kind: 'pause'; readonly of: 'peer' | 'object'; readonly reason: string };

/** What an attempt says about how much the peer can take: only what it made of the request as such says nothing. */
export function signOf(outcome: Outcome): Sign {
  if (outcome.kind === 'pause') return 'none';
  return outcome.kind === 'retry' && outcome.of === 'peer' ? 'strained' : 'well';
}

export type PushMethod = 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/** Statuses below 500 that say nothing about the object: too slow, too early, too many. */
const PASSING = new Set([408, 425, 429]);
/** A method or HTTP version that the peer does not have: trying again brings nothing. */
const NEVER = new Set([501, 505]);
/** Unknown Location, unknown Token: what the object refers to may still be on its way. */
const REFERENCE_MISSING = new Set([2003, 2004]);

/** What is known of an answer. */
interface Facts {
  readonly method: PushMethod;
  readonly http: number;
  readonly ok: boolean;
  /** 0 when there was no envelope. */
  readonly ocpi: number;
  readonly after: number | undefined;
  readonly reason: string;
  /** Whether the peer's success needs no envelope. */
  readonly bare: boolean;
}

const retry =
  (of: 'peer' | 'object') =>
  ({ reason, after }: Facts): Outcome => ({ kind: 'retry', of, after, reason });
const pause =
  (of: 'peer' | 'object') =>
  ({ reason }: Facts): Outcome => ({ kind: 'pause', of, reason });
const dead = ({ reason }: Facts): Outcome => ({ kind: 'dead', reason });
const delivered = (): Outcome => ({ kind: 'delivered' });

/** The first that applies, judges. What none applies to the peer refuses for good. */
const judgements: readonly [applies: (answer: Facts) => boolean, judge: (answer: Facts) => Outcome][] = [
  [({ ok, ocpi }) => ok && isSuccess(ocpi), delivered],
  [({ ok, ocpi, bare }) => ok && ocpi === 0 && bare, delivered],
  [({ http }) => http === 401, pause('peer')],
  [({ http }) => http === 403, pause('object')],
  [({ http, method }) => http === 404 && method === 'DELETE', delivered],
  // An endpoint that is not there may come back; a peer may also hide an object behind it (TRN-68).
  [({ http }) => http === 404, retry('object')],
  [({ http }) => NEVER.has(http), dead],
  [({ http }) => PASSING.has(http) || http >= 500, retry('peer')],
  // Redirects are not followed (TRN-55).
  [({ http }) => http >= 300 && http < 400, retry('peer')],
  [({ ocpi }) => ocpi >= 4000, retry('object')],
  [({ ocpi }) => ocpi >= 3000, retry('peer')],
  [({ ok, ocpi }) => ok && ocpi === 0, retry('peer')],
  [({ ocpi }) => REFERENCE_MISSING.has(ocpi), retry('object')],
];

/** Judges an attempt (TRN-21); `bare`: HTTP 2xx without an envelope is a success, as a quirk of the peer says. */
export function classify(method: PushMethod, result: AttemptResult, { bare } = { bare: false }): Outcome {
  if ('error' in result) return classifyError(RoamgridError.from(result.error));
  const { answer, retryAfter: after } = result;
  const http = answer.httpStatus;
  const facts = {
    method,
    http,
    ok: http >= 200 && http < 300,
    ocpi: answer.envelope?.status_code ?? 0,
    after,
    reason: reasonOf(answer),
    bare,
  };
  const judge = judgements.find(([applies]) => applies(facts))?.[1] ?? dead;
  return judge(facts);
}

function reasonOf({ httpStatus, envelope }: Pick<OcpiAnswer, 'httpStatus' | 'envelope'>): string {
  if (!envelope) return `HTTP ${httpStatus} without an OCPI envelope`;
  const message = envelope.status_message ? ` (${String(envelope.status_message).slice(0, 200)})` : '';
  return `HTTP ${httpStatus}, OCPI ${envelope.status_code}${message}`;
}

function classifyError({ code, message }: RoamgridError): Outcome {
  if (code === 'peer.address_forbidden') return { kind: 'pause', of: 'peer', reason: message };
  return { kind: 'retry', of: 'peer', reason: message };
}
