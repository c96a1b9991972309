import { StatusCode } from '@roamgrid/ocpi';
import { errorCodes, type ErrorCode } from '@roamgrid/runtime';
import { errorAnswers, publicMessage, retryAfter } from './error-answer';

const codes = Object.keys(errorCodes) as ErrorCode[];

describe('what a peer is told of an error', () => {
  it('is decided for each code of the registry, and for no other', () => {
    expect(Object.keys(errorAnswers).sort()).toEqual([...codes].sort());
  });

  it.each(codes)('STS-15 %s: an HTTP status and an OCPI status code that is no success', (code) => {
    const { http, ocpi } = errorAnswers[code];
    expect([200, 400, 401, 404, 405, 413, 429, 500, 503]).toContain(http);
    expect(Object.values(StatusCode)).toContain(ocpi);
    expect(ocpi).toBeGreaterThanOrEqual(2000);
  });

  it.each<[string, ErrorCode, number, number]>([
    ['TRN-01', 'token.unknown', 401, 2000],
    ['TRN-09', 'token.registration_only', 401, 2000],
    ['TRN-22', 'body.malformed', 400, 2001],
    ['TRN-23', 'object.invalid', 200, 2001],
    ['TRN-24', 'object.unknown', 404, 2001],
    ['TRN-26', 'method.not_allowed', 405, 2000],
    ['TRN-29', 'internal', 200, 3000],
    ['TRN-44', 'body.too_large', 413, 2001],
    ['PAG-22', 'parameter.invalid', 200, 2001],
    ['RTE-09', 'party.not_hosted', 200, 2001],
    ['RTE-13', 'party.role_missing', 200, 2001],
    ['CRD-14', 'peer.registered', 405, 2000],
    ['CRD-15', 'peer.not_registered', 405, 2000],
    ['STS-08', 'peer.unreachable', 200, 3001],
    ['STS-09', 'peer.version_unsupported', 200, 3002],
    ['STS-10', 'peer.endpoints_missing', 200, 3003],
  ])('%s %s is HTTP %i with %i', (_, code, http, ocpi) => {
    expect(errorAnswers[code]).toEqual({ http, ocpi });
  });

  it('says when to try again exactly where that helps', () => {
    expect(codes.filter((code) => retryAfter(code) !== undefined).sort()).toEqual(['overloaded', 'unavailable']);
    expect(codes.filter((code) => [429, 503].includes(errorAnswers[code].http)).sort()).toEqual(['overloaded', 'unavailable']);
  });

  it('TRN-29 hides what only our log may say, and nothing else', () => {
    const hidden = codes.filter((code) => publicMessage(code, 'at /srv/app.js:1 password') !== 'at /srv/app.js:1 password');
    expect(hidden.sort()).toEqual(['config.invalid', 'internal', 'unavailable']);
    expect(publicMessage('internal', 'secret')).toBe('internal error');
  });
});
