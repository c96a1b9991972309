import { InvalidArgumentError, type Command } from 'commander';
import { table } from '../render/table';
import { openSession, type Schemas, type Session } from '../session';
import type { Terminal } from '../terminal';

interface Selection {
  readonly peer?: string;
  readonly module?: string;
  readonly object?: string;
  readonly most: number;
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor?: string;
}

interface Query {
  readonly peer?: string;
  readonly module?: string;
  readonly limit: number;
  readonly cursor?: string;
}

const PAGE = 500;
const MOST = 100;

/** Adds the commands that list what went wrong. */
export function incidentCommands(program: Command, terminal: Terminal): void {
  listing(program, 'dead-letters', 'what peers refused for good, newest first').action(async (selection: Selection, command: Command) => {
    const session = openSession(command, terminal);
    const read = async (query: Query): Promise<Page<Schemas['DeadLetter']>> => pageOf(await session.client.api.GET('/v1/operations/dead-letters', { params: { query } }));
    await list(session, selection, read, renderDeadLetters);
  });
  listing(program, 'quarantine', 'what peers list and this platform refused, last seen first').action(async (selection: Selection, command: Command) => {
    const session = openSession(command, terminal);
    const read = async (query: Query): Promise<Page<Schemas['Quarantined']>> => pageOf(await session.client.api.GET('/v1/operations/quarantine', { params: { query } }));
    await list(session, selection, read, renderQuarantine);
  });
  listing(program, 'attempts', 'what was sent to peers, or tried, newest first')
    .option('--object <key>', 'only of this object, such as NL*RGC*LOC1')
    .action(async (selection: Selection, command: Command) => {
      const session = openSession(command, terminal);
      const { object } = selection;
      const read = async (query: Query): Promise<Page<Schemas['Attempt']>> =>
        pageOf(await session.client.api.GET('/v1/operations/attempts', { params: { query: { ...query, ...(object !== undefined && { key: object }) } } }));
      await list(session, selection, read, renderAttempts);
    });
}

function listing(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--peer <id>', 'only of this peer')
    .option('--module <module>', 'only of this module, such as locations')
    .option('--most <number>', 'show at most so many', wholeNumber, MOST);
}

function wholeNumber(text: string): number {
  const found = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (found < 1) throw new InvalidArgumentError('a whole number from 1 to 999999 is expected');
  return found;
}

function pageOf<Item>({ data }: { readonly data?: Page<Item> }): Page<Item> {
  return data ?? { items: [] };
}

async function list<Item>(
  session: Session,
  { peer, module, most }: Selection,
  read: (query: Query) => Promise<Page<Item>>,
  render: (items: readonly Item[]) => string,
): Promise<void> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(PAGE, most - items.length);
    const page = await read({ limit, ...(peer !== undefined && { peer }), ...(module !== undefined && { module }), ...(cursor !== undefined && { cursor }) });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== undefined && items.length < most);
  const hasMore = cursor !== undefined;
  session.show({ items, more: hasMore }, () => `${render(items)}${hasMore ? `\n\nThere are more: --most ${most * 10}` : ''}`);
}

const status = (http: number | null, ocpi: number | null): string => (http === null ? '-' : [http, ...(ocpi === null ? [] : [ocpi])].join('/'));

function renderDeadLetters(items: readonly Schemas['DeadLetter'][]): string {
  const rows = items.map(({ at, peer, module, key, rev, http_status, ocpi_status, reason }) => [at, peer, module, key, rev, status(http_status, ocpi_status), reason]);
  return table(['at', 'peer', 'module', 'key', { title: 'rev', right: true }, 'status', { title: 'reason', widest: 100 }], rows, 'No dead letters.');
}

function renderQuarantine(items: readonly Schemas['Quarantined'][]): string {
  const rows = items.map(({ last_seen, peer, module, key, position, code, message }) => [last_seen, peer, module, key ?? '?', position, code, message]);
  return table(['last seen', 'peer', 'module', 'key', 'where', 'code', { title: 'message', widest: 100 }], rows, 'Nothing is quarantined.');
}

function renderAttempts(items: readonly Schemas['Attempt'][]): string {
  const rows = items.map(({ at, peer, module, key, rev, method, http_status, ocpi_status, milliseconds, outcome, reason }) =>
    [at, peer, module, key, rev, method, status(http_status, ocpi_status), milliseconds, outcome, reason ?? ''],
  );
  return table(['at', 'peer', 'module', 'key', { title: 'rev', right: true }, 'method', 'status', { title: 'ms', right: true }, 'outcome', { title: 'reason', widest: 80 }], rows, 'No attempts.');
}
