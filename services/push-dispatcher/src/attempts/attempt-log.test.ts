import { createLogger, systemClock, type Clock } from '@roamgrid/runtime';
import { attemptId, type AttemptDocument } from './attempt-document';
import { AttemptLog, type AttemptLogOptions } from './attempt-log';

const attempt = (rev: number): Omit<AttemptDocument, '_id'> => ({
  ...{ at: new Date(1_000 + rev), peer: 'peer', module: 'locations', key: 'NL*OWN*A', rev },
  ...{ method: 'PUT', http: 200, ocpi: 1000, millis: 1, outcome: 'sent' },
});
const logger = createLogger('attempts-test', 'silent');
/** Never waits. */
const clock: Clock = { ...systemClock, sleep: () => Promise.resolve() };

/** A store that takes what it is told to. */
class Store {
  readonly batches: number[][] = [];
  readonly ids = new Set<string>();
  answer: () => Promise<void> = () => Promise.resolve();
  wrote: () => void = () => undefined;

  readonly insertMany = async (batch: readonly AttemptDocument[]): Promise<never> => {
    await this.answer();
    this.batches.push(batch.map(({ rev }) => rev));
    for (const { _id } of batch) this.ids.add(_id);
    this.wrote();
    return undefined as never;
  };
}

describe('AttemptLog', () => {
  let store: Store;
  const log = (config: Partial<AttemptLogOptions['config']> = {}): AttemptLog =>
    new AttemptLog({
      attempts: store,
      config: { keep: 60_000, buffer: 5_000, ...config },
      clock,
      logger,
    });

  beforeEach(() => {
    store = new Store();
  });

  it('writes what came meanwhile together, in order, each once', async () => {
    const attempts = log();
    for (let rev = 1; rev <= 2_500; rev += 1) attempts.add(attempt(rev));
    await attempts.close();
    expect(store.batches.map((batch) => batch.length)).toEqual([1_000, 1_000, 500]);
    expect(store.batches.flat()).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1));
    expect([store.ids.size, attempts.dropped]).toEqual([2_500, 0]);
  });

  it('keeps attempts while the store is away, up to a bound, and counts what it drops', async () => {
    const attempts = log({ buffer: 10 });
    let tries = 0;
    store.answer = async () => {
      if ((tries += 1) < 3) throw new Error('away');
    };
    const written = new Promise<void>((resolve) => (store.wrote = resolve));
    for (let rev = 1; rev <= 15; rev += 1) attempts.add(attempt(rev));
    expect(attempts.dropped).toBe(5);
    await written;
    await attempts.close();
    expect(store.batches).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]]);
    attempts.add(attempt(16));
    await attempts.close();
    expect([store.batches.at(-1), attempts.dropped]).toEqual([[16], 5]);
  });

  it('does not hold up the end of the service while the store is away', async () => {
    const attempts = log();
    store.answer = () => Promise.reject(new Error('away'));
    attempts.add(attempt(1));
    await attempts.close();
    expect(store.batches).toEqual([]);
  });

  it('takes what an earlier try wrote already for written', async () => {
    const attempts = log();
    store.answer = () => Promise.reject(Object.assign(new Error('E11000'), { code: 11_000 }));
    attempts.add(attempt(1));
    await attempts.close();
    store.answer = () => Promise.resolve();
    attempts.add(attempt(2));
    await attempts.close();
    expect(store.batches).toEqual([[2]]);
  });

  it('writes nothing where nothing is to be kept', async () => {
    const attempts = log({ keep: 0 });
    attempts.add(attempt(1));
    await attempts.close();
    expect(store.batches).toEqual([]);
  });

  it('ids sort by time', () => {
    const ids = [attemptId(1, 'z', 9), attemptId(35, 'a', 1), attemptId(36, 'a', 2), attemptId(Date.UTC(2050, 0), 'a', 1), attemptId(Date.UTC(2200, 0), 'a', 1)];
    expect([...ids].sort()).toEqual(ids);
  });
});
