import { interleave, type Side } from './interleave';

function side(name: string, log: string[], operations: number): Side {
  return {
    processes: [{ name: 'this one', pid: process.pid }],
    passes: 2,
    prepare: () => Promise.resolve(void log.push(`${name} prepare`)),
    run: () => Promise.resolve(log.push(`${name} run`) && operations),
    settle: () => Promise.resolve(void log.push(`${name} settle`)),
  };
}

describe('interleave', () => {
  it('warms both up, then measures them in turn, each pass prepared and settled', async () => {
    const log: string[] = [];
    const told: number[] = [];
    const pairs = await interleave(2, side('a', log, 2_000), side('b', log, 2_000), (round) => told.push(round));
    const pass = (name: string): string[] => ['prepare', 'run', 'settle', 'prepare', 'run', 'settle'].map((step) => `${name} ${step}`);
    expect(log).toEqual(['a', 'b', 'a', 'b', 'a', 'b'].flatMap(pass));
    expect(told).toEqual([1, 2]);
    expect(pairs.map(({ candidate }) => candidate.operations)).toEqual([4_000, 4_000]);
  });

  it('cannot measure a process that does not run', async () => {
    const gone = { ...side('a', [], 5_000), processes: [{ name: 'gateway', pid: undefined }] };
    await expect(interleave(1, gone, gone, () => undefined)).rejects.toThrow('gateway');
  });

  it('cannot measure a process that was restarted meanwhile', async () => {
    const restarted = { name: 'gateway', pid: process.pid };
    const dying: Side = {
      processes: [restarted],
      run: () => {
        restarted.pid = process.ppid;
        return Promise.resolve(1);
      },
    };
    await expect(interleave(1, dying, dying, () => undefined)).rejects.toThrow('restarted');
  });
});
