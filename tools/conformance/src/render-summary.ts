import type { CheckResult, Summary } from '@roamgrid/conformance';
import Table from 'cli-table3';

/** Rows, passed, failed and not covered, by area. */
export function renderTable({ areas }: Summary): string {
  const table = new Table({
    head: ['area', '', 'rows', 'passed', 'failed', 'not covered'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { area, title, rows, passed, failed, uncovered } of areas) {
    table.push([area, title, rows, passed, failed, uncovered]);
  }
  const sum = (column: 'rows' | 'passed' | 'failed' | 'uncovered'): number =>
    areas.reduce((total, area) => total + area[column], 0);
  table.push(['', 'all', sum('rows'), sum('passed'), sum('failed'), sum('uncovered')]);
  return table.toString();
}

/** Every failed check: its rows, what was expected, what was seen. */
export function renderFailures(results: readonly CheckResult[]): string {
  return results
    .flatMap((result) => {
      if (result.outcome !== 'failed') return [];
      const { ids, level, title } = result.check;
      return [`${ids.join(' ')} (${level}) ${title}\n  expected: ${result.expected}\n  seen:     ${result.seen}\n`];
    })
    .join('\n');
}

/** The summary as one line for programs. */
export function renderJson({ areas, passed, failed, uncovered }: Summary): string {
  const rows = areas.reduce((total, area) => total + area.rows, 0);
  return JSON.stringify({ rows, passed: passed.length, failed: failed.length, uncovered });
}
