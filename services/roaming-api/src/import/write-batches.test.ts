import type { Batch } from './batch-entries';
import type { LineResult } from './import-entry';
import { writeBatches } from './write-batches';

const batch = (line: number, ...identities: string[]): Batch => ({
  entries: [{ line, identity: identities[0] ?? '', value: undefined, object: Buffer.alloc(0) }],
  identities: new Set(identities),
});

async function* from(batches: readonly Batch[], pulled: number[] = [], failure?: Error): AsyncGenerator<Batch, void> {
  for (const each of batches) {
    pulled.push(each.entries[0]?.line ?? 0);
    yield await Promise.resolve(each);
  }
  if (failure) throw failure;
}

/** Writes that end when the test says so, by line. */
class HeldWrites {
  readonly begun: number[] = [];
  readonly #ends = new Map<number, () => void>();

  readonly write = ({ entries }: Batch): Promise<readonly LineResult[]> => {
    const line = entries[0]?.line ?? 0;
    this.begun.push(line);
    return new Promise((resolve) => this.#ends.set(line, () => resolve([{ line, outcome: 'created' }])));
  };

  end(line: number): void {
    this.#ends.get(line)?.();
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('writeBatches', () => {
  it('has two batches under way, reads one ahead, and no more while nothing ends', async () => {
    const pulled: number[] = [];
    const writes = new HeldWrites();
    const results = writeBatches(
      from(
        [1, 2, 3, 4, 5].map((line) => batch(line, `${line}`)),
        pulled,
      ),
      writes.write,
      2,
    );
    const first = results.next();
    await settle();
    expect(writes.begun).toEqual([1, 2]);
    expect(pulled).toEqual([1, 2, 3]);
    writes.end(1);
    expect((await first).value).toEqual([{ line: 1, outcome: 'created' }]);
  });

  it('yields in the order of the input, whichever ends first', async () => {
    const writes = new HeldWrites();
    const results = writeBatches(from([batch(1, 'a'), batch(2, 'b')]), writes.write, 2);
    const first = results.next();
    await settle();
    writes.end(2);
    await settle();
    writes.end(1);
    expect((await first).value?.[0]?.line).toBe(1);
    expect((await results.next()).value?.[0]?.line).toBe(2);
    expect((await results.next()).done).toBe(true);
  });

  it('lets a batch wait for an object that is under way', async () => {
    const writes = new HeldWrites();
    const results = writeBatches(from([batch(1, 'a', 'b'), batch(2, 'b')]), writes.write, 2);
    const first = results.next();
    await settle();
    expect(writes.begun).toEqual([1]);
    writes.end(1);
    await first;
    const second = results.next();
    await settle();
    expect(writes.begun).toEqual([1, 2]);
    writes.end(2);
    expect((await second).value?.[0]?.line).toBe(2);
  });

  it('yields a result that is there while the source gives nothing more', async () => {
    async function* endless(): AsyncGenerator<Batch, void> {
      yield batch(1, 'a');
      await new Promise(() => undefined);
    }
    const results = writeBatches(
      endless(),
      ({ entries }) => Promise.resolve([{ line: entries[0]?.line ?? 0, outcome: 'created' }]),
      2,
    );
    expect((await results.next()).value).toEqual([{ line: 1, outcome: 'created' }]);
  });

  it('throws what broke the source after the results of what came before', async () => {
    const writes = new HeldWrites();
    const results = writeBatches(from([batch(1, 'a')], [], new Error('cut')), writes.write, 2);
    const first = results.next();
    await settle();
    writes.end(1);
    expect((await first).value?.[0]?.line).toBe(1);
    await expect(results.next()).rejects.toThrow('cut');
  });
});
