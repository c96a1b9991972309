import type { Command } from 'commander';
import { openSession, type Schemas, type Session } from '../session';
import { Refusal, type Terminal } from '../terminal';

type Done = Schemas['Done'];

interface ModuleOption {
  readonly module?: string;
}

interface ReplayOptions extends ModuleOption {
  readonly object?: string;
  readonly since?: string;
  readonly dead?: true;
}

const MODULE = ['--module <module>', 'only this module, such as locations'] as const;

/** Adds the commands that do something about a peer. */
export function actCommands(program: Command, terminal: Terminal): void {
  replayCommand(program, terminal);
  onePeer(program, 'retry', 'tries now what waits after a failure')
    .option(...MODULE)
    .action(async (id: string, options: ModuleOption, command: Command) => {
      const session = openSession(command, terminal);
      const answer = await session.client.api.POST('/v1/peers/{id}/retry', { params: { path: { id } }, body: bodyOf(options) });
      tell(session, answer, ({ push, pull }) => `${push ?? 0} objects are sent and ${pull ?? 0} modules are pulled without waiting any longer.`);
    });
  onePeer(program, 'pause', 'lets a peer rest: nothing is sent to it and nothing is asked of it until it is resumed')
    .requiredOption('--reason <text>', 'why, for those who come later')
    .action(async (id: string, { reason }: { readonly reason: string }, command: Command) => {
      const session = openSession(command, terminal);
      const answer = await session.client.api.POST('/v1/peers/{id}/pause', { params: { path: { id } }, body: { reason } });
      tell(session, answer, ({ push, pull }) => ((push ?? 0) + (pull ?? 0) > 0 ? 'Paused.' : 'It was paused already.'));
    });
  onePeer(program, 'resume', 'ends the rest of a peer').action(async (id: string, _options: object, command: Command) => {
    const session = openSession(command, terminal);
    const answer = await session.client.api.POST('/v1/peers/{id}/resume', { params: { path: { id } } });
    tell(session, answer, ({ push, pull }) => ((push ?? 0) + (pull ?? 0) > 0 ? 'Resumed.' : 'It was not paused.'));
  });
  onePeer(program, 'resync', 'gives a peer everything anew, and pulls everything that it has')
    .option(...MODULE)
    .action(async (id: string, options: ModuleOption, command: Command) => {
      const session = openSession(command, terminal);
      const answer = await session.client.api.POST('/v1/peers/{id}/resync', { params: { path: { id } }, body: bodyOf(options) });
      tell(session, answer, ({ push, pull }) => `${push ?? 0} modules are sent anew, ${pull ?? 0} are pulled in full.`);
    });
}

function replayCommand(program: Command, terminal: Terminal): void {
  onePeer(program, 'replay', 'sends a peer again what it got or refused, in its present state; one of --object, --since and --dead')
    .option(...MODULE)
    .option('--object <key>', 'one object, such as NL*RGC*LOC1; with --module')
    .option('--since <time>', 'all that was sent since then, such as 2026-06-01T08:00:00Z')
    .option('--dead', 'all that is dead')
    .action(async (id: string, options: ReplayOptions, command: Command) => {
      const { module, object, since, dead } = options;
      if ([object, since, dead].filter((one) => one !== undefined).length !== 1) return command.error('error: exactly one of --object, --since and --dead is expected');
      if (object !== undefined && module === undefined) return command.error('error: --object needs --module');
      const session = openSession(command, terminal);
      const body = { ...bodyOf(options), ...(object !== undefined && { key: object }), ...(since !== undefined && { since }), ...(dead && { dead }) };
      const answer = await session.client.api.POST('/v1/peers/{id}/replay', { params: { path: { id } }, body });
      tell(session, answer, ({ push }) => `${push ?? 0} objects are sent again.`);
    });
}

function onePeer(program: Command, name: string, description: string): Command {
  return program.command(name).description(description).argument('<id>', 'id of the peer, as `roamgrid peers` shows it');
}

function bodyOf({ module }: ModuleOption): ModuleOption {
  return module === undefined ? {} : { module };
}

function tell(session: Session, { data }: { readonly data?: Done }, words: (done: Done) => string): void {
  if (!data) throw new Refusal('the answer is empty');
  session.show(data, words);
}
