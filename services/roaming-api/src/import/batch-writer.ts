import type { Advice } from '@roamgrid/modules';
import { partyOfKey } from '@roamgrid/ocpi';
import { messageOf, RoamgridError, type Caller, type PutResult } from '@roamgrid/runtime';
import { adviseOnOwn, type AdviceContext } from '../advice/own-advice';
import type { Backend, ServedModule } from '../backend';
import { HttpProblem } from '../http/problem';
import type { Batch } from './batch-entries';
import type { ImportEntry, LineResult } from './import-entry';
import { PatientWriter } from './patient-writer';

/**
 * A function that writes a batch of one import and says what became of each of its lines. It never fails: where the
 * call did, all lines of the batch are refused with its code. It stops waiting for an absent service when the signal
 * aborts.
 */
export function batchWriter(
  module: ServedModule,
  caller: Caller,
  context: AdviceContext,
  { clock, logger }: Pick<Backend, 'clock' | 'logger'>,
  signal: AbortSignal,
): (batch: Batch) => Promise<readonly LineResult[]> {
  const { declaration, version, objects: client } = module;
  const writer = new PatientWriter(client, clock);
  return async ({ entries }) => {
    const given = entries.flatMap((entry) => ('refused' in entry ? [] : [entry]));
    const objects = given.map(({ object }) => object);
    try {
      const written = objects.length === 0 ? [] : await writer.putMany({ caller, version, objects }, signal);
      if (written.length !== objects.length) {
        throw new RoamgridError('internal', `${objects.length} objects got ${written.length} results`);
      }
      const advice = await adviceOn(module, context, given, written);
      const results = written.values();
      const next = (entry: GivenEntry): LineResult =>
        lineResult(entry.line, results.next().value as PutResult, advice.get(entry) ?? []);
      return entries.map((entry) => ('refused' in entry ? entry.refused : next(entry)));
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

type GivenEntry = Exclude<ImportEntry, { readonly refused: LineResult }>;

/** Advice on the lines that were taken. */
async function adviceOn(
  module: ServedModule,
  context: AdviceContext,
  given: readonly GivenEntry[],
  written: readonly PutResult[],
): Promise<ReadonlyMap<GivenEntry, Advice[]>> {
  const taken = given.flatMap((entry, index) => {
    const { outcome = 'refused', key = '' } = written[index] ?? {};
    return outcome === 'refused' ? [] : [{ entry, value: entry.value, depth: 0, party: partyOfKey(key) }];
  });
  const advice = await adviseOnOwn(module, taken, context);
  return new Map(taken.map(({ entry }, index) => [entry, advice[index] ?? []]));
}

function lineResult(line: number, { outcome, key, code, message }: PutResult, warnings: readonly Advice[]): LineResult {
  return {
    line,
    outcome,
    ...(key !== '' && { key }),
    ...(code !== '' && { code }),
    ...(message !== '' && { message }),
    ...(warnings.length > 0 && { warnings }),
  };
}
