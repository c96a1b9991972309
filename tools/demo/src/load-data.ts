import { MultiBar, Presets } from 'cli-progress';
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
  const bars = new MultiBar({ format: '{kind} [{bar}] {value}/{total}', hideCursor: true, noTTYOutput: false }, Presets.shades_grey);
  const total = counts.tariffs + counts.locations;
  let done = 0;
  for (const kind of ['tariffs', 'locations'] as const) {
    if (counts[kind] === 0) continue;
    const bar = bars.create(counts[kind], 0, { kind: kind.padEnd(9) });
    const lines = linesOf(kind, files, () => {
      bar.increment();
      onProgress((done += 1) / total);
    });
    const summary = await api.import(kind, lines, { results: 'refused', onLine: (line) => rejected.push({ kind, line }) });
    if (summary.lines !== counts[kind]) throw new Error(`${kind}: ${counts[kind]} lines were sent, ${summary.lines} were answered`);
  }
  bars.stop();
  return rejected;
}
