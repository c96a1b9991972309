import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ProcessExit, type ProcessSpec, SupervisedProcess } from './supervised-process';

const RUN_ON = 'setInterval(() => undefined, 1000);';

describe('SupervisedProcess', () => {
  let folder: string;
  const started: SupervisedProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'roamgrid-process-'));
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((member) => member.stop()));
    rmSync(folder, { recursive: true });
  });

  function node(script: string, spec: Partial<ProcessSpec> = {}): SupervisedProcess {
    const logFile = join(folder, 'child.log');
    const member = new SupervisedProcess({
      name: 'child',
      command: process.execPath,
      args: ['-e', script],
      logFile,
      ...spec,
    });
    started.push(member);
    return member;
  }

  const touched = (name: string) => (): Promise<boolean> => Promise.resolve(existsSync(join(folder, name)));
  const exists = (name: string): string => `require('fs').existsSync(${JSON.stringify(join(folder, name))})`;
  const touch = (name: string): string => `require('fs').writeFileSync(${JSON.stringify(join(folder, name))}, '');`;

  it('is ready only when the probe says so, and writes its output to the log', async () => {
    const child = node(`console.log('hello'); ${touch('up')} ${RUN_ON}`, { ready: touched('up') });
    expect(child.state).toBe('stopped');
    await child.start();
    expect(child.state).toBe('ready');
    expect(isAlive(child.pid)).toBe(true);
    expect(child.rss()).toBeGreaterThan(1_000_000);
    expect(readFileSync(child.spec.logFile, 'utf8')).toBe('hello\n');
  });

  it('reports a child that exits instead of getting ready, with the end of its own log and the hint', async () => {
    writeFileSync(join(folder, 'child.log'), 'of an earlier run\n');
    const explain = (log: string): string => (log.includes('no library') ? 'install the library' : '');
    const child = node(`console.error('no library'); process.exitCode = 3;`, { ready: touched('never'), explain });
    const failure = await child.start().then(() => '', String);
    expect(failure).toContain('child did not start: child ended with code 3\ninstall the library\n');
    expect(failure).toContain('no library');
    expect(failure).not.toContain('of an earlier run');
    expect(child.state).toBe('failed');
  });

  it('reports a command that does not exist', async () => {
    await expect(node('', { command: '/no/such/program' }).start()).rejects.toThrow(
      'there is no program /no/such/program',
    );
    await expect(node('', { command: 'no-such-program' }).start()).rejects.toThrow(
      'there is no program no-such-program',
    );
  });

  it('stops a child that does not get ready in time', async () => {
    const child = node(RUN_ON, { ready: touched('never'), readyTimeoutMs: 100 });
    await expect(child.start()).rejects.toThrow('child is ready: not so after 100 ms');
    expect(child.pid).toBeUndefined();
  });

  it('stops by SIGTERM, so that the child can end in order', async () => {
    const child = node(
      `process.on('SIGTERM', () => { ${touch('orderly')} process.exit(); }); ${touch('up')} ${RUN_ON}`,
      {
        ready: touched('up'),
      },
    );
    await child.start();
    const pid = child.pid;
    await child.stop();
    expect(child.state).toBe('stopped');
    expect(existsSync(join(folder, 'orderly'))).toBe(true);
    expect(isAlive(pid)).toBe(false);
  });

  it('kills a child that ignores SIGTERM after the deadline', async () => {
    const script = `process.on('SIGTERM', () => undefined); ${touch('up')} ${RUN_ON}`;
    const child = node(script, { ready: touched('up'), stopTimeoutMs: 50 });
    await child.start();
    const pid = child.pid;
    await child.stop();
    expect(isAlive(pid)).toBe(false);
  });

  it('brings a killed child back, tells of it, and counts', async () => {
    const told: (ProcessExit | number)[] = [];
    const child = node(RUN_ON, {
      restart: { backoffMs: () => 0 },
      onKilled: (exit) => told.push(exit),
      onRestarted: (pid) => told.push(pid),
    });
    await child.start();
    const before = child.pid;
    await child.kill();
    expect(child.state).toBe('restarting');
    await child.whenReady();
    expect(child.pid).not.toBe(before);
    expect(isAlive(child.pid)).toBe(true);
    expect(child.restarts).toBe(1);
    expect(told).toEqual([{ code: null, signal: 'SIGKILL' }, child.pid]);
  });

  it('asks for the backoff of each attempt and gives up after the limit', async () => {
    const attempts: number[] = [];
    const script = `if (${exists('broken')}) process.exit(1); ${touch('up')} ${RUN_ON}`;
    const child = node(script, {
      ready: touched('up'),
      restart: { limit: 3, backoffMs: (attempt) => (attempts.push(attempt), 0) },
    });
    await child.start();
    writeFileSync(join(folder, 'broken'), '');
    rmSync(join(folder, 'up'));
    await child.kill();
    await expect(child.whenReady()).rejects.toThrow('child ended with code 1');
    expect(attempts).toEqual([1, 2, 3]);
    expect(child.state).toBe('failed');
    expect(child.restarts).toBe(0);
  });

  it('leaves a child dead when no restart is asked for', async () => {
    const child = node(RUN_ON);
    await child.start();
    await child.kill();
    expect(child.state).toBe('failed');
    await expect(child.whenReady()).rejects.toThrow('child ended with SIGKILL');
  });

  it('does not wait for a long backoff when it is stopped meanwhile', async () => {
    const child = node(RUN_ON, { restart: { backoffMs: () => 3_600_000 } });
    await child.start();
    await child.kill();
    await child.stop();
    expect(child.state).toBe('stopped');
    expect(child.pid).toBeUndefined();
  });

  it('can be restarted on purpose, which is no death', async () => {
    const killed: ProcessExit[] = [];
    const child = node(RUN_ON, { restart: { backoffMs: () => 0 }, onKilled: (exit) => killed.push(exit) });
    await child.start();
    const before = child.pid;
    await child.restart();
    expect(child.pid).not.toBe(before);
    expect(child.state).toBe('ready');
    expect(killed).toEqual([]);
  });

  it('refuses a second start while it runs', async () => {
    const child = node(RUN_ON);
    await child.start();
    await expect(child.start()).rejects.toThrow('child is already ready');
  });
});

function isAlive(pid: number | undefined): boolean {
  if (pid === undefined) throw new Error('there was no pid');
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
