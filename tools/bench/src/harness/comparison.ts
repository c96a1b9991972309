import { totalOf } from './cpu-meter';
import type { Measured, RoundPair } from './interleave';

/** What is compared, in which unit, and what is hoped for. */
export interface Figure {
  readonly id: string;
  readonly what: string;
  readonly mode?: 'cold' | 'warm';
  /** `ms`: milliseconds of CPU an operation; `rate`: operations a second. */
  readonly measure: 'ms' | 'rate';
  readonly unit: string;
  /** `most`: the ratio is to be at most the value. Absent: told for information. */
  readonly goal?: { readonly at: 'most' | 'least'; readonly value: number };
}

/** The closing line of a benchmark. Values are medians over the rounds. */
export interface ComparisonLine {
  readonly id: string;
  readonly what: string;
  readonly mode?: string;
  /** Candidate to baseline, by pair of rounds: median, and from the least to the greatest. */
  readonly ratio: number;
  readonly spread: readonly [number, number];
  readonly goal: string | null;
  readonly met: boolean | null;
  readonly candidate_ms?: number;
  readonly baseline_ms?: number;
  readonly candidate_rate?: number;
  readonly baseline_rate?: number;
  readonly unit: string;
  readonly rounds: number;
  /** Milliseconds of CPU an operation, by process of the candidate and of the baseline. */
  readonly cpu_by_process: Readonly<Record<'candidate' | 'baseline', Readonly<Record<string, number>>>>;
}

/** Sums up the rounds of a figure. */
export function compare(pairs: readonly RoundPair[], { id, what, mode, measure, unit, goal }: Figure): ComparisonLine {
  const candidates = pairs.map(({ candidate }) => valueOf(candidate, measure));
  const baselines = pairs.map(({ baseline }) => valueOf(baseline, measure));
  const ratios = pairs.map(({ candidate, baseline }) => valueOf(candidate, measure) / valueOf(baseline, measure));
  const ratio = median(ratios);
  return {
    id,
    what,
    ...(mode && { mode }),
    ratio: rounded(ratio),
    spread: [rounded(Math.min(...ratios)), rounded(Math.max(...ratios))],
    goal: goal ? `${goal.at === 'most' ? '<=' : '>='} ${goal.value}` : null,
    met: goal ? (goal.at === 'most' ? ratio <= goal.value : ratio >= goal.value) : null,
    [`candidate_${measure}`]: rounded(median(candidates)),
    [`baseline_${measure}`]: rounded(median(baselines)),
    unit,
    rounds: pairs.length,
    cpu_by_process: { candidate: byProcess(pairs.map(({ candidate }) => candidate)), baseline: byProcess(pairs.map(({ baseline }) => baseline)) },
  };
}

/** `ms`: CPU an operation, all processes of the side together; `rate`: operations a second of wall-clock time. */
export function valueOf({ cpu, operations, millis }: Measured, measure: Figure['measure']): number {
  return measure === 'ms' ? totalOf(cpu) / operations : operations / (millis / 1_000);
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error('no values, no median');
  return (upper + lower) / 2;
}

function byProcess(measured: readonly Measured[]): Record<string, number> {
  const names = [...(measured[0]?.cpu.keys() ?? [])];
  return Object.fromEntries(
    names.map((name) => [name, rounded(median(measured.map(({ cpu, operations }) => (cpu.get(name) ?? 0) / operations)))]),
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
