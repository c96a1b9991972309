import type { RoamgridError } from '@roamgrid/runtime';
import type { LineResult } from './import-entry';

/** The last line of an import's answer: how many lines, and what became of them. */
export class ImportSummary {
  readonly lines = { lines: 0, created: 0, updated: 0, unchanged: 0, stale: 0, refused: 0 };
  /** Lines with warnings. */
  #warned = 0;
  #broken: RoamgridError | undefined;

  add(results: readonly LineResult[]): void {
    this.lines.lines += results.length;
    for (const { outcome, warnings } of results) {
      if (outcome !== 'deleted') this.lines[outcome] += 1;
      if (warnings) this.#warned += 1;
    }
  }

  /** Says that the upload ended before its end. */
  brokenBy(error: RoamgridError): void {
    this.#broken = error;
  }

  toJSON(): Record<string, unknown> {
    return {
      ...this.lines,
      ...(this.#warned > 0 && { warned: this.#warned }),
      ...(this.#broken && { code: this.#broken.code, message: this.#broken.message }),
    };
  }
}
