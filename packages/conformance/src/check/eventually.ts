import { setTimeout as pause } from 'node:timers/promises';
import { CheckFailure } from './check-failure';
import { patienceMillis } from './patience';

/** Between two questions, in ms. */
const INTERVAL = 50;

/**
 * Asks until `probe` answers true, at the most for `timeout` ms. Then throws CheckFailure with `expected` and, as what was
 * seen, the last thing that `probe` noted.
 */
export async function eventually(
  expected: string,
  probe: (note: (seen: string) => void) => Promise<boolean>,
  timeout = patienceMillis(),
): Promise<void> {
  const deadline = performance.now() + timeout;
  let seen = 'no answer';
  const note = (text: string): void => {
    seen = text;
  };
  while (!(await probe(note))) {
    if (performance.now() > deadline) throw new CheckFailure(`${expected} within ${timeout} ms`, seen);
    await pause(INTERVAL);
  }
}
