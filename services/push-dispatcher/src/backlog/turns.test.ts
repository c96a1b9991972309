import { Turns } from './turns';

describe('Turns', () => {
  it('lets so many work at once, the others in order, also after a failure', async () => {
    const turns = new Turns(2);
    const log: string[] = [];
    const ends = new Map<string, () => void>();
    const begin = (name: string): Promise<void> =>
      turns.run(() => {
        log.push(name);
        return new Promise((resolve, reject) => ends.set(name, name === 'b' ? (): void => reject(new Error('broken')) : resolve));
      });
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(begin);
    expect(log).toEqual(['a', 'b']);
    ends.get('b')?.();
    await expect(b).rejects.toThrow('broken');
    expect(log).toEqual(['a', 'b', 'c']);
    ends.get('a')?.();
    await a;
    await new Promise((resolve) => setImmediate(resolve));
    expect(log).toEqual(['a', 'b', 'c', 'd']);
    ends.get('c')?.();
    ends.get('d')?.();
    await Promise.all([c, d]);
    await turns.run(() => Promise.resolve());
  });
});
