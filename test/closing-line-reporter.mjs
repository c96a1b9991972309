import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Where runs that belong together are added up; unset: a run stands for itself. */
const TALLY = process.env.ROAMGRID_TALLY;

/** Ends a run with one plain line that any tool can read: `N passed, N failed`, and `N skipped` where there are any. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const { passed, failed, skipped } = addedUp({
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    });
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // After jest's own summary, which is written in the same turn.
    setImmediate(() => process.stdout.write(`\n${line}\n`));
  }
}

function addedUp(counts) {
  if (TALLY === undefined) return counts;
  const before = existsSync(TALLY) ? JSON.parse(readFileSync(TALLY, 'utf8')) : {};
  const sum = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, count + (before[name] ?? 0)]));
  writeFileSync(TALLY, JSON.stringify(sum));
  return sum;
}
