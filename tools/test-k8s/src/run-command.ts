import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Written to its stdin. */
  readonly input?: string;
  /** Receives both outputs as they come. */
  readonly onOutput?: (text: string) => void;
}

const TAIL_CHARS = 2_000;

/** A program that ended with another code than 0; its message ends with what it wrote last. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    command: readonly string[],
    readonly code: number | null,
    readonly output: string,
  ) {
    super(`${command.join(' ')}: ${code === null ? 'was killed' : `ended with code ${code}`}\n${output.trim().slice(-TAIL_CHARS)}`);
  }
}

/** Runs a program to its end and gives what it wrote to stdout. Throws {@link CommandError}, or an Error when it is not installed. */
export async function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const child = spawn(program, [...args], { cwd: options.cwd, env: options.env ?? process.env, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let all = '';
  const take = (text: string): void => {
    all += text;
    options.onOutput?.(text);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    take(text);
  });
  child.stderr.setEncoding('utf8').on('data', take);
  child.stdin.on('error', () => undefined); // it ended without reading: its exit code says why
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error(`${program} is not installed (not on PATH)`) : error);
    });
    child.once('close', (code) => {
      if (code === 0) resolve(stdout);
      else reject(new CommandError([program, ...args], code, all));
    });
  });
}
