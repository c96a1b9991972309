import { StepFailed, Steps } from './steps';

describe('steps', () => {
  const start = (): { steps: Steps; lines: string[] } => {
    const lines: string[] = [];
    let now = 0;
    return { lines, steps: new Steps((line) => lines.push(line), () => (now += 1_500)) };
  };

  it('writes a line each with its seconds, and counts', async () => {
    const { steps, lines } = start();
    expect(await steps.check('build', async () => '40 MB')).toBe(true);
    expect(await steps.check('install', async () => Promise.reject(new Error('no room\nat all')))).toBe(false);
    expect(lines).toEqual(['ok      1.5 s  build: 40 MB', 'FAIL    1.5 s  install: no room\n                at all']);
    expect(steps.summary()).toBe('1 passed, 1 failed');
  });

  it('ends the test where a required step fails', async () => {
    const { steps } = start();
    await steps.require('install', async () => '');
    await expect(steps.require('handshake', async () => Promise.reject(new Error('refused')))).rejects.toThrow(StepFailed);
    expect(steps.summary()).toBe('1 passed, 1 failed');
  });
});
