import { askedPause, retryPause } from './retry-schedule';

const config = { schedule: [1_000, 5_000, 30_000], jitter: 0.2 };
const middle = (): number => 0.5;

describe('retryPause', () => {
  it('follows the schedule and repeats its last pause', () => {
    expect([1, 2, 3, 4, 99].map((attempts) => retryPause(config, attempts, middle))).toEqual([
      1_000, 5_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('varies by the jitter either way', () => {
    expect(retryPause(config, 2, () => 0)).toBe(4_000);
    expect(retryPause(config, 2, () => 0.999_999)).toBe(6_000);
  });
});

it.each([
  [7_000, 7_000],
  [0, 1_000],
  [86_400_000, 30_000],
])('TRN-63: a Retry-After of %d ms is waited for as %d ms', (asked, expected) => {
  expect(askedPause(config, asked, middle)).toBe(expected);
});
