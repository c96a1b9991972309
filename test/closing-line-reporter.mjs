/** Ends a run with one plain line that any tool can read: `N passed, N failed`, and `N skipped` where there are any. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
    // After jest's own summary, which is written in the same turn.
    setImmediate(() => process.stdout.write(`\n${line}\n`));
  }
}
