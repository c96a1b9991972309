import type { Target } from '../target/target';
import { CheckFailure, NotCovered } from './check-failure';
import type { Check } from './define-check';

export type CheckResult = { readonly check: Check } & (
  | { readonly outcome: 'passed' }
  | { readonly outcome: 'failed'; readonly expected: string; readonly seen: string }
  | { readonly outcome: 'not covered'; readonly reason: string }
);

/** Runs one check. A check that breaks down counts as failed, with its error as what was seen. */
export async function runCheck(check: Check, target: Target): Promise<CheckResult> {
  const missing = check.needs.flatMap((need) => target.lacks(need) ?? []);
  if (missing.length > 0) return { check, outcome: 'not covered', reason: `needs ${missing.join(' and ')}` };
  try {
    await check.run(target);
    return { check, outcome: 'passed' };
  } catch (error) {
    if (error instanceof NotCovered) return { check, outcome: 'not covered', reason: error.message };
    if (error instanceof CheckFailure) {
      return { check, outcome: 'failed', expected: error.expected, seen: error.seen };
    }
    const seen = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { check, outcome: 'failed', expected: 'the check to reach its end', seen };
  }
}

/** Runs checks one after another, since they share the platform; `onResult` hears of each as it ends. */
export async function runChecks(
  checks: readonly Check[],
  target: Target,
  onResult: (result: CheckResult) => void = () => undefined,
): Promise<CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = await runCheck(check, target);
    results.push(result);
    onResult(result);
  }
  return results;
}
