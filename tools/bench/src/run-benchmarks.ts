import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProcessGroup, startParts } from '@roamgrid/testkit';
import type { Benchmark, BenchOptions } from './harness/benchmark';

/** Runs benchmarks one after the other on one mongod and one Kafka, each on a platform of its own. */
export async function runBenchmarks(chosen: readonly Benchmark[], options: BenchOptions): Promise<void> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const group = new ProcessGroup().stopWithProcess();
  const dataDir = await mkdtemp(join(tmpdir(), 'roamgrid-bench-'));
  group.add({ name: 'data', stop: () => rm(dataDir, { recursive: true, force: true }) });
  try {
    const parts = await startParts({ dataDir, group, onProgress: ({ part, step, detail }) => say(`${part}: ${step}${detail ? ` ${detail}` : ''}`) });
    for (const benchmark of chosen) {
      say(`${benchmark.id}: ${benchmark.what}`);
      await benchmark.run({ options, parts, dataDir, group, say, report: (line) => void process.stdout.write(`${JSON.stringify(line)}\n`) });
    }
  } finally {
    await group.stop();
  }
}
