import type { BenchContext, Benchmark } from '../harness/benchmark';
import { CpuMeter } from '../harness/cpu-meter';
import { spreadOf } from '../harness/percentile';
import { allProcesses, cpuOfEach } from '../stack/all-processes';
import { PushBench } from '../stack/push-bench';

const PEERS = 5;
const PER_SECOND = 100;
const SECONDS = 20;
/** Seconds of the same load before it counts: compilers and caches are at work still. */
const WARM_UP = 15;
const GOAL_P99 = 100;

/** How long after its acknowledgement a change is with the partners, with one push-dispatcher and with two that share the work. */
export const arrivals: Benchmark = {
  id: 'E1',
  what: `PUT acknowledged to arrived at a peer, ${PER_SECOND} events/s for ${SECONDS} s, ${PEERS} peers`,
  async run(context) {
    for (const replicas of [1, 2]) await measure(context, this, replicas);
  },
};

async function measure(context: BenchContext, { id, what }: Pick<Benchmark, 'id' | 'what'>, replicas: number): Promise<void> {
  const bench = await PushBench.start(context, `bench-e1-${replicas}`, { peers: PEERS, locations: 1_000, replicas });
  const all = bench.peers.map((_, i) => i);
  await bench.untilArrived(await bench.write(PER_SECOND, WARM_UP), all);
  for (let round = 1; round <= Math.min(3, context.options.rounds); round += 1) {
    const cpu = new CpuMeter(allProcesses(context, [bench.platform]));
    const events = await bench.write(PER_SECOND, SECONDS);
    await bench.untilArrived(events, all);
    const used = cpuOfEach(cpu.read(), events.length);
    const delays = spreadOf(bench.delays(events, all));
    const met = String(delays.p99_ms <= GOAL_P99);
    context.report({ id, what, replicas, round, arrivals: events.length * PEERS, ...delays, goal: `p99 <= ${GOAL_P99} ms`, met, cpu_ms_per_event: used });
  }
  await bench.stop();
}
