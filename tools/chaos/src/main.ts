import { Command, Option } from 'commander';
import { TARGETS, type Target } from './faults/fault';
import { runMutants } from './mutants/run-mutants';
import { runChaos } from './run-chaos';
import type { Finding } from './summary';

interface Options {
  readonly seed: string;
  readonly rounds: string;
  readonly target: Target | 'all';
  readonly strikes: string;
  readonly keep: boolean;
  readonly mutants: boolean;
  readonly only?: string;
}

const program = new Command('npm run chaos --')
  .description('Kills, freezes and restarts the processes of a platform while it works, and counts what is lost, out of order, late or twice.')
  .option('--seed <number>', 'of faults and writes', '1')
  .option('--rounds <number>', 'of faults, each followed by a count', '20')
  .addOption(new Option('--target <name>', 'what the faults are aimed at').choices([...TARGETS, 'all']).default('all'))
  .option('--strikes <number>', 'of the targets that are struck in a round', '3')
  .option('--keep', 'keep data and logs, and say where', false)
  .option('--mutants', 'plants bugs into copies of the platform, one after the other, and says what of the suite found each', false)
  .option('--only <text>', 'with --mutants: only bugs whose name contains this, and no run without a bug');

program.action(async ({ seed, rounds, target, strikes, keep, mutants, only }: Options) => {
  if (mutants) return reportMutants(whole('--seed', seed), only);
  const summary = await runChaos({
    seed: whole('--seed', seed),
    rounds: whole('--rounds', rounds),
    targets: target === 'all' ? TARGETS : [target],
    strikes: whole('--strikes', strikes),
    keep,
    onRound: (line) => console.log(JSON.stringify(line)),
    say,
  });
  for (const reason of summary.failed) say(`failed: ${reason}`);
  console.log(JSON.stringify(summary));
  process.exitCode = summary.failed.length > 0 ? 1 : 0;
});

program.parseAsync().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});

async function reportMutants(seed: number, only = ''): Promise<void> {
  const { control, caught } = await runMutants({
    seed,
    only,
    say,
    onControl: (found) => console.log(found.length === 0 ? 'without a bug nothing is found' : `FOUND WITHOUT A BUG: ${inWords(found)}`),
    onMutant: ({ mutant, found }) => console.log(`${found.length > 0 ? 'caught' : 'NOT CAUGHT'}: ${mutant.name} — ${inWords(found)}`),
  });
  const missed = caught.filter(({ found }) => found.length === 0).map(({ mutant }) => mutant.name);
  console.log(JSON.stringify({ mutants: caught.length, caught: caught.length - missed.length, missed, control: only === '' ? inWords(control) : 'left out', seed }));
  process.exitCode = missed.length > 0 || control.length > 0 ? 1 : 0;
}

function inWords(found: readonly Finding[]): string {
  return found.map(({ verdict, reason }) => `${verdict}: ${reason}`).join('; ') || 'nothing was found';
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${option} ${text}: expected a whole number from 1`);
  return number;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
