import type { Benchmark } from '../harness/benchmark';
import { median } from '../harness/comparison';
import { spreadOf } from '../harness/percentile';
import type { Kind } from '../stack/manner';
import { PushBench } from '../stack/push-bench';

const PEERS = 20;
/** What six peers do while they are sick. */
const SICK: readonly Kind[] = ['silent', 'silent', { ms: 15_000 }, { ms: 15_000 }, 'resets', 'drips'];
const PER_SECOND = 20;
const SECONDS = 15;
const GOAL = 1.2;

/** What sick partners cost the others: nothing, if each has a lane of its own. */
export const isolation: Benchmark = {
  id: 'I1',
  what: `p99 from acknowledgement to arrival at ${PEERS - SICK.length} healthy peers, with ${SICK.length} sick ones of ${PEERS} against none, ${PER_SECOND} events/s`,
  async run(context) {
    const bench = await PushBench.start(context, 'bench-i1', { peers: PEERS, locations: 500 });
    const healthy = bench.peers.map((_, i) => i).slice(SICK.length);
    const all = bench.peers.map((_, i) => i);
    await bench.untilArrived(await bench.write(PER_SECOND, 5), all);
    const measure = async (): Promise<number> => {
      const events = await bench.write(PER_SECOND, SECONDS);
      await bench.untilArrived(events, healthy);
      return spreadOf(bench.delays(events, healthy)).p99_ms;
    };
    const ratios: number[] = [];
    for (let round = 1; round <= Math.min(5, context.options.rounds); round += 1) {
      SICK.forEach((kind, i) => bench.peers[i]?.manner.become(kind));
      const sick = await measure();
      SICK.forEach((_, i) => bench.peers[i]?.manner.become('well'));
      await bench.untilOwed(0);
      const well = await measure();
      ratios.push(sick / well);
      context.say(`I1, round ${round}: p99 ${sick} ms with sick peers, ${well} ms without, ratio ${(sick / well).toFixed(2)}`);
    }
    const ratio = Math.round(median(ratios) * 100) / 100;
    const spread = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
    context.report({ id: this.id, what: this.what, ratio, spread, rounds: ratios.length, goal: `<= ${GOAL}`, met: String(ratio <= GOAL) });
    await bench.stop();
  },
};
