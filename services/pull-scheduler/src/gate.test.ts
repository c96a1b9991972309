import { Gate } from './gate';

describe('Gate', () => {
  it('lets so many through at once, the others in their order', async () => {
    const gate = new Gate(2);
    const log: string[] = [];
    const leave = new Map<string, () => void>();
    const work = (name: string): Promise<void> =>
      gate.pass(async () => {
        log.push(`${name} in`);
        await new Promise<void>((resolve) => leave.set(name, resolve));
        log.push(`${name} out`);
      });
    const all = ['a', 'b', 'c', 'd'].map(work);
    expect(log).toEqual(['a in', 'b in']);
    leave.get('b')?.();
    await all[1];
    leave.get('a')?.();
    await all[0];
    leave.get('c')?.();
    await all[2];
    leave.get('d')?.();
    await Promise.all(all);
    expect(log).toEqual(['a in', 'b in', 'b out', 'c in', 'a out', 'd in', 'c out', 'd out']);
  });

  it('knows how many wait, and whether it is idle', async () => {
    const gate = new Gate(1);
    let leave = (): void => undefined;
    const first = gate.pass(() => new Promise<void>((resolve) => (leave = resolve)));
    const second = gate.pass(() => Promise.resolve());
    expect([gate.waiting, gate.isIdle]).toEqual([1, false]);
    leave();
    await Promise.all([first, second]);
    expect([gate.waiting, gate.isIdle]).toEqual([0, true]);
  });

  it('is free again after work that failed', async () => {
    const gate = new Gate(1);
    await expect(gate.pass(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(gate.pass(() => Promise.resolve('yes'))).resolves.toBe('yes');
  });
});
