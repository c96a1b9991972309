import { RoamgridError, type CountedReply, type PeerModule, type ReplayRequest } from '@roamgrid/runtime';
import type { Backend } from '../backend';
import { jsonReader } from '../http/read-json';
import { pathParameter, sendJson, type Handler } from '../http/route';
import { findPeer } from '../peers/find-peer';
import { moduleSchema, pauseSchema, replaySchema } from './operations-schemas';

/** What touches all rows of a peer takes 13 s where it is owed 200,000 objects. */
const TOUCHES_ALL = { timeout: 120_000 };

/** What a call changed on each side; absent: it has no part in it. */
interface Done {
  readonly push?: Promise<CountedReply>;
  readonly pull?: Promise<CountedReply>;
}

interface MaybeModule {
  readonly module?: string;
}

interface Replay extends MaybeModule {
  readonly key?: string;
  readonly since?: string;
  readonly dead?: true;
}

/** Sends objects again that were sent or are dead. Throws peer.unknown, object.invalid. */
export function replayToPeer(backend: Backend): Handler {
  const read = jsonReader<Replay>(replaySchema);
  return operating<Replay>(backend, read, ({ peer_id, module }, body) => ({
    push: backend.pushOperations.Replay({ peer_id, module, ...whatOf(body) }, TOUCHES_ALL),
  }));
}

/** Tries now what waits after a failure. Throws peer.unknown, object.invalid. */
export function retryPeer(backend: Backend): Handler {
  return operating<MaybeModule>(backend, jsonReader<MaybeModule>(moduleSchema, {}), (which) => ({
    push: backend.pushOperations.RetryNow(which, TOUCHES_ALL),
    pull: backend.pullOperations.RetryNow(which),
  }));
}

/** Lets a peer rest. Throws peer.unknown, object.invalid. */
export function pausePeer(backend: Backend): Handler {
  return operating<{ readonly reason: string }>(backend, jsonReader(pauseSchema), ({ peer_id }, { reason }) => ({
    push: backend.pushOperations.Pause({ peer_id, reason }),
    pull: backend.pullOperations.Pause({ peer_id, reason }),
  }));
}

/** Ends the rest of a peer. Throws peer.unknown. */
export function resumePeer(backend: Backend): Handler {
  return operating<object>(backend, () => ({}), ({ peer_id }) => ({
    push: backend.pushOperations.Resume({ peer_id, reason: '' }),
    pull: backend.pullOperations.Resume({ peer_id, reason: '' }),
  }));
}

/** Gives a peer everything anew, and pulls everything that it has. Throws peer.unknown, object.invalid. */
export function resyncPeer(backend: Backend): Handler {
  return operating<MaybeModule>(backend, jsonReader<MaybeModule>(moduleSchema, {}), (which) => ({
    push: backend.pushOperations.Resync(which),
    pull: backend.pull.Start({ ...which, full: true }).then(({ started }) => ({ count: started })),
  }));
}

/**
 * Does something about a peer on both sides and answers what changed. Where one side fails the other has acted all the same;
 * as every call changes nothing the second time, it is repeated then.
 */
function operating<Body extends object>(
  { directory, modules }: Backend,
  read: (request: Parameters<Handler>[0]) => Body,
  act: (which: PeerModule, body: Body) => Done,
): Handler {
  const ids: readonly string[] = modules.map(({ declaration }) => declaration.id);
  return async (request, response) => {
    const body = read(request);
    const module = (body as MaybeModule).module ?? '';
    if (module !== '' && !ids.includes(module)) throw new RoamgridError('object.invalid', `/module: expected one of ${ids.join(', ')}`);
    const { id: peer_id } = await findPeer(directory.credentials, pathParameter(request, 'id'));
    const { push, pull } = act({ peer_id, module }, body);
    const [pushed, pulled] = await Promise.allSettled([push, pull]);
    for (const side of [pushed, pulled]) if (side.status === 'rejected') throw side.reason;
    sendJson(response, 200, { push: countOf(pushed), pull: countOf(pulled) });
  };
}

function countOf(side: PromiseSettledResult<CountedReply | undefined>): number | null {
  return side.status === 'fulfilled' ? (side.value?.count ?? null) : null;
}

/** What is to be replayed. Throws object.invalid unless it is exactly one thing. */
function whatOf({ module, key, since, dead }: Replay): Pick<ReplayRequest, 'dead' | 'key' | 'since'> {
  const given = [key, since, dead].filter((one) => one !== undefined).length;
  if (given !== 1) throw new RoamgridError('object.invalid', 'the body: expected exactly one of key, since and dead');
  if (key !== undefined) {
    if (module === undefined) throw new RoamgridError('object.invalid', '/module: expected beside key');
    return { key };
  }
  return since === undefined ? { dead: true } : { since: momentOf(since) };
}

function momentOf(text: string): number {
  const moment = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(moment)) throw new RoamgridError('object.invalid', '/since: expected a time such as 2026-06-01T08:00:00Z');
  return moment;
}
