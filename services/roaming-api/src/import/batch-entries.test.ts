import { ManualClock } from '../../test/manual-clock';
import { batchEntries, type Batch } from './batch-entries';
import type { ImportEntry } from './import-entry';

const limits = { lines: 3, bytes: 100, pause: 25 };
const entry = (line: number, identity = `id${line}`, size = 1): ImportEntry => ({
  line,
  identity,
  value: undefined, object: Buffer.alloc(size),
});
const refused = (line: number): ImportEntry => ({ line, refused: { line, outcome: 'refused' } });

async function* from(entries: readonly ImportEntry[], failure?: Error): AsyncGenerator<ImportEntry> {
  for (const each of entries) yield await Promise.resolve(each);
  if (failure) throw failure;
}

async function linesOf(batches: AsyncGenerator<Batch, void>): Promise<number[][]> {
  const found: number[][] = [];
  for await (const batch of batches) found.push(batch.entries.map(({ line }) => line));
  return found;
}

describe('batchEntries', () => {
  const clock = new ManualClock();

  it('fills batches by lines, refused ones too', async () => {
    const entries = [entry(1), refused(2), entry(3), entry(4), entry(5)];
    expect(await linesOf(batchEntries(from(entries), limits, clock))).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it('fills batches by bytes, and takes one object that alone is larger', async () => {
    const entries = [entry(1, 'a', 60), entry(2, 'b', 60), entry(3, 'c', 500), entry(4, 'd', 1)];
    expect(await linesOf(batchEntries(from(entries), limits, clock))).toEqual([[1], [2], [3], [4]]);
  });

  it('never has an object twice in a batch', async () => {
    const entries = [entry(1, 'a'), entry(2, 'b'), entry(3, 'a'), entry(4, 'b')];
    expect(await linesOf(batchEntries(from(entries), limits, clock))).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('hands on what it has when the source pauses', async () => {
    let resume = (): void => undefined;
    async function* pausing(): AsyncGenerator<ImportEntry> {
      yield entry(1);
      await new Promise<void>((resolve) => (resume = resolve));
      yield entry(2);
    }
    const batches = batchEntries(pausing(), limits, clock);
    const first = batches.next();
    await new Promise(setImmediate);
    clock.advance(25);
    expect((await first).value?.entries).toHaveLength(1);
    const second = batches.next();
    resume();
    expect((await second).value?.entries.map(({ line }) => line)).toEqual([2]);
  });

  it('hands on what came before the source broke, then what broke it', async () => {
    const batches = batchEntries(from([entry(1)], new Error('cut')), limits, clock);
    expect((await batches.next()).value?.entries).toHaveLength(1);
    await expect(batches.next()).rejects.toThrow('cut');
  });
});
