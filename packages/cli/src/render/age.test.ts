import { ago, duration } from './age';

describe('how long ago something was', () => {
  it.each([
    [-5, '0 ms'],
    [999, '999 ms'],
    [1_000, '1 s'],
    [61_500, '1 min 1 s'],
    [3_600_000, '1 h'],
    [3_600_000 + 59_000, '1 h'],
    [2 * 86_400_000 + 5 * 3_600_000 + 1, '2 d 5 h'],
  ])('%i ms are %s', (millis, text) => {
    expect(duration(millis)).toBe(text);
  });

  it('is seen from the moment of the answer', () => {
    expect(ago('2026-06-01T08:05:00Z', '2026-06-01T08:00:00Z')).toBe('5 min');
    expect(ago('2026-06-01T08:05:00Z', null)).toBe('-');
  });
});
