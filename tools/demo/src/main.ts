import { Command } from 'commander';
import { runDemo, type DemoOptions } from './run-demo';

const program = new Command('npm start --')
  .description('Two platforms on real parts: a CPO and an eMSP that mirror Locations and Tariffs over OCPI, by push and by pull.')
  .option('--data <file...>', 'load these OCPI objects (.json, .ndjson, either .gz) instead of the samples')
  .option('--once', 'end when both sides hold the same, with a last line of JSON', false)
  .option('--no-partner', 'run the CPO platform alone')
  .option('--kill <names>', 'with --once: kill -9 these in the middle of the load, such as push-dispatcher,locations,mongod', (text) => text.split(','), []);

program.action(async (options: DemoOptions) => {
  process.exitCode = await runDemo(options);
});

program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
