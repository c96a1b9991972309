import { StatusCode } from '@roamgrid/ocpi';
import type { ErrorCode } from '@roamgrid/runtime';

interface ErrorAnswer {
  readonly http: number;
  readonly ocpi: StatusCode;
}

/**
 * What a peer is told for each of our errors: HTTP status and OCPI status code, decided here and nowhere else (decision
 * table of the checklist; STS-15, TRN-22 … TRN-29). Mistakes in a readable message of a known peer are no HTTP errors.
 */
export const errorAnswers: Readonly<Record<ErrorCode, ErrorAnswer>> = {
  'token.unknown': { http: 401, ocpi: StatusCode.ClientError },
  'token.registration_only': { http: 401, ocpi: StatusCode.ClientError },
  'route.unknown': { http: 404, ocpi: StatusCode.ClientError },
  'method.not_allowed': { http: 405, ocpi: StatusCode.ClientError },
  'version.unknown': { http: 404, ocpi: StatusCode.UnsupportedVersion },
  'parameter.invalid': { http: 200, ocpi: StatusCode.InvalidParameters },
  'body.malformed': { http: 400, ocpi: StatusCode.InvalidParameters },
  'body.too_large': { http: 413, ocpi: StatusCode.InvalidParameters },
  'object.invalid': { http: 200, ocpi: StatusCode.InvalidParameters },
  'object.key_mismatch': { http: 200, ocpi: StatusCode.InvalidParameters },
  'object.unknown': { http: 404, ocpi: StatusCode.InvalidParameters },
  'object.immutable': { http: 200, ocpi: StatusCode.InvalidParameters },
  'object.final': { http: 200, ocpi: StatusCode.InvalidParameters },
  'object.not_capable': { http: 404, ocpi: StatusCode.InvalidParameters },
  'location.unknown': { http: 200, ocpi: StatusCode.UnknownLocation },
  'conversation.unknown': { http: 404, ocpi: StatusCode.InvalidParameters },
  'conversation.over': { http: 200, ocpi: StatusCode.InvalidParameters },
  'audience.elsewhere': { http: 200, ocpi: StatusCode.UnknownToken },
  'authorization.token_unknown': { http: 404, ocpi: StatusCode.UnknownToken },
  'authorization.location_needed': { http: 200, ocpi: StatusCode.NotEnoughInformation },
  'object.ambiguous': { http: 200, ocpi: StatusCode.InvalidParameters },
  'party.not_yours': { http: 404, ocpi: StatusCode.InvalidParameters },
  'party.role_missing': { http: 200, ocpi: StatusCode.InvalidParameters },
  'party.not_hosted': { http: 200, ocpi: StatusCode.InvalidParameters },
  'peer.registered': { http: 405, ocpi: StatusCode.ClientError },
  'peer.not_registered': { http: 405, ocpi: StatusCode.ClientError },
  'peer.unknown': { http: 404, ocpi: StatusCode.ClientError },
  'peer.unreachable': { http: 200, ocpi: StatusCode.UnableToUseClientApi },
  'peer.bad_answer': { http: 200, ocpi: StatusCode.UnableToUseClientApi },
  'peer.refused': { http: 200, ocpi: StatusCode.UnableToUseClientApi },
  'peer.address_forbidden': { http: 200, ocpi: StatusCode.UnableToUseClientApi },
  'peer.version_unsupported': { http: 200, ocpi: StatusCode.UnsupportedVersion },
  'peer.endpoints_missing': { http: 200, ocpi: StatusCode.NoMatchingEndpoints },
  overloaded: { http: 429, ocpi: StatusCode.ServerError },
  unavailable: { http: 503, ocpi: StatusCode.ServerError },
  'config.invalid': { http: 500, ocpi: StatusCode.ServerError },
  internal: { http: 200, ocpi: StatusCode.ServerError },
};

/** Seconds after which a caller may try again; only where trying again helps. */
export function retryAfter(code: ErrorCode): number | undefined {
  return code === 'overloaded' || code === 'unavailable' ? 1 : undefined;
}

/** What a peer is told of what is our own affair; the log has the cause. */
const PRIVATE: Partial<Readonly<Record<ErrorCode, string>>> = {
  internal: 'internal error',
  'config.invalid': 'internal error',
  unavailable: 'not possible now; wait for Retry-After',
};

/** What the peer may read: of a defect or an absence of ours nothing but that there is one. */
export function publicMessage(code: ErrorCode, message: string): string {
  return PRIVATE[code] ?? message;
}
