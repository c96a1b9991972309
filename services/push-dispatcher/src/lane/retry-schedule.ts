/** When to try an object again; all in milliseconds. */
export interface RetryConfig {
  /** Pause after the first failure, the second, …; the last one repeats. */
  readonly schedule: readonly number[];
  /** Share of the pause by which it varies either way, 0.2: ±20 %. */
  readonly jitter: number;
}

/**
 * The pause before the next attempt, milliseconds, after `attempts` failures in a row (1 at the least).
 * @param random a number in [0, 1), as Math.random
 */
export function retryPause({ schedule, jitter }: RetryConfig, attempts: number, random: () => number): number {
  const planned = schedule[Math.min(attempts, schedule.length) - 1] ?? 0;
  return Math.round(planned * (1 + jitter * (2 * random() - 1)));
}

/**
 * The pause that a peer asked for by Retry-After, milliseconds: in full, but not below the first pause of the schedule
 * (an answer of 0 must not make a busy loop) nor above its longest.
 */
export function askedPause(config: RetryConfig, asked: number, random: () => number): number {
  return Math.min(Math.max(asked, retryPause(config, 1, random)), Math.max(...config.schedule));
}
