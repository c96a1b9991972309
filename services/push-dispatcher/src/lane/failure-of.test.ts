import { OcpiAnswer } from '@roamgrid/ocpi-client';
import { failureOf } from './failure-of';

const TOKEN = 'very-secret-token';

function answer(body: string): OcpiAnswer {
  return new OcpiAnswer({ httpStatus: 400, headers: {}, body: Buffer.from(body), millis: 1, requestId: 'r' });
}

describe('failureOf', () => {
  it('TRN-67: masks a token that the peer echoes, plain or encoded, also where the response is cut', () => {
    const body = `${TOKEN} ${Buffer.from(TOKEN).toString('base64')} ${'x'.repeat(2_000)}${TOKEN}`;
    const { response } = failureOf('HTTP 400', answer(body), TOKEN, 0);
    expect(response).toHaveLength(2_011);
    expect(response.startsWith('*** *** xxx')).toBe(true);
    expect(response.endsWith('x***')).toBe(true);
  });

  it('keeps HTTP status, OCPI code and the first 2 kB', () => {
    const body = `{"status_code":2001,"status_message":"${'y'.repeat(5_000)}"}`;
    expect(failureOf('why', answer(body), TOKEN, 7)).toMatchObject({
      at: new Date(7),
      reason: 'why',
      http: 400,
      ocpi: 2001,
    });
    expect(failureOf('why', answer(body), TOKEN, 7).response).toHaveLength(2_048);
  });

  it('has zeros where there was no answer', () => {
    expect(failureOf('gone', undefined, TOKEN, 0)).toMatchObject({ http: 0, ocpi: 0, response: '' });
  });
});
