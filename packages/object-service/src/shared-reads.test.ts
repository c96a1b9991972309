import { SharedReads } from './shared-reads';

/** Reads that end when told; each gives its number. */
function controlled(): { read: () => Promise<number>; finish: (error?: Error) => Promise<void>; started: () => number } {
  const running: { resolve: (value: number) => void; reject: (error: Error) => void }[] = [];
  let started = 0;
  return {
    read: () => {
      started += 1;
      return new Promise((resolve, reject) => running.push({ resolve, reject }));
    },
    finish: async (error) => {
      const read = running.shift();
      if (error) read?.reject(error);
      else read?.resolve(started);
      await new Promise((resolve) => setImmediate(resolve));
    },
    started: () => started,
  };
}

describe('SharedReads', () => {
  it('gives those who come during a read the next one, together', async () => {
    const { read, finish, started } = controlled();
    const shared = new SharedReads<number>();
    const first = shared.get('a', read);
    const later = [shared.get('a', read), shared.get('a', read)];
    expect(started()).toBe(1);
    await finish();
    expect(await first).toBe(1);
    expect(started()).toBe(2);
    await finish();
    expect(await Promise.all(later)).toEqual([2, 2]);
  });

  it('reads anew for who comes when nothing is under way', async () => {
    const { read, finish } = controlled();
    const shared = new SharedReads<number>();
    for (const expected of [1, 2, 3]) {
      const got = shared.get('a', read);
      await finish();
      expect(await got).toBe(expected);
    }
  });

  it('keeps keys apart', () => {
    const { read, started } = controlled();
    const shared = new SharedReads<number>();
    void shared.get('a', read);
    void shared.get('b', read);
    expect(started()).toBe(2);
  });

  it('tells a failure to those who asked for that read, and goes on', async () => {
    const { read, finish } = controlled();
    const shared = new SharedReads<number>();
    const first = shared.get('a', read);
    const later = shared.get('a', read);
    const failed = expect(first).rejects.toThrow('away');
    await finish(new Error('away'));
    await failed;
    await finish();
    expect(await later).toBe(2);
  });
});
