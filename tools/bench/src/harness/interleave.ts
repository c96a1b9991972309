import { CpuMeter, type MeasuredProcess, totalOf } from './cpu-meter';

/** One of the two that are compared. */
export interface Side {
  /** All processes that work for it. */
  readonly processes: readonly MeasuredProcess[];
  /** Passes of one round, summed up. Default 1. */
  readonly passes?: number;
  /** Before each pass, not measured. */
  prepare?(): Promise<void>;
  /** One pass; resolves with the number of operations done. Throws when an answer is wrong. */
  run(): Promise<number>;
  /** Waits for work that an operation leaves behind: its CPU counts, its time does not. */
  settle?(): Promise<void>;
}

/** What one side used in one round. */
export interface Measured {
  readonly operations: number;
  /** Wall-clock milliseconds of the operations. */
  readonly millis: number;
  /** Milliseconds of CPU, by process. */
  readonly cpu: ReadonlyMap<string, number>;
}

export interface RoundPair {
  readonly candidate: Measured;
  readonly baseline: Measured;
}

/** Before it is measured, a side works until its code is compiled: so many operations, or so many milliseconds of CPU. */
const WARM_UP = { operations: 3_000, cpu: 10_000 };

/** Measures both sides in turn, round by round (ABAB…), so that whatever else the machine does meets both. */
export async function interleave(
  rounds: number,
  candidate: Side,
  baseline: Side,
  onPair: (round: number, pair: RoundPair) => void,
): Promise<RoundPair[]> {
  const pairs: RoundPair[] = [];
  for (const side of [candidate, baseline]) await warmUp(side);
  for (let round = 1; round <= rounds; round += 1) {
    const pair = { candidate: await measure(candidate), baseline: await measure(baseline) };
    pairs.push(pair);
    onPair(round, pair);
  }
  return pairs;
}

async function warmUp(side: Side): Promise<void> {
  for (let operations = 0, cpu = 0; operations < WARM_UP.operations && cpu < WARM_UP.cpu; ) {
    const measured = await measure(side);
    operations += measured.operations;
    cpu += totalOf(measured.cpu);
  }
}

async function measure(side: Side): Promise<Measured> {
  let operations = 0;
  let millis = 0;
  const cpu = new Map<string, number>();
  for (let pass = 0; pass < (side.passes ?? 1); pass += 1) {
    await side.prepare?.();
    const meter = new CpuMeter(side.processes);
    const began = performance.now();
    operations += await side.run();
    millis += performance.now() - began;
    await side.settle?.();
    for (const [name, used] of meter.read()) cpu.set(name, (cpu.get(name) ?? 0) + used);
  }
  return { operations, millis, cpu };
}
