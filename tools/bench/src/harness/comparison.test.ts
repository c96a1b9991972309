import { compare, type Figure, median } from './comparison';
import type { Measured, RoundPair } from './interleave';

const figure: Figure = { id: 'R1', what: 'a page', measure: 'ms', unit: 'CPU ms/page', goal: { at: 'most', value: 1.5 } };

function measured(cpu: Record<string, number>, operations = 100, millis = 1_000): Measured {
  return { operations, millis, cpu: new Map(Object.entries(cpu)) };
}

function pair(candidate: number, baseline: number): RoundPair {
  return { candidate: measured({ gateway: candidate / 2, mongod: candidate / 2 }), baseline: measured({ baseline }) };
}

describe('compare', () => {
  it('gives the median of the ratios by pair, their spread, and the medians of both sides', () => {
    const line = compare([pair(200, 100), pair(300, 300), pair(120, 100)], figure);
    expect(line).toMatchObject({ ratio: 1.2, spread: [1, 2], candidate_ms: 2, baseline_ms: 1, rounds: 3 });
  });

  it.each<[number, Figure['goal'], boolean | null]>([
    [150, { at: 'most', value: 1.5 }, true],
    [151, { at: 'most', value: 1.5 }, false],
    [50, { at: 'least', value: 0.5 }, true],
    [49, { at: 'least', value: 0.5 }, false],
    [49, undefined, null],
  ])('says whether %d to 100 meets %j', (candidate, goal, met) => {
    const { goal: _, ...rest } = figure;
    expect(compare([pair(candidate, 100)], goal ? { ...rest, goal } : rest).met).toBe(met);
  });

  it('compares rates by wall-clock time', () => {
    const pairs = [{ candidate: measured({ a: 1 }, 500, 1_000), baseline: measured({ b: 1 }, 500, 500) }];
    expect(compare(pairs, { ...figure, measure: 'rate' })).toMatchObject({ ratio: 0.5, candidate_rate: 500, baseline_rate: 1_000 });
  });

  it('tells what each process used for an operation', () => {
    const { cpu_by_process } = compare([pair(200, 100)], figure);
    expect(cpu_by_process).toEqual({ candidate: { gateway: 1, mongod: 1 }, baseline: { baseline: 1 } });
  });
});

describe('median', () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('of nothing is an error', () => {
    expect(() => median([])).toThrow('no median');
  });
});
