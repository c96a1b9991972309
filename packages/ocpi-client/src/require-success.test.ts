import { OcpiAnswer } from './ocpi-answer';
import { isSuccessful, requireSuccess } from './require-success';

function answer(httpStatus: number, body: string): OcpiAnswer {
  return new OcpiAnswer({ httpStatus, headers: {}, body: Buffer.from(body), millis: 1, requestId: 'r' });
}

describe('requireSuccess', () => {
  it.each([
    [200, 1000],
    [201, 1000],
    [200, 1999],
  ])('TRN-21: HTTP %d with OCPI %d is a success', (http, ocpi) => {
    const good = answer(http, `{"status_code":${ocpi},"data":[1],"timestamp":"2026-01-01T00:00:00Z"}`);
    expect(requireSuccess(good).data).toEqual([1]);
    expect(isSuccessful(good)).toBe(true);
  });

  it('TRN-21: HTTP 200 with OCPI 2001 is refused, and says why', () => {
    const refused = answer(200, '{"status_code":2001,"status_message":"no such party"}');
    expect(isSuccessful(refused)).toBe(false);
    expect(() => requireSuccess(refused)).toThrow(
      expect.objectContaining({
        code: 'peer.refused',
        message: expect.stringMatching(/HTTP 200, OCPI status 2001.*no such party/),
      }),
    );
  });

  it('TRN-21: HTTP 500 is refused although the body cannot be read, and although it says 1000', () => {
    expect(() => requireSuccess(answer(500, '<html>oops'))).toThrow(expect.objectContaining({ code: 'peer.refused' }));
    expect(() => requireSuccess(answer(503, '{"status_code":1000}'))).toThrow('HTTP 503, OCPI status 1000');
  });

  it('TRN-55: says of a redirect that it was not followed', () => {
    expect(() => requireSuccess(answer(302, ''))).toThrow('HTTP 302 (redirects are not followed): empty body');
  });

  it.each(['<html>hello</html>', '', '[]', 'null', '"x"', '{"status_code":"1000"}', '{"data":[]}'])(
    'HTTP 200 with %s is a bad answer',
    (body) => {
      expect(() => requireSuccess(answer(200, body))).toThrow(expect.objectContaining({ code: 'peer.bad_answer' }));
    },
  );

  it('TRN-67: shows no token', () => {
    const leaking = answer(500, '{"status_code":3000,"data":{"token" : "secret","url":"https://x"}}');
    expect(() => requireSuccess(leaking)).toThrow('{"status_code":3000,"data":{"token" : "***","url":"https://x"}}');
  });

  it('shows at most 200 characters of the body', () => {
    expect(() => requireSuccess(answer(500, 'ö'.repeat(1000)))).toThrow(/: ö{200}$/);
  });
});
