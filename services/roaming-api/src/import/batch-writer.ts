import { messageOf, RoamgridError, type Caller, type PutResult } from '@roamgrid/runtime';
import type { Backend, ServedModule } from '../backend';
import { HttpProblem } from '../http/problem';
import type { Batch } from './batch-entries';
import type { LineResult } from './import-entry';
import { PatientWriter } from './patient-writer';

/**
 * A function that writes a batch of one import and says what became of each of its lines. It never fails: where the
 * call did, all lines of the batch are refused with its code. It stops waiting for an absent service when the signal
 * aborts.
 */
export function batchWriter(
  { declaration, version, objects: client }: ServedModule,
  caller: Caller,
  { clock, logger }: Pick<Backend, 'clock' | 'logger'>,
  signal: AbortSignal,
): (batch: Batch) => Promise<readonly LineResult[]> {
  const writer = new PatientWriter(client, clock);
  return async ({ entries }) => {
    const objects = entries.flatMap((entry) => ('refused' in entry ? [] : [entry.object]));
    try {
      const written = objects.length === 0 ? [] : await writer.putMany({ caller, version, objects }, signal);
      if (written.length !== objects.length) {
        throw new RoamgridError('internal', `${objects.length} objects got ${written.length} results`);
      }
      const results = written.values();
      const next = (line: number): LineResult => lineResult(line, results.next().value as PutResult);
      return entries.map((entry) => ('refused' in entry ? entry.refused : next(entry.line)));
    } catch (error) {
      logger.warn(
        { module: declaration.id, lines: objects.length, reason: messageOf(error) },
        'lines of an import refused',
      );
      const { code, message } = HttpProblem.from(error);
      const refused = (line: number): LineResult => ({ line, outcome: 'refused', code, message });
      return entries.map((entry) => ('refused' in entry ? entry.refused : refused(entry.line)));
    }
  };
}

function lineResult(line: number, { outcome, key, code, message }: PutResult): LineResult {
  return {
    line,
    outcome,
    ...(key !== '' && { key }),
    ...(code !== '' && { code }),
    ...(message !== '' && { message }),
  };
}
