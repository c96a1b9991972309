import { waitUntil } from './wait-until';

describe('waitUntil', () => {
  it('asks until the answer is yes, and takes a rejection as no', async () => {
    const answers = [
      () => Promise.reject(new Error('refused')),
      () => Promise.resolve(false),
      () => Promise.resolve(true),
    ];
    let asked = 0;
    await waitUntil(() => answers[asked++]?.() ?? Promise.resolve(true), {
      what: 'x',
      timeoutMs: 60_000,
      intervalMs: 1,
    });
    expect(asked).toBe(3);
  });

  it('gives up with what it waited for and the last error', async () => {
    const probe = (): Promise<boolean> => Promise.reject(new Error('connection refused'));
    await expect(waitUntil(probe, { what: 'mongod is ready', timeoutMs: 20, intervalMs: 1 })).rejects.toThrow(
      'mongod is ready: not so after 20 ms; last answer: connection refused',
    );
  });

  it('gives up on a probe that never answers', async () => {
    const hanging = (): Promise<boolean> => new Promise(() => undefined);
    await expect(waitUntil(hanging, { what: 'it', timeoutMs: 10 })).rejects.toThrow('it: not so after 10 ms');
  });

  it('ends with the reason of the signal', async () => {
    const abort = new AbortController();
    const waiting = waitUntil(() => Promise.resolve(false), { what: 'it', timeoutMs: 60_000, signal: abort.signal });
    abort.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
  });
});
