import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { findOnPath, isExecutable } from './find-on-path';
import { logTail } from './log-tail';
import { type ParentDeath, parentDeath } from './parent-death';
import { waitUntil } from './wait-until';

/** How a process ended: by an exit code or by a signal. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RestartPolicy {
  /** Pause in ms before the nth attempt (from 1) to bring a dead process back. */
  backoffMs(attempt: number): number;
  /** Attempts in a row that may fail before the process is given up (default 10). */
  readonly limit?: number;
}

export interface ProcessSpec {
  /** For messages, e.g. `mongod`. */
  readonly name: string;
  readonly command: string;
  readonly args?: readonly string[];
  /** The whole environment of the child (default: that of this process). */
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** stdout and stderr are appended here; its folder is made. */
  readonly logFile: string;
  /** Asked until it answers true, at each start and restart. Without it a process is ready once it runs. */
  readonly ready?: () => Promise<boolean>;
  /** Default 30,000. */
  readonly readyTimeoutMs?: number;
  /** From SIGTERM to SIGKILL, default 10,000. */
  readonly stopTimeoutMs?: number;
  /** Without it a process that dies stays dead. */
  readonly restart?: RestartPolicy;
  /** The process ended although nobody asked it to stop. */
  readonly onKilled?: (exit: ProcessExit) => void;
  /** It is ready again after that. */
  readonly onRestarted?: (pid: number) => void;
  /** A hint for the reader of a failed start, made from the end (64 kB) of what it logged. */
  readonly explain?: (log: string) => string | undefined;
  /** Default: the best this machine has. */
  readonly parentDeath?: ParentDeath;
}

/** `failed`: died, and is not (or no longer) brought back. */
export type ProcessState = 'stopped' | 'starting' | 'ready' | 'restarting' | 'stopping' | 'failed';

/** Backoff from 50 ms, doubling, at most 5 s. */
export const promptRestart: RestartPolicy = { backoffMs: (attempt) => Math.min(50 * 2 ** (attempt - 1), 5_000) };

/**
 * A child process that is started until ready, stopped by its pid, and brought back when it dies, if the spec says so.
 * It leads a session of its own, so that Ctrl-C reaches the launcher alone, which stops things in its own order; it
 * dies with the launcher (see {@link ParentDeath}).
 */
export class SupervisedProcess {
  readonly spec: ProcessSpec;
  readonly #events = new EventEmitter().setMaxListeners(0);
  #state: ProcessState = 'stopped';
  #child: ChildProcess | undefined;
  #exited: Promise<ProcessExit> = Promise.resolve({ code: null, signal: null });
  #halt = new AbortController();
  #launching: Promise<void> = Promise.resolve();
  #restarts = 0;
  #failure: Error | undefined;

  constructor(spec: ProcessSpec) {
    this.spec = spec;
  }

  get name(): string {
    return this.spec.name;
  }

  get state(): ProcessState {
    return this.#state;
  }

