import type { Response } from 'express';
import { RoamgridError, type ErrorCode } from '@roamgrid/runtime';

/** Errors that only this HTTP surface knows. */
type HttpOnlyCode =
  | 'key.unknown'
  | 'key.right_missing'
  | 'key.other_module'
  | 'idempotency.running'
  | 'idempotency.other_request'
  | 'media_type.unsupported'
  | 'object.in_use'
  | 'request.too_slow';

/** Every code that a problem can carry. */
export type ProblemCode = ErrorCode | HttpOnlyCode;

/** What a backend is told for each code: HTTP status and title. The only place where that is decided. */
export const problemTypes: Readonly<Record<ProblemCode, readonly [status: number, title: string]>> = {
  'key.unknown': [401, 'No API key, or an unknown one'],
  'key.right_missing': [403, 'The API key lacks the right'],
  'key.other_module': [403, 'The API key is for other modules'],
  'idempotency.running': [409, 'The first request with this Idempotency-Key is still under way'],
  'idempotency.other_request': [422, 'The Idempotency-Key was used for another request'],
  'media_type.unsupported': [415, 'The body is of a type or encoding that is not read here'],
  'request.too_slow': [408, 'The request was not whole in time'],
  'token.unknown': [401, 'Unknown credentials token'],
  'token.registration_only': [401, 'A registration token opens only versions and credentials'],
  'route.unknown': [404, 'No such path'],
  'method.not_allowed': [405, 'The path does not have this method'],
  'version.unknown': [404, 'No such OCPI version here'],
  'parameter.invalid': [400, 'A parameter cannot be read'],
  'body.malformed': [400, 'The body cannot be read'],
  'body.too_large': [413, 'The body is too large'],
  'object.invalid': [422, 'The object breaks its specification'],
  'object.key_mismatch': [422, 'The object is another one than addressed'],
  'object.unknown': [404, 'No such object'],
  'object.in_use': [409, 'Other objects name it'],
  'object.immutable': [409, 'Another object of that name is there and never changes'],
  'object.final': [409, 'The object has come to its end'],
  'object.not_capable': [409, 'The object is not capable of that'],
  'location.unknown': [404, 'No such location'],
  'conversation.unknown': [404, 'No such conversation'],
  'conversation.over': [409, 'The conversation has ended'],
  'audience.elsewhere': [422, 'The object is meant for nobody here'],
  'authorization.token_unknown': [404, 'No such Token'],
  'authorization.location_needed': [422, 'Whether the Token may charge depends on where'],
  'object.ambiguous': [409, 'Several objects are meant'],
  'party.not_yours': [403, 'The party is not one of yours'],
  'party.role_missing': [403, 'The party lacks the role that owns this module'],
  'party.not_hosted': [422, 'The party is not hosted here'],
  'peer.registered': [409, 'The peer has registered already'],
  'peer.not_registered': [409, 'The peer has not registered'],
  'peer.unknown': [404, 'No such peer'],
  'peer.unreachable': [502, 'The peer does not answer'],
  'peer.bad_answer': [502, 'The answer of the peer cannot be used'],
  'peer.refused': [502, 'The peer refused'],
  'peer.address_forbidden': [422, 'The address is one that is not called'],
  'peer.version_unsupported': [502, 'The peer does not offer the version'],
  'peer.endpoints_missing': [502, 'The peer lacks endpoints that its roles need'],
  overloaded: [429, 'Too much at once'],
  unavailable: [503, 'A part that is needed does not answer at the moment'],
  'config.invalid': [500, 'The configuration cannot be used'],
  internal: [500, 'Something went wrong here'],
};

/** Problem details of RFC 9457, with the stable code and the id under which the request stands in the log. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly request_id: string;
}

/** An error of this HTTP surface: a code and a sentence, and headers that belong to the answer. */
export class HttpProblem extends Error {
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'HttpProblem';
    this.code = code;
    this.headers = headers;
  }

  /** Whatever was thrown, as a problem. The cause of a defect or an absence of ours is for the log, not for callers. */
  static from(error: unknown): HttpProblem {
    if (error instanceof HttpProblem) return error;
    if (error instanceof URIError) return new HttpProblem('parameter.invalid', 'the path is not percent-encoded UTF-8');
    const known = error instanceof RoamgridError ? error : fromBodyReader(error);
    if (known?.code === 'unavailable')
      return away('a service behind this API does not answer at the moment; try again');
    if (known === undefined || known.code === 'internal' || known.code === 'config.invalid') {
      return new HttpProblem(
        'internal',
        'this failed because of a defect here; the log has the cause under its request_id',
      );
    }
    return new HttpProblem(known.code, known.message, known.code === 'overloaded' ? RETRY : {});
  }
}

const RETRY = { 'retry-after': '1' };

/** A problem for the absence of something of ours. */
export function away(message: string): HttpProblem {
  return new HttpProblem('unavailable', message, RETRY);
}

/** The header that names a request, in the answer and in the log. */
export const REQUEST_ID = 'x-request-id';

/** Answers with a problem; cuts the connection when an answer has begun already. */
export function sendProblem(response: Response, problem: HttpProblem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const [status, title] = problemTypes[problem.code];
  const type = `urn:roamgrid:error:${problem.code}`;
  const request_id = String(response.getHeader(REQUEST_ID));
  const body: Problem = { type, title, status, detail: problem.message, code: problem.code, request_id };
  for (const name of ['etag', 'location']) response.removeHeader(name);
  response.writeHead(status, { ...problem.headers, 'content-type': 'application/problem+json' });
  response.end(JSON.stringify(body));
}

/** The errors of express's body readers, which carry an HTTP status; undefined for all others. */
function fromBodyReader(error: unknown): RoamgridError | HttpProblem | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined;
  if (error.status === 413) return new HttpProblem('body.too_large', `the body is larger than ${limitOf(error)} bytes`);
  if (error.status === 415)
    return new HttpProblem('media_type.unsupported', 'expected Content-Encoding gzip, deflate, br or none');
  if (error.status === 400)
    return new HttpProblem('body.malformed', `the body ended early or is badly encoded: ${error.message}`);
  return undefined;
}

function limitOf(error: Error): string {
  return 'limit' in error ? String(error.limit) : 'the allowed number of';
}
