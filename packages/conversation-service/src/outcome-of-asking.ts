import { isSuccessful, requireSuccess, type OcpiAnswer } from '@roamgrid/ocpi-client';
import { messageOf, RoamgridError } from '@roamgrid/runtime';

/** What came of sending a request to a peer. */
export type AskingOutcome =
  | { readonly kind: 'answered'; readonly data: unknown }
  /** It was read, and is not done. */
  | { readonly kind: 'refused'; readonly why: string }
  /** Nobody has read it: it can be sent again. */
  | { readonly kind: 'unsent'; readonly why: string }
  /** It may have been read, and may be done: a result can still come. */
  | { readonly kind: 'unknown'; readonly why: string };

/** Codes of system calls, and of the HTTP client, that fail before a byte of the request is on its way. */
const NEVER_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Nothing can arrive at a peer that cannot be called. */
const NOT_CALLED: readonly string[] = ['peer.address_forbidden', 'peer.endpoints_missing'];

const TOO_MANY = 429;

/** Sends a request, and says what came of it; never throws. */
export async function outcomeOfAsking(call: () => Promise<OcpiAnswer>): Promise<AskingOutcome> {
  try {
    return outcomeOf(await call());
  } catch (error) {
    const why = messageOf(error);
    if (NOT_CALLED.includes(RoamgridError.from(error).code)) return { kind: 'refused', why };
    return { kind: causes(error).some((cause) => NEVER_CONNECTED.has(cause)) ? 'unsent' : 'unknown', why };
  }
}

/** Behind a server error, of HTTP or of OCPI, the request may have been done. */
function outcomeOf(answer: OcpiAnswer): AskingOutcome {
  if (isSuccessful(answer)) return { kind: 'answered', data: requireSuccess(answer).data };
  const { httpStatus, envelope } = answer;
  const why = `HTTP ${httpStatus}, OCPI status ${envelope?.status_code ?? 'none'}: ${envelope?.status_message ?? ''}`;
  if (httpStatus === TOO_MANY) return { kind: 'unsent', why };
  const isServerError = httpStatus >= 500 || (envelope?.status_code ?? 0) >= 3_000 || (httpStatus < 300 && !envelope);
  return { kind: isServerError ? 'unknown' : 'refused', why };
}

function causes(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap(causes);
  if (!(error instanceof Error)) return [];
  const { code } = error as { code?: unknown };
  return [...(typeof code === 'string' ? [code] : []), ...causes(error.cause)];
}
