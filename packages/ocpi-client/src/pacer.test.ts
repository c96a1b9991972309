import type { Clock } from '@roamgrid/runtime';
import { Pacer } from './pacer';

/** A clock that stands still and notes how long it was asked to sleep. */
class StillClock implements Clock {
  readonly sleeps: number[] = [];
  time = 1_000;

  now(): number {
    return this.time;
  }

  sleep(millis: number): Promise<void> {
    this.sleeps.push(millis);
    return Promise.resolve();
  }
}

describe('Pacer', () => {
  const { signal } = new AbortController();

  it('spaces the calls to a peer evenly, those to another apart from them', async () => {
    const clock = new StillClock();
    const pacer = new Pacer(clock);
    for (const key of ['p1', 'p1', 'p1', 'p2']) await pacer.turn(key, 4, signal);
    expect(clock.sleeps).toEqual([250, 500]);
    clock.time += 600;
    await pacer.turn('p1', 4, signal);
    expect(clock.sleeps).toEqual([250, 500, 150]);
    clock.time += 10_000;
    await pacer.turn('p1', 4, signal);
    expect(clock.sleeps).toHaveLength(3);
  });

  it('begins anew with a peer that was forgotten', async () => {
    const clock = new StillClock();
    const pacer = new Pacer(clock);
    await pacer.turn('p1', 0.1, signal);
    pacer.forget('p1');
    await pacer.turn('p1', 0.1, signal);
    expect(clock.sleeps).toEqual([]);
  });
});
