import type { Benchmark } from '../harness/benchmark';
import { PushBench } from '../stack/push-bench';

const PEERS = 5;
const LOCATIONS = 4_000;
const GOAL = 2_000;

/** How fast what is owed is brought to peers that answer in 1 ms. */
export const deliveries: Benchmark = {
  id: 'E2',
  what: `deliveries a second to ${PEERS} peers that answer in 1 ms, ${LOCATIONS} objects owed to each`,
  async run(context) {
    const bench = await PushBench.start(context, 'bench-e2', { peers: PEERS, locations: LOCATIONS });
    const all = bench.peers.map((_, i) => i);
    await bench.untilArrived(await bench.write(500, 2), all);
    for (let round = 1; round <= Math.min(3, context.options.rounds); round += 1) {
      for (const peer of bench.peers) peer.manner.become({ ms: 1 });
      await bench.holdBack();
      const events = await bench.write(800, LOCATIONS / 800);
      await bench.untilOwed(LOCATIONS * PEERS);
      const began = performance.now();
      await bench.letGo();
      await bench.untilArrived(events, all);
      const seconds = (performance.now() - began) / 1_000;
      const rate = Math.round((LOCATIONS * PEERS) / seconds);
      context.report({ id: this.id, what: this.what, round, deliveries: LOCATIONS * PEERS, seconds: Math.round(seconds * 100) / 100, per_s: rate, goal: `>= ${GOAL}`, met: String(rate >= GOAL) });
    }
    await bench.stop();
  },
};
