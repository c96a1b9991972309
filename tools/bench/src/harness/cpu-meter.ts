import { readFileSync } from 'node:fs';

/** A process whose CPU time counts; a supervised one, whose pid would change if it died. */
export interface MeasuredProcess {
  readonly name: string;
  readonly pid: number | undefined;
}

/** The kernel counts in ticks of 1/100 s (USER_HZ) on every Linux that Node runs on. */
const TICK = 10;

/** User and system CPU time of a process since its start, all threads, milliseconds. Throws when it does not run. */
export function cpuMillis(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name stands in brackets and may hold blanks; behind it utime and stime are the 12th and 13th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}

/** Reads the CPU time that some processes use between two moments. */
export class CpuMeter {
  readonly #processes: readonly MeasuredProcess[];
  readonly #start: ReadonlyMap<string, { readonly pid: number; readonly millis: number }>;

  /** Begins to measure now. */
  constructor(processes: readonly MeasuredProcess[]) {
    this.#processes = processes;
    this.#start = new Map(processes.map(({ name, pid }) => [name, { pid: running(name, pid), millis: cpuMillis(running(name, pid)) }]));
  }

  /** Milliseconds of CPU by process since the beginning. Throws when one of them died meanwhile: nothing was measured then. */
  read(): Map<string, number> {
    return new Map(
      this.#processes.map(({ name, pid }) => {
        const start = this.#start.get(name);
        if (!start || start.pid !== running(name, pid)) throw new Error(`${name} was restarted during a measurement`);
        return [name, cpuMillis(start.pid) - start.millis];
      }),
    );
  }
}

/** The sum over all processes. */
export function totalOf(cpu: ReadonlyMap<string, number>): number {
  return [...cpu.values()].reduce((total, millis) => total + millis, 0);
}

function running(name: string, pid: number | undefined): number {
  if (pid === undefined) throw new Error(`${name} is no process that was started here: its CPU time cannot be read`);
  return pid;
}
