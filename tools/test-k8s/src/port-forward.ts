import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, portAnswers, waitUntil } from '@roamgrid/testkit';

const RESTART_PAUSE = 200;

/**
 * A local port that leads to a Service. kubectl ends its forwarding with the pod that it chose; this one then chooses anew, on the
 * same port, until it is closed. Requests fail in between.
 */
export class PortForward {
  readonly port: number;
  readonly #program: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  #closed = false;
  #running: Promise<void> = Promise.resolve();
  readonly #endWithUs = (): void => void this.#child?.kill();

  private constructor(program: string, port: number, args: readonly string[]) {
    this.#program = program;
    this.port = port;
    this.#args = args;
  }

  /** Resolves when the port answers. */
  static async open(program: string, namespace: string, service: string, servicePort: number): Promise<PortForward> {
    const port = await freePort();
    const target = ['--namespace', namespace, 'port-forward', '--address', '127.0.0.1', `service/${service}`, `${port}:${servicePort}`];
    const forward = new PortForward(program, port, target);
    process.once('exit', forward.#endWithUs);
    forward.#running = forward.#keepRunning();
    const what = `port-forward to ${namespace}/${service}`;
    await waitUntil(() => portAnswers(port), { what, timeoutMs: 30_000 }).catch(async (error: unknown) => {
      await forward.close();
      throw error;
    });
    return forward;
  }

  /** Chooses a pod anew, for when the one that was chosen is known to be gone. */
  renew(): void {
    this.#child?.kill();
  }

  async close(): Promise<void> {
    process.off('exit', this.#endWithUs);
    this.#closed = true;
    this.#child?.kill();
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    while (!this.#closed) {
      const child = spawn(this.#program, [...this.#args], { stdio: 'ignore' });
      this.#child = child;
      await new Promise<void>((resolve) => {
        child.once('error', () => resolve());
        child.once('close', () => resolve());
      });
      if (!this.#closed) await pause(RESTART_PAUSE);
    }
  }
}
