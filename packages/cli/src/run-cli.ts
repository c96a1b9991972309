import { ApiProblem } from '@roamgrid/client';
import { Command, CommanderError, Option } from 'commander';
import { actCommands } from './commands/act-commands';
import { incidentCommands } from './commands/incident-commands';
import { sightCommands } from './commands/sight-commands';
import { plain } from './render/plain';
import { Refusal, type Terminal } from './terminal';

/** What the process ends with: well; refused or failed; wrong usage. */
const EXIT = { well: 0, failed: 1, usage: 2 } as const;

/** Runs the command that the arguments name; resolves with what the process is to end with. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await programOf(terminal).parseAsync([...args], { from: 'user' });
    return EXIT.well;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.well : EXIT.usage; // it has said what is wrong
    terminal.err(`${plain(wordsOf(error), 1_000)}\n`);
    return EXIT.failed;
  }
}

function programOf(terminal: Terminal): Command {
  const program = new Command('roamgrid')
    .description('What an operator of Roamgrid asks and does. Every command is one or two calls of the roaming API.')
    .addOption(new Option('--url <url>', 'address of the roaming API').env('ROAMGRID_URL'))
    .addOption(new Option('--key <key>', 'API key with the right `operations`; better in the environment, where nobody else sees it').env('ROAMGRID_KEY'))
    .option('--json', 'print what the API answers as JSON')
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    .exitOverride();
  for (const add of [sightCommands, incidentCommands, actCommands]) add(program, terminal);
  return program;
}

function wordsOf(error: unknown): string {
  if (error instanceof ApiProblem) {
    const request = error.requestId === undefined ? '' : `; request ${error.requestId}`;
    return `${error.message}${request}`;
  }
  if (error instanceof Refusal) return error.message;
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error instanceof Error ? error.message : String(error)}${cause}`;
}
