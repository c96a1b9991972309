import { setTimeout as pause } from 'node:timers/promises';
import { CpuMeter, totalOf, type MeasuredProcess } from './cpu-meter';

const SAMPLE = 200;
const IDLE_EACH = 3;
const LIMIT = 120_000;

/** Resolves when the processes have nothing to do: on average at most 3 ms of CPU each in 200 ms, twice in a row. */
export async function untilIdle(processes: readonly MeasuredProcess[]): Promise<void> {
  const deadline = Date.now() + LIMIT;
  for (let idle = 0; idle < 2; ) {
    if (Date.now() > deadline) throw new Error(`${processes.map(({ name }) => name).join(', ')}: still busy after ${LIMIT} ms`);
    const meter = new CpuMeter(processes);
    await pause(SAMPLE);
    idle = totalOf(meter.read()) <= IDLE_EACH * processes.length ? idle + 1 : 0;
  }
}
