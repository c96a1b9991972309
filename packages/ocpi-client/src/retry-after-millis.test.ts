import { retryAfterMillis } from './retry-after-millis';

const now = Date.UTC(2026, 0, 1, 12, 0, 0);

describe('retryAfterMillis', () => {
  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 2026 12:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['-5', undefined],
    ['2026', 2_026_000],
    [undefined, undefined],
  ])('TRN-63: reads %s as %s', (header, expected) => {
    expect(retryAfterMillis(header, now)).toBe(expected);
  });
});
