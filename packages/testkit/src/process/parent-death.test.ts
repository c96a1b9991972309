import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ModuleKind, transpileModule } from 'typescript';

import { parentDeath, parentDeathSignal } from './parent-death';
import { waitUntil } from './wait-until';

const ways = parentDeath() === parentDeathSignal ? ['parentDeathWatcher', 'parentDeathSignal'] : ['parentDeathWatcher'];

describe('a child of a launcher that is killed with SIGKILL', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'roamgrid-parent-'));
    const source = readFileSync(join(__dirname, 'parent-death.ts'), 'utf8');
    const { outputText } = transpileModule(source, { compilerOptions: { module: ModuleKind.CommonJS } });
    writeFileSync(join(folder, 'parent-death.js'), outputText);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** A launcher in a process of its own: starts a child, writes the child's pid, and waits to be killed. */
  const launcher = (way: string): string => `
    const { spawn } = require('node:child_process');
    const way = require(${JSON.stringify(join(folder, 'parent-death.js'))})[${JSON.stringify(way)}];
    const line = way.wrap({ command: process.execPath, args: ['-e', 'setInterval(() => undefined, 1000)'] });
    const child = spawn(line.command, line.args, { stdio: 'ignore', detached: true });
    child.once('spawn', () => {
      way.watch(child);
      console.log(child.pid);
    });
  `;

  it.each(ways)('dies too, through %s', async (way) => {
    const parent = spawn(process.execPath, ['-e', launcher(way)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await waitUntil(() => Promise.resolve(!isAlive(pid)), {
      what: 'the child is dead',
      timeoutMs: 4_000,
      intervalMs: 10,
    });
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
