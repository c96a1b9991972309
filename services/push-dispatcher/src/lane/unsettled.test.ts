import { Unsettled } from './unsettled';

describe('what the store has not taken yet', () => {
  const unsettled = new Unsettled();

  it('is overdue by the longest that waits, whatever came and went since', () => {
    expect(unsettled.isOverdue(0)).toBe(false);
    unsettled.begin('a', 0);
    unsettled.begin('b', 100);
    unsettled.begin('c', 100);
    unsettled.end('b');
    expect([unsettled.isOverdue(150), unsettled.isOverdue(151)]).toEqual([false, true]);
    unsettled.end('a');
    expect([unsettled.isOverdue(250), unsettled.isOverdue(251)]).toEqual([false, true]);
    unsettled.end('c');
    expect(unsettled.isOverdue(1_000_000)).toBe(false);
  });
});
