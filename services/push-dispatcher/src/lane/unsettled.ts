/** For so long an answer may wait for the store, milliseconds, before nothing more is sent: some times as long as it takes under full load. */
const PATIENCE = 150;

/**
 * What peers have answered and the store has not taken yet, over all lanes of a process. A process that dies then sends it again, so
 * nothing more is sent while the store is away or stands still.
 */
export class Unsettled {
  /** Since when, by row; the longest first. */
  readonly #since = new Map<string, number>();

  begin(row: string, now: number): void {
    this.#since.set(row, now);
  }

  end(row: string): void {
    this.#since.delete(row);
  }

  /** Something has waited for too long. */
  isOverdue(now: number): boolean {
    const [oldest = now] = this.#since.values();
    return now - oldest > PATIENCE;
  }
}
