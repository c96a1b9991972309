import type { Request } from 'express';
import type { Change, Place } from '@roamgrid/changes';
import { partyKey, partyOfKey } from '@roamgrid/ocpi';
import { RoamgridError } from '@roamgrid/runtime';
import { servedIds, type Backend } from '../backend';
import { away, HttpProblem } from '../http/problem';
import { headerParameter, queryParameter, type Handler, type QueryParameter } from '../http/route';
import { maySee, mayUse, type ApiKey } from '../keys/api-key';
import { currentKey } from '../keys/current-key';
import type { ChangeSource } from './change-source';
import { FeedClient } from './feed-client';
import { decodePosition, type FeedPosition } from './feed-position';

/** Media type of the feed: server-sent events. */
export const EVENT_STREAM = 'text/event-stream';

/** Query parameters of the feed. */
export const feedParameters: readonly QueryParameter[] = [
  {
    name: 'module',
    description: 'only changes of these modules, separated by commas; all that the key may use unless given',
    schema: { type: 'string' },
  },
  {
    name: 'party',
    description: 'only changes of objects that this party owns, such as `NL*RGC`',
    schema: { type: 'string', pattern: '^[A-Za-z]{2}\\*[A-Za-z0-9]{1,3}$' },
  },
  {
    name: 'origin',
    description: '`own` for objects of this company, or the id of the peer they came from',
    schema: { type: 'string' },
  },
  {
    name: 'from',
    description: 'where a client begins that has no Last-Event-ID: `now`, or `start` with the newest state of every object',
    schema: { enum: ['now', 'start'], default: 'now' },
  },
];

/** Headers of the feed. */
export const feedHeaders: readonly QueryParameter[] = [
  {
    name: 'last-event-id',
    description: 'the id of the last event that was handled: everything behind it follows',
    schema: { type: 'string', maxLength: 4096 },
  },
];

/** What a client asks for. */
interface Wish {
  readonly modules: readonly string[];
  readonly party: string | undefined;
  readonly origin: string | undefined;
  readonly after: FeedPosition | undefined;
  readonly from: 'now' | 'start';
}

/**
 * Streams changes as they are on Kafka, from where the client left off. Throws unavailable while Kafka is away, overloaded
 * when there are too many clients, parameter.invalid, key.other_module.
 */
export function followChanges(backend: Backend): Handler {
  const { changes, feeds, keys, limits, logger } = backend;
  return async (request, response) => {
    const key = currentKey();
    if (!key) throw new Error('the feed is not open to everybody');
    const wish = readWish(request, key, backend);
    feeds.checkRoom();
    if (!changes.ready) throw away('the change topics are not known yet; try again');
    const { from, lost } = await beginning(changes, wish);
    if (response.destroyed) return;
    response.writeHead(200, { 'content-type': EVENT_STREAM, 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const wants = (change: Change): boolean => isWanted(change, wish, key);
    const holds = (): boolean => keys.holds(key);
    const client = new FeedClient({ source: changes, response, from, wants, holds, unreadBytes: limits.unreadFeedBytes });
    const leave = feeds.add(client);
    response.once('close', leave);
    client.begin(lost.length > 0 ? resetEvent(lost) : '');
    logger.debug({ key: key.name, lost }, 'a client follows the feed');
    await feeds.catchUp(client);
  };
}

function readWish(request: Request, key: ApiKey, backend: Backend): Wish {
  const party = queryParameter(request, 'party');
  if (party !== undefined && !/^[A-Za-z]{2}\*[A-Za-z0-9]{1,3}$/.test(party)) {
    throw invalid('party', 'a country code and a party id such as NL*RGC');
  }
  const from = queryParameter(request, 'from') ?? 'now';
  if (from !== 'now' && from !== 'start') throw invalid('from', 'now or start');
  const id = headerParameter(request, 'last-event-id');
  const after = id === undefined ? undefined : decodePosition(id);
  if (id !== undefined && !after) throw invalid('Last-Event-ID', 'the id of an event of this feed');
  const modules = readModules(request, key, backend);
  return { modules, party: party?.toUpperCase(), origin: queryParameter(request, 'origin'), after, from };
}

/** The modules asked for, which the key must be for; all that it is for where none is asked for. */
function readModules(request: Request, key: ApiKey, backend: Backend): string[] {
  const served = servedIds(backend);
  const asked = queryParameter(request, 'module')?.split(',');
  if (asked === undefined) return served.filter((module) => mayUse(key, module));
  if (asked.some((module) => !served.includes(module))) throw invalid('module', `of ${served.join(', ')}`);
  const closed = asked.find((module) => !mayUse(key, module));
  if (closed !== undefined) {
    throw new HttpProblem('key.other_module', `the key "${key.name}" is not for ${closed}`);
  }
  return [...new Set(asked)];
}

/**
 * Where each partition begins. One that is not where the position says it was begins with the first message that there is;
 * a module that the position does not name, as one that was not followed before, begins now.
 */
async function beginning(
  changes: ChangeSource,
  { modules, after, from }: Wish,
): Promise<{ readonly from: readonly Place[]; readonly lost: readonly string[] }> {
  const fresh = modules.filter((module) => !after?.has(module));
  const resumed = modules.filter((module) => after?.has(module));
  const old = after || from === 'start' ? await changes.held(after ? resumed : modules) : [];
  const lost = new Set<string>();
  const places = old.map(({ module, topic, partition, low, high }): Place => {
    const offset = after?.get(module)?.[partition] ?? low;
    if (offset >= low && offset <= high) return { topic, partition, offset };
    lost.add(module);
    return { topic, partition, offset: low };
  });
  const live = after || from === 'now' ? fresh.flatMap((module) => changes.places(module)) : [];
  return { from: [...places, ...live], lost: [...lost] };
}

function isWanted({ module, key: object, origin, audience }: Change, wish: Wish, key: ApiKey): boolean {
  const party = partyKey(partyOfKey(object));
  if (wish.party !== undefined && wish.party !== party) return false;
  if (wish.origin !== undefined && wish.origin !== origin) return false;
  return mayUse(key, module) && maySee(key, { origin, party, ...(audience && { audience }) });
}

function resetEvent(modules: readonly string[]): string {
  const detail = 'the position is not on the broker any more: all that it still has of these modules follows';
  return `event: reset\ndata: ${JSON.stringify({ modules, detail })}\n\n`;
}

function invalid(name: string, expected: string): RoamgridError {
  return new RoamgridError('parameter.invalid', `${name}: expected ${expected}`);
}
