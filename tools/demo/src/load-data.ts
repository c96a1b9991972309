import { Presets, SingleBar } from 'cli-progress';
import type { ImportLine, RoamingApiClient } from '@roamgrid/testkit';
import type { Kind } from './data-file';
import { linesOf, type Survey } from './survey';

export interface Rejected {
  readonly kind: Kind;
  readonly line: ImportLine;
}

/** Loads tariffs, then locations (which name them), with a progress bar each; `onProgress` hears of the part done, 0 to 1. */
export async function loadData(
  api: RoamingApiClient,
  files: readonly string[],
  { counts }: Survey,
  onProgress: (part: number) => void,
): Promise<Rejected[]> {
  const rejected: Rejected[] = [];
  const total = counts.tariffs + counts.locations;
  let done = 0;
  for (const kind of ['tariffs', 'locations'] as const) {
    if (counts[kind] === 0) continue;
    const bar = progressBar(kind);
    bar.start(counts[kind], 0);
    const lines = linesOf(kind, files, () => {
      bar.increment();
      onProgress((done += 1) / total);
    });
    const summary = await api.import(kind, lines, { results: 'refused', onLine: (line) => rejected.push({ kind, line }) });
    bar.stop();
    if (summary.lines !== counts[kind]) throw new Error(`${kind}: ${counts[kind]} lines were sent, ${summary.lines} were answered`);
  }
  return rejected;
}

/** Redrawn on a terminal; a line every few seconds elsewhere. */
function progressBar(kind: Kind): SingleBar {
  const format = `${kind.padEnd(9)} [{bar}] {value}/{total}`;
  return new SingleBar({ format, hideCursor: true, noTTYOutput: !process.stderr.isTTY, notTTYSchedule: 5_000 }, Presets.shades_grey);
}
