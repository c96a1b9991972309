import { setTimeout as pause } from 'node:timers/promises';
import type { CrashPoint } from '@roamgrid/runtime';
import type { SupervisedProcess } from '@roamgrid/testkit';
import type { CrashFile } from './crash-file';
import { describe, POINTS, type Fault } from './fault';
import type { Planned } from './fault-plan';

/** A process and how it is armed; mongod and Kafka are not. */
export interface Victim {
  readonly process: SupervisedProcess;
  readonly crashFile?: CrashFile;
}

/** What came of the faults of a round. */
export interface Struck {
  readonly faults: readonly string[];
  /** Epoch milliseconds of the last moment at which something was done to a process, or a part of the platform was away for it. */
  readonly lastAt: number;
  readonly reached: readonly CrashPoint[];
  readonly notReached: readonly CrashPoint[];
}

/** How long it is waited for that a process comes to a crash point, milliseconds. */
const PATIENCE = 4_000;
const LOOK = 10;
const DISARMING = 30;

/** Does to the processes what the plan of a round says. */
export class FaultRunner {
  readonly #victims: ReadonlyMap<string, Victim>;
  #lastAt = 0;
  #arming: Promise<unknown> = Promise.resolve();
  #reached: CrashPoint[] = [];
  #notReached: CrashPoint[] = [];

  constructor(victims: ReadonlyMap<string, Victim>) {
    this.#victims = victims;
  }

  /** Resolves when all is done; what died may be on its way back still. */
  async strike(planned: readonly Planned[]): Promise<Struck> {
    [this.#lastAt, this.#reached, this.#notReached] = [Date.now(), [], []];
    await Promise.all(
      planned.map(async ({ fault, at }) => {
        await pause(at);
        await this.#do(fault);
      }),
    );
    const faults = planned.map(({ fault }) => describe(fault));
    return { faults, lastAt: this.#lastAt, reached: this.#reached, notReached: this.#notReached };
  }

  async #do(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return this.#kill(this.#victim(fault.process));
      case 'restart':
        return this.#restart(this.#victim(fault.process));
      case 'freeze':
        return this.#freeze(this.#victim(fault.process), fault.millis);
      case 'crash': {
        const victims = await this.#reach(fault.point, fault.pass, 'SIGKILL');
        await Promise.all(victims.map((victim) => this.#back(victim)));
        return;
      }
      case 'freeze-at': {
        const victims = await this.#reach(fault.point, fault.pass, 'SIGSTOP');
        await Promise.all(victims.map((victim) => this.#thaw(victim, fault.millis)));
      }
    }
  }

  async #kill(victim: Victim): Promise<void> {
    await victim.process.whenReady();
    await victim.process.kill();
    await this.#back(victim);
  }

  async #restart(victim: Victim): Promise<void> {
    await victim.process.whenReady();
    await victim.process.restart();
    this.#now();
  }

  async #freeze(victim: Victim, millis: number): Promise<void> {
    await victim.process.whenReady();
    victim.process.signal('SIGSTOP');
    await this.#thaw(victim, millis);
  }

  async #thaw({ process }: Victim, millis: number): Promise<void> {
    await pause(millis);
    process.signal('SIGCONT');
    this.#now();
  }

  /** Resolves when every process is ready again. */
  async recovered(): Promise<void> {
    await Promise.all([...this.#victims.values()].map(({ process }) => process.whenReady()));
  }

  /** What its supervisor does is part of the platform; mongod and Kafka are not ours, so their way back counts as the fault. */
  async #back({ process, crashFile }: Victim): Promise<void> {
    this.#now();
    await pause(LOOK); // the supervisor has heard of its end by then
    if (crashFile) return;
    await process.whenReady();
    this.#now();
  }

  /** A process is armed with one point at a time, so these wait for each other. */
  #reach(point: CrashPoint, pass: number, signal: 'SIGKILL' | 'SIGSTOP'): Promise<Victim[]> {
    const reaching = this.#arming.then(() => this.#reachNow(point, pass, signal));
    this.#arming = reaching.catch(() => undefined);
    return reaching;
  }

  /** Arms all that pass at a point and disarms the others once one came there; those that did. */
  async #reachNow(point: CrashPoint, pass: number, signal: 'SIGKILL' | 'SIGSTOP'): Promise<Victim[]> {
    const victims = POINTS[point].processes.map((name) => this.#victim(name));
    for (const { crashFile } of victims) crashFile?.release();
    for (const { process, crashFile } of victims) crashFile?.arm(process, point, pass, signal);
    const until = Date.now() + PATIENCE;
    const found = new Set<Victim>();
    const look = (): void => victims.filter(({ crashFile }) => crashFile?.takeReached() ?? false).forEach((victim) => found.add(victim));
    while (found.size === 0 && Date.now() < until) {
      await pause(LOOK);
      look();
    }
    for (const victim of victims) if (!found.has(victim)) victim.crashFile?.disarm(victim.process);
    await pause(DISARMING);
    look();
    (found.size > 0 ? this.#reached : this.#notReached).push(point);
    return [...found];
  }

  #victim(name: string): Victim {
    const found = this.#victims.get(name);
    if (!found) throw new Error(`the run has no process ${name}`);
    return found;
  }

  #now(): void {
    this.#lastAt = Math.max(this.#lastAt, Date.now());
  }
}
