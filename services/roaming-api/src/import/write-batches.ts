import type { Batch } from './batch-entries';
import type { LineResult } from './import-entry';

type Step = { readonly batch: Batch } | { readonly failure: unknown } | 'end' | 'head';

interface UnderWay {
  readonly batch: Batch;
  readonly results: Promise<readonly LineResult[]>;
}

/**
 * Writes batches, at most `inFlight` at once, and yields their results in the order of the batches, as soon as they are
 * there. A batch with an object that is under way waits for it. `write` does not fail. What the source throws is thrown
 * after the results of all batches before it.
 */
export async function* writeBatches(
  source: AsyncGenerator<Batch, void>,
  write: (batch: Batch) => Promise<readonly LineResult[]>,
  inFlight: number,
): AsyncGenerator<readonly LineResult[], void> {
  const underWay: UnderWay[] = [];
  let next: Promise<Step> | undefined = pull(source);
  let failed: { readonly failure: unknown } | undefined;
  while (next || underWay.length > 0) {
    const head = underWay[0];
    const step: Step = await (head ? headOr(head, underWay.length < inFlight ? next : undefined) : (next ?? 'end'));
    if (step === 'head') {
      underWay.shift();
      if (head) yield await head.results;
    } else if (step === 'end') next = undefined;
    else if ('failure' in step) {
      next = undefined;
      failed = step;
    } else {
      while (underWay.some((earlier) => shareObject(earlier.batch, step.batch)))
        yield await (underWay.shift() as UnderWay).results;
      underWay.push({ batch: step.batch, results: write(step.batch) });
      next = pull(source);
    }
  }
  if (failed) throw failed.failure;
}

/** The next batch; never rejects, so that it can wait while nobody listens. */
function pull(source: AsyncGenerator<Batch, void>): Promise<Step> {
  return source.next().then(
    (step): Step => (step.done ? 'end' : { batch: step.value }),
    (failure: unknown): Step => ({ failure }),
  );
}

async function headOr(head: UnderWay, next: Promise<Step> | undefined): Promise<Step> {
  const done = head.results.then((): Step => 'head');
  return next ? Promise.race([done, next]) : done;
}

function shareObject(a: Batch, b: Batch): boolean {
  return [...b.identities].some((identity) => a.identities.has(identity));
}