  /** The pid of the running child. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** How often it was brought back after it died by itself. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Resident memory in bytes from /proc; undefined when it does not run or the system has no /proc. */
  rss(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
    } catch {
      return undefined;
    }
  }

  /** Starts the child and waits until it is ready. Fails with the end of its log if it does not get ready. */
  async start(): Promise<void> {
    if (this.#state !== 'stopped' && this.#state !== 'failed')
      throw new Error(`${this.name} is already ${this.#state}`);
    this.#halt = new AbortController();
    this.#failure = undefined;
    this.#state = 'starting';
    this.#launching = this.#launch();
    try {
      await this.#launching;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
  }

  /** Resolves when ready: at once, or after the (re)start under way. Rejects when it is stopped or has failed. */
  async whenReady(): Promise<void> {
    if (this.#state === 'starting' || this.#state === 'restarting') await once(this.#events, 'settled');
    if (this.#state !== 'ready') throw this.#failure ?? new Error(`${this.name} is ${this.#state}`);
  }

  /** Sends a signal, e.g. SIGSTOP, SIGCONT; false when it does not run. */
  signal(signal: NodeJS.Signals): boolean {
    return this.#child?.kill(signal) ?? false;
  }

  /** Kills it as a crash would (SIGKILL) and waits until it is dead; supervision then brings it back, if it is on. */
  async kill(): Promise<void> {
    if (this.#child === undefined) return;
    const exited = this.#exited;
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Stops it for good: SIGTERM, then SIGKILL after the deadline. No-op when it does not run. */
  async stop(): Promise<void> {
    const failed = this.#state === 'failed';
    this.#halt.abort(new Error(`${this.name} was stopped`));
    if (!failed) this.#state = 'stopping';
    await this.#launching.catch(() => undefined);
    await this.#terminate();
    if (!failed) this.#state = 'stopped';
    this.#events.emit('settled');
  }

  /** Stops it and starts it again with the same spec. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #launch(): Promise<void> {
    const { name, logFile, ready, readyTimeoutMs = 30_000 } = this.spec;
    const halt = this.#halt.signal;
    halt.throwIfAborted();
    mkdirSync(dirname(logFile), { recursive: true });
    const logStart = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
    const died = new AbortController();
    let child: ChildProcess;
    try {
      child = await this.#spawn();
      child.once('exit', (code, signal) => died.abort(new Error(`${name} ended with ${signal ?? `code ${code}`}`)));
      const signal = AbortSignal.any([halt, died.signal]);
      if (ready) await waitUntil(ready, { what: `${name} is ready`, timeoutMs: readyTimeoutMs, signal });
      signal.throwIfAborted();
    } catch (error) {
      await this.#terminate();
      throw this.#startError(error, logStart);
    }
    this.#state = 'ready';
    child.once('exit', (code, signal) => this.#onExit({ code, signal }));
    this.#events.emit('settled');
  }

  async #spawn(): Promise<ChildProcess> {
    const { command, args = [], env, cwd, logFile } = this.spec;
    const found = command.includes('/') ? await isExecutable(command) : await findOnPath(command, env ?? process.env);
    if (!found) throw new Error(`there is no program ${command}`);
    const ward = this.spec.parentDeath ?? parentDeath();
    const line = ward.wrap({ command, args });
    const log = openSync(logFile, 'a');
    try {
      const child = spawn(line.command, [...line.args], {
        env: env ?? process.env,
        ...(cwd === undefined ? {} : { cwd }),
        stdio: ['ignore', log, log],
        detached: true,
      });
      this.#exited = new Promise((resolve) => {
        child.once('exit', (code, signal) => {
          this.#child = undefined;
          resolve({ code, signal });
        });
      });
      await once(child, 'spawn');
      this.#child = child;
      ward.watch(child);
      return child;
    } finally {
      closeSync(log);
    }
  }

  #onExit(exit: ProcessExit): void {
    if (this.#halt.signal.aborted) return;
    this.#state = this.spec.restart ? 'restarting' : 'failed';
    this.#failure = new Error(`${this.name} ended with ${exit.signal ?? `code ${exit.code}`}`);
    this.spec.onKilled?.(exit);
    if (this.spec.restart) this.#launching = this.#revive(this.spec.restart);
  }

  async #revive(policy: RestartPolicy): Promise<void> {
    const halt = this.#halt.signal;
    for (let attempt = 1; !halt.aborted; attempt += 1) {
      await pause(policy.backoffMs(attempt), undefined, { signal: halt }).catch(() => undefined);
      try {
        await this.#launch();
      } catch (error) {
        if (!halt.aborted && attempt >= (policy.limit ?? 10)) return this.#fail(error);
        continue;
      }
      this.#restarts += 1;
      if (this.pid !== undefined) this.spec.onRestarted?.(this.pid);
      return;
    }
  }

  async #terminate(): Promise<void> {
    if (this.#child === undefined) return;
    const child = this.#child;
    const deadline = setTimeout(() => child.kill('SIGKILL'), this.spec.stopTimeoutMs ?? 10_000);
    child.kill('SIGTERM');
    await this.#exited;
    clearTimeout(deadline);
  }

  #fail(error: unknown): void {
    this.#failure = error instanceof Error ? error : new Error(String(error));
    if (!this.#halt.signal.aborted) this.#state = 'failed';
    this.#events.emit('settled');
  }

  #startError(error: unknown, logStart: number): Error {
    const { name, logFile, explain } = this.spec;
    const reason = error instanceof Error ? error.message : String(error);
    const hint = explain?.(logTail(logFile, Infinity, logStart));
    const log = logTail(logFile, 20, logStart);
    const text = [`${name} did not start: ${reason}`, hint, log && `last lines of ${logFile}:\n${log}`];
    return new Error(text.filter((part) => part).join('\n'), { cause: error });
  }
}
