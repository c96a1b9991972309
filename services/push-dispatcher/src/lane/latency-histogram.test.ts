import { LatencyHistogram } from './latency-histogram';

describe('LatencyHistogram', () => {
  it('gives 0 without any durations', () => {
    expect(new LatencyHistogram(1_000).percentile(0.99, 0)).toBe(0);
  });

  it('is at most 5 % above the true percentile', () => {
    const histogram = new LatencyHistogram(1_000);
    for (let millis = 1; millis <= 1_000; millis += 1) histogram.record(millis, 0);
    for (const share of [0.5, 0.9, 0.99, 1]) {
      const shown = histogram.percentile(share, 0);
      expect(shown).toBeGreaterThanOrEqual(share * 1_000 - 0.1);
      expect(shown).toBeLessThanOrEqual(share * 1_000 * 1.05 + 0.1);
    }
  });

  it('takes any duration, also none and a clock that went back', () => {
    const histogram = new LatencyHistogram(1_000);
    for (const millis of [-5, 0, 1e12]) histogram.record(millis, 0);
    expect(histogram.percentile(0.5, 0)).toBe(1);
    expect(histogram.percentile(1, 0)).toBeGreaterThan(13 * 24 * 3_600_000);
  });

  it('forgets what is older than two windows', () => {
    const histogram = new LatencyHistogram(1_000);
    histogram.record(500, 0);
    histogram.record(10, 1_200);
    expect(histogram.percentile(1, 1_900)).toBeGreaterThanOrEqual(500);
    expect(histogram.percentile(1, 2_300)).toBeLessThan(11);
    expect(histogram.percentile(1, 9_000)).toBe(0);
  });
});
