import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';

export interface ToolOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Receives each line of stdout and stderr, without colour codes. */
  readonly onLine?: (line: string) => void;
}

/**
 * Runs an external tool (python3, mvn, java) to its end. Fails when it is not installed, and with its last lines when
 * it exits with another code than 0.
 */
export async function runTool(command: string, args: readonly string[], options: ToolOptions): Promise<void> {
  const { onLine, ...rest } = options;
  const child = spawn(command, [...args], { ...rest, stdio: ['ignore', 'pipe', 'pipe'] });
  const lastLines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (coloured) => {
      const line = stripVTControlCharacters(coloured).trim();
      if (line === '') return;
      lastLines.push(line);
      if (lastLines.length > 10) lastLines.shift();
      onLine?.(line);
    });
  }
  await new Promise<void>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ENOENT' ? new Error(`${command} is not installed (not on PATH)`) : error);
    });
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error([`${command} ended with ${signal ?? `code ${code}`}:`, ...lastLines].join('\n  ')));
    });
  });
}
