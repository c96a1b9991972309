import type { Benchmark } from '../harness/benchmark';
import { compare } from '../harness/comparison';
import { interleave } from '../harness/interleave';
import { tellPair } from '../harness/tell-pair';
import { startBenchPlatform } from '../stack/bench-platform';
import { startBaseline } from '../stack/start-baseline';
import { type Encoding, type Mode, PAGE, PageSides } from './page-sides';

const cases: readonly { mode: Mode; encoding: Encoding; goal: number }[] = [
  { mode: 'cold', encoding: 'identity', goal: 1.5 },
  { mode: 'warm', encoding: 'identity', goal: 1 },
  { mode: 'cold', encoding: 'gzip', goal: 1.5 },
  { mode: 'warm', encoding: 'gzip', goal: 1 },
];

/** Pages through gateway, gRPC and MongoDB, against one process that serves the same stored bytes; gzip at level 1 on both. */
export const storedPages: Benchmark = {
  id: 'R1',
  what: 'GET page of Locations, against express and the driver serving the same stored bytes',
  async run(context) {
    const bench = await startBenchPlatform(context, 'bench-r1');
    const baseline = await startBaseline(context, 'stored-bytes', { mongodbUri: bench.mongodbUri, authorization: bench.peer.authorization });
    const sides = await PageSides.open(bench, baseline);
    for (const { mode, encoding, goal } of cases) {
      const what = `GET page of ${PAGE} Locations, ${encoding}`;
      const onPair = tellPair(context, `R1 ${mode} ${encoding}`, 'ms');
      const pairs = await interleave(context.options.rounds, sides.candidate(mode, encoding), sides.baseline(mode, encoding), onPair);
      context.report(compare(pairs, { id: 'R1', what, mode, measure: 'ms', unit: 'CPU ms/page', goal: { at: 'most', value: goal } }));
    }
    await sides.close();
    await baseline.process.stop();
    await bench.stop();
  },
};
