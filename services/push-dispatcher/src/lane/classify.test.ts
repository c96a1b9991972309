import { RoamgridError, type ErrorCode } from '@roamgrid/runtime';
import { classify, signOf, type AttemptResult, type Outcome, type PushMethod } from './classify';

function answered(httpStatus: number, ocpi?: number, retryAfter?: number): AttemptResult {
  return { answer: { httpStatus, envelope: ocpi === undefined ? undefined : { status_code: ocpi } }, retryAfter };
}

const failed = (code: ErrorCode): AttemptResult => ({ error: new RoamgridError(code, 'why') });

type Expected = Pick<Outcome, 'kind'> & { of?: string; after?: number };

describe('classify', () => {
  it.each<[string, PushMethod, AttemptResult, Expected]>([
    ['TRN-21: HTTP 2xx and OCPI 1xxx', 'PUT', answered(200, 1000), { kind: 'delivered' }],
    ['STS-14: an unknown code of the right thousand', 'PUT', answered(201, 1042), { kind: 'delivered' }],
    ['TRN-21: HTTP 200 with OCPI 2001', 'PUT', answered(200, 2001), { kind: 'dead' }],
    ['HTTP 200 with OCPI 2000', 'PUT', answered(200, 2000), { kind: 'dead' }],
    ['HTTP 200 with OCPI 2002', 'POST', answered(200, 2002), { kind: 'dead' }],
    ['an unknown Location may come later', 'PUT', answered(200, 2003), { kind: 'retry', of: 'object' }],
    ['HTTP 200 with OCPI 3000', 'PUT', answered(200, 3000), { kind: 'retry', of: 'peer' }],
    ['a hub that does not reach the receiver', 'PUT', answered(200, 4003), { kind: 'retry', of: 'object' }],
    ['HTTP 200 without an envelope', 'PUT', answered(200), { kind: 'retry', of: 'peer' }],
    ['TRN-21: HTTP 500 with OCPI 1000', 'PUT', answered(500, 1000), { kind: 'retry', of: 'peer' }],
    ['HTTP 500', 'PUT', answered(500), { kind: 'retry', of: 'peer' }],
    ['HTTP 503 with Retry-After', 'PUT', answered(503, undefined, 7_000), { kind: 'retry', of: 'peer', after: 7_000 }],
    [
      'TRN-63: HTTP 429 with Retry-After',
      'PUT',
      answered(429, 2000, 9_000),
      { kind: 'retry', of: 'peer', after: 9_000 },
    ],
    ['HTTP 408', 'PUT', answered(408), { kind: 'retry', of: 'peer' }],
    ['a redirect', 'PUT', answered(302), { kind: 'retry', of: 'peer' }],
    ['HTTP 400', 'PUT', answered(400, 2001), { kind: 'dead' }],
    ['HTTP 400 without an envelope', 'PUT', answered(400), { kind: 'dead' }],
    ['HTTP 405', 'DELETE', answered(405, 2000), { kind: 'dead' }],
    ['HTTP 413', 'PUT', answered(413), { kind: 'dead' }],
    ['HTTP 501', 'DELETE', answered(501), { kind: 'dead' }],
    ['HTTP 404 to PUT: the endpoint is not there', 'PUT', answered(404, 2000), { kind: 'retry', of: 'object' }],
    ['TAR-08: HTTP 404 to DELETE', 'DELETE', answered(404, 2000), { kind: 'delivered' }],
    ['HTTP 401', 'PUT', answered(401, 2001), { kind: 'pause', of: 'peer' }],
    ['HTTP 403', 'PUT', answered(403), { kind: 'pause', of: 'object' }],
    ['no answer', 'PUT', failed('peer.unreachable'), { kind: 'retry', of: 'peer' }],
    ['no HTTP, or too much of it', 'PUT', failed('peer.bad_answer'), { kind: 'retry', of: 'peer' }],
    ['CRD-41: an address that is not called', 'PUT', failed('peer.address_forbidden'), { kind: 'pause', of: 'peer' }],
    ['a failure of another kind', 'PUT', { error: new TypeError('x') }, { kind: 'retry', of: 'peer' }],
  ])('%s', (_, method, result, expected) => {
    expect(classify(method, result)).toMatchObject(expected);
  });

  it('TRN-20: HTTP 2xx without an envelope is a success of a peer with the quirk bare_answers, and nothing else is', () => {
    const bare = (result: AttemptResult): string => classify('PUT', result, { bare: true }).kind;
    expect([answered(204), answered(200, 2001), answered(500), answered(302)].map(bare)).toEqual([
      'delivered',
      'dead',
      'retry',
      'retry',
    ]);
  });

  it('says HTTP status, OCPI code and the message of the peer', () => {
    const answer = { httpStatus: 200, envelope: { status_code: 2001, status_message: 'no time_zone' } };
    expect(classify('PUT', { answer })).toEqual({ kind: 'dead', reason: 'HTTP 200, OCPI 2001 (no time_zone)' });
  });

  it.each<[string, AttemptResult, string]>([
    ['what it takes', answered(200, 1000), 'well'],
    ['what it takes not for good', answered(400, 2001), 'well'],
    ['an object that it does not know yet', answered(404), 'well'],
    ['too many', answered(429), 'strained'],
    ['too much for its server', answered(503), 'strained'],
    ['no answer in time', failed('peer.unreachable'), 'strained'],
    ['credentials that it refuses', answered(401), 'none'],
  ])('what it means for the window: %s', (_, result, sign) => {
    expect(signOf(classify('PUT', result))).toBe(sign);
  });
});
