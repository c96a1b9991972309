import type { Fetched } from '@roamgrid/runtime';
import { FetchGathering } from './fetch-gathering';

const asked: string[][] = [];
const gathering = new FetchGathering((keys) => {
  asked.push([...keys]);
  if (keys.includes('bad')) return Promise.reject(new Error('away'));
  return Promise.resolve(new Map(keys.map((key) => [key, { key } as Fetched])));
});
const numbered = (from: number, count: number): string[] => Array.from({ length: count }, (_, i) => `K${from + i}`);

describe('fetches of many lanes', () => {
  beforeEach(() => asked.splice(0));

  it('leave as one request where they are begun together, each key once', async () => {
    const replies = await Promise.all([gathering.fetch(['A', 'B']), gathering.fetch(['B']), gathering.fetch(['C'])]);
    expect(asked).toEqual([['A', 'B', 'C']]);
    expect(replies.map((reply) => reply.get('B')?.key)).toEqual(['B', 'B', 'B']);
  });

  it('see what is newest: one that is begun later is a request of its own', async () => {
    await gathering.fetch(['A']);
    await gathering.fetch(['A']);
    expect(asked).toEqual([['A'], ['A']]);
  });

  it('are split where they would become too large', async () => {
    await Promise.all([gathering.fetch(numbered(0, 40)), gathering.fetch(numbered(40, 24)), gathering.fetch(numbered(64, 1))]);
    expect(asked.map(({ length }) => length)).toEqual([64, 1]);
  });

  it('fail together, and the next one is asked for anew', async () => {
    const together = await Promise.allSettled([gathering.fetch(['bad']), gathering.fetch(['A'])]);
    expect(together.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect((await gathering.fetch(['A'])).has('A')).toBe(true);
  });
});
