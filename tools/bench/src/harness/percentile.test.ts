import { percentile, spreadOf } from './percentile';

describe('percentile', () => {
  it('counts from the least, whatever the order', () => {
    const values = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([0, 0.5, 0.99, 1].map((p) => percentile(values, p))).toEqual([1, 51, 100, 100]);
    expect(percentile([], 0.5)).toBeNaN();
  });

  it('sums up milliseconds', () => {
    expect(spreadOf([1.24, 3.06, 2])).toEqual({ p50_ms: 2, p99_ms: 3.1, max_ms: 3.1 });
  });
});
