import { Argument, Command, InvalidArgumentError } from 'commander';
import { benchmarks } from './benchmarks';
import type { BenchOptions } from './harness/benchmark';
import { runBenchmarks } from './run-benchmarks';
import { defaultDataFile } from './stack/bench-data';

const ids = benchmarks.map(({ id }) => id);

const program = new Command('npm run bench --')
  .description('Measures the platform against baselines: CPU an operation, side by side in one run. One JSON line a figure on standard output.')
  .addArgument(new Argument('[ids...]', 'which of them').choices(ids).default(ids))
  .option('--rounds <n>', 'measured rounds of each side, after a warm-up', count, 7)
  .option('--data <file>', 'Locations, one a line, .gz or not', defaultDataFile())
  .option('--objects <n>', 'at most so many of them, spread over the file', count, 5_000);

program.action(async (chosen: string[], options: BenchOptions) => {
  await runBenchmarks(benchmarks.filter(({ id }) => chosen.includes(id)), options);
});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number from 1');
  return value;
}
