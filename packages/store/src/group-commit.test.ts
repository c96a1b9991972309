import type { Clock } from '@roamgrid/runtime';
import { GroupCommit, type CommitResult } from './group-commit';

interface Write {
  readonly key: string;
  readonly value: number;
}
type Results = readonly CommitResult<string>[];

const done = (result: string): CommitResult<string> => ({ kind: 'done', result });
const name = ({ key, value }: Write): string => `${key}${value}`;

/** A group commit whose batches end when the test says so. */
class HeldCommits {
  readonly batches: string[][] = [];
  readonly group: GroupCommit<Write, string>;
  #waiting: { writes: readonly Write[]; settle: (results: Results | Error) => void }[] = [];
  #arrived: () => void = () => undefined;

  constructor(maxBatch?: number, clock?: Clock) {
    this.group = new GroupCommit<Write, string>({
      keyOf: ({ key }) => key,
      ...(maxBatch !== undefined && { maxBatch }),
      ...(clock && { clock }),
      commit: (writes) => {
        this.batches.push(writes.map(name));
        return new Promise((resolve, reject) => {
          this.#waiting.push({ writes, settle: (results) => (results instanceof Error ? reject(results) : resolve(results)) });
          this.#arrived();
        });
      },
    });
  }

  add(...names: readonly string[]): Promise<string>[] {
    return names.map((each) => this.group.add({ key: each.charAt(0), value: Number(each.slice(1)) }));
  }

  /** Ends the batch under way, waiting for it to come. */
  async end(answer: (write: string) => CommitResult<string> = done): Promise<void> {
    const { writes, settle } = await this.#next();
    settle(writes.map((write) => answer(name(write))));
  }

