import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** What is waited for, for the error message. */
  readonly what: string;
  readonly timeoutMs: number;
  /** Pause between two questions, in ms (default 50). */
  readonly intervalMs?: number;
  /** Ends the wait early; the wait then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Asks `probe` again and again until it answers true. A probe that rejects counts as "not yet"; its last error is part
 * of the message with which the wait fails after `timeoutMs`.
 */
export async function waitUntil(probe: () => Promise<boolean>, options: WaitOptions): Promise<void> {
  const { what, timeoutMs, intervalMs = 50 } = options;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), timeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timer.signal]) : timer.signal;
  const ended = aborted(signal);
  let lastError: unknown;
  try {
    while (!signal.aborted) {
      const answered = await Promise.race([
        probe().catch((error: unknown) => {
          lastError = error;
          return false;
        }),
        ended,
      ]);
      if (answered) return;
      await pause(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    clearTimeout(timeout);
  }
  options.signal?.throwIfAborted();
  const because = lastError === undefined ? '' : `; last answer: ${lastError instanceof Error ? lastError.message : JSON.stringify(lastError)}`;
  throw new Error(`${what}: not so after ${timeoutMs} ms${because}`);
}

function aborted(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener('abort', () => resolve(false), { once: true });
  });
}
