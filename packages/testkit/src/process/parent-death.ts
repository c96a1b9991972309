import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** A command line as `spawn` takes it. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Makes children die with the process that started them, even when that one is killed with SIGKILL.
 *
 * With util-linux' `setpriv` the kernel does it: `--pdeathsig KILL`, then exec, so the child keeps its pid. Elsewhere a
 * shell watches each child: it reads a pipe that ends when the launcher is gone, then kills the child. The watcher is a
 * process of its own and could be killed by itself; the kernel's way can not.
 */
export interface ParentDeath {
  /** The command line to spawn instead of `line`. */
  wrap(line: CommandLine): CommandLine;
  /** Called with the running child. */
  watch(child: ChildProcess): void;
}

/** The kernel's way, for Linux with `setpriv`. */
export const parentDeathSignal: ParentDeath = {
  wrap: ({ command, args }) => ({ command: 'setpriv', args: ['--pdeathsig', 'KILL', '--', command, ...args] }),
  watch: () => undefined,
};

/** The watcher's way, for every system with /bin/sh. */
export const parentDeathWatcher: ParentDeath = {
  wrap: (line) => line,
  watch: (child) => {
    if (child.pid === undefined) return;
    const watcher = spawn('/bin/sh', ['-c', 'read -r _; kill -9 "$1"', 'sh', String(child.pid)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    watcher.on('error', () => undefined);
    watcher.unref();
    child.once('exit', () => watcher.kill('SIGKILL'));
  },
};

let chosen: ParentDeath | undefined;

/** The best way this machine has; found out once. */
export function parentDeath(): ParentDeath {
  chosen ??= hasSetpriv() ? parentDeathSignal : parentDeathWatcher;
  return chosen;
}

function hasSetpriv(): boolean {
  const { command, args } = parentDeathSignal.wrap({ command: process.execPath, args: ['--version'] });
  return process.platform === 'linux' && spawnSync(command, [...args], { stdio: 'ignore' }).status === 0;
}