  async fail(error: Error): Promise<void> {
    (await this.#next()).settle(error);
  }

  async endWith(results: Results): Promise<void> {
    (await this.#next()).settle(results);
  }

  async #next(): Promise<{ writes: readonly Write[]; settle: (results: Results | Error) => void }> {
    if (this.#waiting.length === 0) await new Promise<void>((resolve) => (this.#arrived = resolve));
    const next = this.#waiting.shift();
    if (!next) throw new Error('no batch is under way');
    return next;
  }
}

/** A clock that is moved by hand; who sleeps is woken by hand. */
class HeldClock implements Clock {
  time = 0;
  readonly sleeps: number[] = [];
  wake: () => void = () => undefined;

  now(): number {
    return this.time;
  }

  sleep(millis: number): Promise<void> {
    this.sleeps.push(millis);
    return new Promise((resolve) => (this.wake = resolve));
  }
}

const aTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a group commit', () => {
  it('commits together what comes in one turn, each with its own result', async () => {
    const commits = new HeldCommits();
    const writes = commits.add('a1', 'b1', 'c1');
    await commits.end();
    expect(await Promise.all(writes)).toEqual(['a1', 'b1', 'c1']);
    expect(commits.batches).toEqual([['a1', 'b1', 'c1']]);
  });

  it('gathers what comes while a batch is under way; one batch at a time', async () => {
    const commits = new HeldCommits();
    const first = commits.add('a1');
    await new Promise((resolve) => setImmediate(resolve));
    const later = [...commits.add('b1'), ...commits.add('c1')];
    expect(commits.batches).toEqual([['a1']]);
    await commits.end();
    await Promise.all(first);
    await commits.end();
    await Promise.all(later);
    expect(commits.batches).toEqual([['a1'], ['b1', 'c1']]);
  });

  it('never has two writes of one key in a batch, and keeps their order', async () => {
    const commits = new HeldCommits();
    const writes = commits.add('a1', 'a2', 'b1', 'a3', 'b2');
    for (let batch = 0; batch < 3; batch += 1) await commits.end();
    expect(await Promise.all(writes)).toEqual(['a1', 'a2', 'b1', 'a3', 'b2']);
    expect(commits.batches).toEqual([['a1', 'b1'], ['a2', 'b2'], ['a3']]);
  });

  it('keeps to its largest batch, first come, first served', async () => {
    const commits = new HeldCommits(2);
    const writes = commits.add('a1', 'b1', 'c1', 'a2', 'd1');
    for (let batch = 0; batch < 3; batch += 1) await commits.end();
    await Promise.all(writes);
    expect(commits.batches).toEqual([['a1', 'b1'], ['c1', 'a2'], ['d1']]);
  });

  it('asks again for a write before any later one of its key', async () => {
    const commits = new HeldCommits();
    const writes = commits.add('a1', 'a2', 'b1');
    await commits.end((write) => (write === 'a1' ? { kind: 'again' } : done(write)));
    expect(await writes[2]).toBe('b1');
    await commits.end((write) => (write === 'a1' ? { kind: 'again' } : done(write)));
    await commits.end();
    await commits.end();
    expect(await Promise.all(writes)).toEqual(['a1', 'a2', 'b1']);
    expect(commits.batches).toEqual([['a1', 'b1'], ['a1'], ['a1'], ['a2']]);
  });

  it('fails one write without its neighbours, and goes on', async () => {
    const commits = new HeldCommits();
    const [bad, good, later] = commits.add('a1', 'b1', 'a2');
    const refused = expect(bad).rejects.toThrow('refused');
    await commits.end((write) => (write === 'a1' ? { kind: 'failed', error: new Error('refused') } : done(write)));
    await refused;
    expect(await good).toBe('b1');
    await commits.end();
    expect(await later).toBe('a2');
  });

  it('fails a whole batch with its error; what waited behind it is committed', async () => {
    const commits = new HeldCommits();
    const [first, second, third] = commits.add('a1', 'b1', 'a2');
    const failures = Promise.all([expect(first).rejects.toThrow('store away'), expect(second).rejects.toThrow('store away')]);
    await commits.fail(new Error('store away'));
    await failures;
    await commits.end();
    expect(await third).toBe('a2');
  });

  it('leaves no write without an answer, even when the batch forgets one', async () => {
    const commits = new HeldCommits();
    const [first, second] = commits.add('a1', 'b1');
    const forgotten = expect(second).rejects.toThrow('no result for this write');
    await commits.endWith([done('a1')]);
    expect(await first).toBe('a1');
    await forgotten;
  });

  it('begins again after it was idle', async () => {
    const commits = new HeldCommits();
    const first = commits.add('a1');
    await commits.end();
    await Promise.all(first);
    await commits.group.drain();
    const second = commits.add('a2');
    await commits.end();
    expect(await Promise.all(second)).toEqual(['a2']);
  });

  it('is drained when nothing waits any more', async () => {
    const commits = new HeldCommits();
    await commits.group.drain();
    const writes = commits.add('a1', 'a2');
    let drained = false;
    const drain = commits.group.drain().then(() => (drained = true));
    await commits.end();
    await writes[0];
    expect(drained).toBe(false);
    await commits.end();
    await drain;
    expect(await writes[1]).toBe('a2');
  });

  it('with a clock gathers behind a batch of several for as long again as it took, so that their writers are together again', async () => {
    const clock = new HeldClock();
    const commits = new HeldCommits(undefined, clock);
    const first = commits.add('a1', 'b1');
    await aTurn();
    clock.time = 7;
    await commits.end();
    await Promise.all(first);
    const second = commits.add('a2');
    await aTurn();
    expect(clock.sleeps).toEqual([7]);
    second.push(...commits.add('b2'));
    clock.wake();
    await commits.end();
    expect(await Promise.all(second)).toEqual(['a2', 'b2']);
    expect(commits.batches).toEqual([
      ['a1', 'b1'],
      ['a2', 'b2'],
    ]);
  });

  it('gathers for 20 ms at the most, and not at all behind a batch of one or before a full one', async () => {
    const clock = new HeldClock();
    const commits = new HeldCommits(2, clock);
    const writes = commits.add('a1', 'b1', 'c1', 'd1', 'a2');
    await aTurn();
    clock.time = 500;
    await commits.end(); // a full batch waits already
    await commits.end();
    await aTurn();
    expect(clock.sleeps).toEqual([0]);
    clock.wake();
    await aTurn();
    clock.time = 2_000;
    await commits.end();
    await Promise.all(writes);
    await commits.group.drain();
    expect(clock.sleeps).toEqual([0]);
    const later = commits.add('a3', 'b3');
    await aTurn();
    clock.time = 3_000;
    await commits.end();
    await Promise.all(later);
    await aTurn();
    expect(clock.sleeps).toEqual([0, 20]);
    clock.wake();
  });
});
