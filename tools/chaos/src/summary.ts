import type { CrashPoint } from '@roamgrid/runtime';
import type { LargestMemory } from '@roamgrid/testkit';
import type { Target } from './faults/fault';
import type { RoundLine } from './run-chaos';

/** What a run showed, as its last line of JSON. */
export interface Summary {
  readonly rounds: number;
  readonly writes: number;
  readonly lost: number;
  readonly regressions: number;
  readonly duplicates: number;
  readonly deliveries: number;
  /** Of the slowest round. */
  readonly convergence_s: number;
  readonly seed: number;
  /** In how many rounds each target was struck. */
  readonly targets: Readonly<Partial<Record<Target, number>>>;
  /** How often each crash point of the targets was reached. */
  readonly crash_points: Readonly<Record<string, number>>;
  /** Largest resident memory of any process of the platform, and which, in MB. */
  readonly memory_mb: number;
  readonly memory_of: string;
  /** Why the run is no success; empty: it is one. */
  readonly failed: readonly string[];
}

/** What a run may show at most. */
export interface Limits {
  /** The share of deliveries that came twice. */
  readonly duplicates: number;
  /** Seconds from a last fault until all are equal. */
  readonly convergence: number;
}

/** What is promised. */
export const PROMISED: Limits = { duplicates: 0.001, convergence: 10 };

export interface RunFigures {
  readonly seed: number;
  readonly lines: readonly RoundLine[];
  readonly reached: ReadonlyMap<CrashPoint, number>;
  /** In how many rounds each target was struck. */
  readonly struck: ReadonlyMap<Target, number>;
  readonly memory: readonly LargestMemory[];
}

/** What is not as promised. */
export type Verdict = 'lost' | 'regressions' | 'duplicates' | 'late' | 'unreached';

export interface Finding {
  readonly verdict: Verdict;
  /** In words. */
  readonly reason: string;
}

/** The figures of all rounds, and what of them is not as promised. */
export function summarise({ seed, lines, reached, struck, memory }: RunFigures): Summary {
  const sum = (of: (line: RoundLine) => number): number => lines.reduce((total, line) => total + of(line), 0);
  const [largest] = memory;
  const figures = {
    rounds: lines.length,
    writes: sum(({ writes }) => writes),
    lost: sum(({ lost }) => lost),
    regressions: sum(({ regressions }) => regressions),
    duplicates: sum(({ duplicates }) => duplicates),
    deliveries: sum(({ deliveries }) => deliveries),
    convergence_s: Math.max(0, ...lines.map(({ convergence_s }) => convergence_s)),
    seed,
    targets: Object.fromEntries(struck),
    crash_points: Object.fromEntries(reached),
    memory_mb: Math.round((largest?.bytes ?? 0) / 1e6),
    memory_of: largest?.name ?? '',
  };
  return { ...figures, failed: judge(figures).map(({ reason }) => reason) };
}

/** What of the figures is not as promised, or beyond other limits. */
export function judge(figures: Omit<Summary, 'failed'>, limits: Limits = PROMISED): Finding[] {
  const { lost, regressions, duplicates, deliveries, convergence_s, crash_points } = figures;
  const missed = Object.entries(crash_points).flatMap(([point, times]) => (times === 0 ? [point] : []));
  const findings: (Finding | false)[] = [
    lost > 0 && { verdict: 'lost', reason: `${lost} acknowledged writes are lost or not delivered` },
    regressions > 0 && { verdict: 'regressions', reason: `${regressions} times an older value came after a newer one, or a revision was skipped` },
    duplicates > deliveries * limits.duplicates && { verdict: 'duplicates', reason: `${duplicates} of ${deliveries} deliveries are duplicates` },
    convergence_s > limits.convergence && { verdict: 'late', reason: `it took ${convergence_s} s until all were equal` },
    missed.length > 0 && { verdict: 'unreached', reason: `crash points that were never reached: ${missed.join(', ')}` },
  ];
  return findings.filter((finding) => finding !== false);
}
