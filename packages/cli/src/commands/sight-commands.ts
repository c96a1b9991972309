import type { Command } from 'commander';
import { ago, duration } from '../render/age';
import { plain } from '../render/plain';
import { table } from '../render/table';
import { openSession, type Schemas, type Session } from '../session';
import { Refusal, type Terminal } from '../terminal';

type Operations = Schemas['Operations'];
type Peer = Operations['peers'][number];
type Modules = Peer['modules'];

const number = (title: string): { readonly title: string; readonly right: true } => ({ title, right: true });

/** Adds the commands that show how things stand. */
export function sightCommands(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description('how everything stands: alarms first, then every peer')
    .option('--check', 'end with 1 when there is an alarm, for a script or a monitor')
    .action(async (options: { readonly check?: true }, command: Command) => {
      const session = openSession(command, terminal);
      const picture = await ask(session);
      session.show(picture, renderStatus);
      if (options.check && picture.alarms.length > 0) throw new Refusal(`${picture.alarms.length} alarms`);
    });
  program
    .command('peers')
    .description('every peer with its health, what it is owed, what it refused, and what of it was refused')
    .action(async (_options: object, command: Command) => {
      const session = openSession(command, terminal);
      const picture = await ask(session);
      session.show(picture.peers, (peers) => renderPeers(picture.at, peers));
    });
  program
    .command('peer')
    .description('one peer, module by module')
    .argument('<id>', 'id of the peer, as `roamgrid peers` shows it')
    .action(async (id: string, _options: object, command: Command) => {
      const session = openSession(command, terminal);
      const picture = await ask(session);
      const peer = picture.peers.find((candidate) => candidate.id === id);
      if (!peer) throw new Refusal(`there is no peer ${JSON.stringify(id)}`);
      session.show(peer, (found) => renderPeer(picture, found));
    });
  program
    .command('lag')
    .description('how far changes have come: from the store to Kafka, from Kafka to the push-dispatcher, from there to peers')
    .action(async (_options: object, command: Command) => {
      const session = openSession(command, terminal);
      const { at, relays, consumers, peers, unavailable } = await ask(session);
      session.show({ at, relays, consumers, peers: peers.map(({ id, owed, oldest }) => ({ id, owed, oldest })), unavailable }, () =>
        renderLag({ at, relays, consumers, peers, unavailable }),
      );
    });
}

async function ask({ client }: Session): Promise<Operations> {
  const { data } = await client.api.GET('/v1/operations');
  if (!data) throw new Refusal('the answer is empty');
  return data;
}

function renderStatus(picture: Operations): string {
  const { alarms, at, peers } = picture;
  const raised = alarms.map(({ code, peer, module, message }) => [code, peer, module, message]);
  return [
    alarms.length === 0 ? 'No alarms.' : table(['alarm', 'peer', 'module', { title: 'what', widest: 120 }], raised, ''),
    renderPeers(at, peers),
    ...unavailableLine(picture),
  ].join('\n\n');
}

function renderPeers(at: string, peers: readonly Peer[]): string {
  const rows = peers.map(({ id, name, state, health, owed, oldest, dead, quarantined, reason }) =>
    [id, name, state, health, owed, ago(at, oldest), dead, quarantined, reason ?? ''],
  );
  const columns = ['peer', { title: 'name', widest: 30 }, 'state', 'health', number('owed'), number('oldest'), number('dead'), number('quarantined'), { title: 'why', widest: 60 }];
  return table(columns, rows, 'No peers.');
}

function renderPeer({ at, alarms }: Operations, peer: Peer): string {
  const { id, name, state, parties, health, reason, modules } = peer;
  const why = reason === null ? '' : `: ${plain(reason)}`;
  return [
    `${plain(id)}  ${plain(name)}  ${plain(state) || 'gone'}  ${parties.map((party) => plain(party)).join(' ')}\nhealth: ${health}${why}`,
    renderPushes(at, modules),
    renderPulls(at, modules),
    ...(alarms.some((alarm) => alarm.peer === id)
      ? [table(['alarm', 'module', { title: 'what', widest: 120 }], alarms.filter((alarm) => alarm.peer === id).map(({ code, module, message }) => [code, module, message]), '')]
      : []),
  ].join('\n\n');
}

function renderPushes(at: string, modules: Modules): string {
  const rows = Object.entries(modules).flatMap(([module, { push }]) =>
    push ? [[module, push.owed, ago(at, push.oldest), push.dead, push.next ?? '-', push.stopped ?? '', push.last_error ?? '']] : [],
  );
  const columns = ['pushed', number('owed'), number('oldest'), number('dead'), 'next try', { title: 'stopped', widest: 50 }, { title: 'last error', widest: 80 }];
  return table(columns, rows, 'Nothing is owed to it.');
}

function renderPulls(at: string, modules: Modules): string {
  const rows = Object.entries(modules).flatMap(([module, { pull }]) => {
    if (!pull) return [];
    const crawl = pull.crawl === null ? 'idle' : `${pull.crawl}, page ${pull.page}`;
    const waits = pull.retry_at !== null && pull.retry_at > at ? `waits until ${pull.retry_at}` : '';
    return [[module, crawl, pull.next_delta, pull.next_full, pull.failures, pull.quarantined, waits, pull.last_error ?? '']];
  });
  const columns = ['pulled', 'crawl', 'next delta', 'next full', number('failures'), number('quarantined'), 'retry', { title: 'last error', widest: 80 }];
  return table(columns, rows, 'Nothing is pulled from it.');
}

function renderLag(picture: Pick<Operations, 'at' | 'consumers' | 'peers' | 'relays' | 'unavailable'>): string {
  const { at, relays, consumers, peers } = picture;
  const published = relays.map(({ module, topic, lag_ms, published_until, problem }) =>
    [module, topic, published_until === null ? '-' : duration(lag_ms), problem ?? ''],
  );
  const taken = (consumers ?? []).map(({ topic, lag, worst }) => [topic, lag, worst]);
  const given = peers.flatMap(({ id, modules }) =>
    Object.entries(modules).flatMap(([module, { push }]) => (push && push.owed > 0 ? [[id, module, push.owed, ago(at, push.oldest)]] : [])),
  );
  return [
    table(['relay', 'topic', number('behind'), { title: 'problem', widest: 80 }], published, 'No relay answered.'),
    consumers === null ? 'Kafka did not answer.' : table(['taken from', number('messages behind'), number('worst partition')], taken, 'No topics yet.'),
    table(['owed to', 'module', number('objects'), number('oldest')], given, 'Nothing is owed.'),
    ...unavailableLine(picture),
  ].join('\n\n');
}

function unavailableLine({ unavailable }: Pick<Operations, 'unavailable'>): string[] {
  return unavailable.length === 0 ? [] : [`No answer from: ${unavailable.join(', ')}`];
}
