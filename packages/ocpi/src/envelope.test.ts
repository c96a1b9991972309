import { emptyEnvelope, envelopeTail } from './envelope';
import { isSuccess, StatusCode } from './status-code';

const now = Date.UTC(2026, 0, 31, 12);

describe('an envelope', () => {
  it('TRN-16 TRN-19 without data has status code and timestamp', () => {
    expect(JSON.parse(emptyEnvelope(StatusCode.Success, now))).toEqual({ status_code: 1000, timestamp: '2026-01-31T12:00:00.000Z' });
  });

  it('TRN-16 is framed around bytes that are not parsed', () => {
    const framed = `{"data":[{"kwh":1.50}],${envelopeTail(StatusCode.Success, now)}`;
    expect(JSON.parse(framed)).toEqual({ data: [{ kwh: 1.5 }], status_code: 1000, timestamp: '2026-01-31T12:00:00.000Z' });
  });

  it('carries any message as a string', () => {
    const message = 'id: expected "LOC1"\n{"data":[]} \u2028';
    expect(JSON.parse(emptyEnvelope(StatusCode.InvalidParameters, now, message))).toMatchObject({ status_code: 2001, status_message: message });
  });
});

describe('a status code', () => {
  it.each([
    [999, false],
    [1000, true],
    [1001, true],
    [1999, true],
    [2000, false],
    [3000, false],
    [4003, false],
  ])('STS-14 %i is understood by its thousand: %s', (code, success) => {
    expect(isSuccess(code)).toBe(success);
  });
});
