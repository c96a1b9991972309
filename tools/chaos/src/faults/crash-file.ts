import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CRASH_FILE, REACHED, type CrashPoint } from '@roamgrid/runtime';
import type { SupervisedProcess } from '@roamgrid/testkit';

/** The file by which one process is armed with a crash point. */
export class CrashFile {
  readonly #path: string;
  readonly #claim: string;

  /** @param name of the process */
  constructor(folder: string, name: string) {
    this.#claim = join(folder, 'struck');
    this.#path = join(folder, `${name}.crash`);
  }

  /** What the process needs in its environment. */
  get env(): Record<string, string> {
    return { [CRASH_FILE]: this.#path };
  }

  /**
   * From now on the process sends itself this signal at that pass of the point, also when it has to be started first, unless another
   * one that was armed since `release` came first.
   */
  arm(process: SupervisedProcess, point: CrashPoint, pass: number, signal: 'SIGKILL' | 'SIGSTOP'): void {
    this.#write(process, `${point}:${pass}:${signal}:${this.#claim}`);
  }

  /** Lets one process be struck again, of all that have their files in this folder. */
  release(): void {
    rmSync(this.#claim, { force: true });
  }

  disarm(process: SupervisedProcess): void {
    this.#write(process, '');
  }

  /** Whether the point was reached since the last call. */
  takeReached(): boolean {
    const path = this.#path + REACHED;
    if (!existsSync(path) || readFileSync(path, 'utf8') === '') return false;
    rmSync(path);
    return true;
  }

  /** A process that is not ready yet may not listen to signals yet, and reads the file as it starts. */
  #write(process: SupervisedProcess, text: string): void {
    writeFileSync(this.#path, text);
    if (process.state === 'ready') process.signal('SIGUSR2');
  }
}
