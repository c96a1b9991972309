import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MODULE = resolve(__dirname, '../../packages/runtime/dist/crash-points.js');
/** Passes both points five times and tells of each pass. */
const PROGRAM = `
  const { crashPoint } = require(${JSON.stringify(MODULE)});
  for (let pass = 1; pass <= 5; pass += 1) {
    require('node:fs').writeSync(1, String(pass));
    crashPoint('relay.published');
    crashPoint('relay.publishing');
  }`;

describe('a crash point', () => {
  const folder = mkdtempSync(join(tmpdir(), 'roamgrid-crash-'));
  const file = join(folder, 'relay.crash');
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(env: Readonly<Record<string, string>>): { readonly passed: string; readonly signal: NodeJS.Signals | null } {
    const { stdout, signal } = spawnSync(process.execPath, ['-e', PROGRAM], { env: { ...process.env, ...env }, encoding: 'utf8' });
    return { passed: stdout, signal };
  }

  it('ends the process at the pass that the file says, says so, and lets its next life pass', () => {
    writeFileSync(file, 'relay.published:3:SIGKILL');
    expect(run({ ROAMGRID_CRASH_FILE: file })).toEqual({ passed: '123', signal: 'SIGKILL' });
    expect(readFileSync(`${file}.reached`, 'utf8')).toBe('relay.published\n');
    expect(existsSync(file)).toBe(false);
    expect(run({ ROAMGRID_CRASH_FILE: file })).toEqual({ passed: '12345', signal: null });
  });

  it('ends only the first of all processes that make the same claim', () => {
    const claim = join(folder, 'struck');
    for (const end of ['SIGKILL', null]) {
      writeFileSync(file, `relay.published:1:SIGKILL:${claim}`);
      expect(run({ ROAMGRID_CRASH_FILE: file }).signal).toBe(end);
    }
  });

  it('does nothing in a process that has no such file', () => {
    writeFileSync(file, 'relay.published:1:SIGKILL');
    expect(run({})).toEqual({ passed: '12345', signal: null });
    expect(existsSync(file)).toBe(true);
  });
});
