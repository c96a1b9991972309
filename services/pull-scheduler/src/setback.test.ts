import { RoamgridError } from '@roamgrid/runtime';
import { beginsAnew, retryDelay, Setback } from './setback';

const delays = [1_000, 5_000, 30_000];

describe('retryDelay', () => {
  it('grows with every failure and stays at the last step', () => {
    expect([1, 2, 3, 4, 50].map((failures) => retryDelay(failures, delays, 0, 0.5))).toEqual([
      1_000, 5_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('varies by a fifth to both sides', () => {
    expect([0, 0.5, 1].map((random) => retryDelay(1, delays, 0, random))).toEqual([800, 1_000, 1_200]);
  });

  it('TRN-63: waits as long as Retry-After asks, but no longer than an hour', () => {
    expect(retryDelay(1, delays, 20_000, 0.5)).toBe(20_000);
    expect(retryDelay(3, delays, 20_000, 0.5)).toBe(30_000);
    expect(retryDelay(1, delays, 86_400_000, 0.5)).toBe(3_600_000);
  });
});

describe('beginsAnew', () => {
  it('gives up a crawl whose pages lead nowhere', () => {
    expect(beginsAnew('crawl', 1, 5)).toBe(true);
  });

  it('gives up a continued link that was refused twice', () => {
    expect(beginsAnew('link', 1, 5)).toBe(false);
    expect(beginsAnew('link', 2, 5)).toBe(true);
  });

  it('gives up a continued link that keeps answering nonsense', () => {
    expect(beginsAnew('answer', 5, 5)).toBe(false);
    expect(beginsAnew('answer', 6, 5)).toBe(true);
  });

  it('keeps its checkpoint however long nobody answers', () => {
    expect(beginsAnew('elsewhere', 1_000, 5)).toBe(false);
  });

  it('has nothing to give up at the first page', () => {
    expect(beginsAnew('link', 10, 0)).toBe(false);
    expect(beginsAnew('answer', 10, 0)).toBe(false);
  });
});

describe('Setback.of', () => {
  it.each([
    ['peer.bad_answer', 'answer'],
    ['peer.unreachable', 'elsewhere'],
    ['unavailable', 'elsewhere'],
    ['internal', 'elsewhere'],
  ] as const)('takes %s for a fault of the kind %s', (code, fault) => {
    expect(Setback.of(new RoamgridError(code, 'why'))).toMatchObject({ fault, code, message: 'why', retryAfter: 0 });
  });

  it('leaves a setback as it is', () => {
    const setback = new Setback('link', 'peer.refused', 'no', { retryAfter: 5 });
    expect(Setback.of(setback)).toBe(setback);
  });
});
