import type { CheckResult } from '../check/run-check';
import { areaTitles, checklistRows } from '../rows/checklist-rows';
import { whyUncovered } from '../rows/uncovered';

/** What became of one area of the checklist. */
export interface AreaSummary {
  readonly area: string;
  readonly title: string;
  readonly rows: number;
  readonly passed: number;
  readonly failed: number;
  readonly uncovered: number;
}

export interface Summary {
  readonly areas: readonly AreaSummary[];
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  /** Reason by id. */
  readonly uncovered: Readonly<Record<string, string>>;
}

/**
 * Counts rows, not checks: a row failed when one of its checks did, passed when one did and none failed, and is not covered
 * otherwise, for the reason that its checks gave or that is on file.
 */
export function summarise(results: readonly CheckResult[]): Summary {
  const verdicts = checklistRows.map(({ id, area }) => ({ id, area, ...verdictOf(id, results) }));
  const idsOf = (outcome: CheckResult['outcome']): string[] =>
    verdicts.filter((verdict) => verdict.outcome === outcome).map(({ id }) => id);
  const areas = [...areaTitles].map(([area, title]): AreaSummary => {
    const rows = verdicts.filter((verdict) => verdict.area === area);
    const count = (outcome: CheckResult['outcome']): number => rows.filter((row) => row.outcome === outcome).length;
    const [passed, failed, uncovered] = [count('passed'), count('failed'), count('not covered')];
    return { area, title, rows: rows.length, passed, failed, uncovered };
  });
  const uncovered = Object.fromEntries(
    verdicts.flatMap(({ id, outcome, reason }) => (outcome === 'not covered' ? [[id, reason]] : [])),
  ) as Record<string, string>;
  return { areas, passed: idsOf('passed'), failed: idsOf('failed'), uncovered };
}

function verdictOf(
  id: string,
  results: readonly CheckResult[],
): { readonly outcome: CheckResult['outcome']; readonly reason: string } {
  const own = results.filter(({ check }) => check.ids.includes(id));
  if (own.some(({ outcome }) => outcome === 'failed')) return { outcome: 'failed', reason: '' };
  if (own.some(({ outcome }) => outcome === 'passed')) return { outcome: 'passed', reason: '' };
  const [said] = own.flatMap((result) => (result.outcome === 'not covered' ? [result.reason] : []));
  return { outcome: 'not covered', reason: said ?? whyUncovered(id) ?? 'its checks were not run' };
}
