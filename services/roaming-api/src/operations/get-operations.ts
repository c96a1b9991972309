import { messageOf, type RelayStatus } from '@roamgrid/runtime';
import type { Backend } from '../backend';
import { sendJson, type Handler } from '../http/route';
import { alarmsOf } from './alarms';
import { dateOf, viewPeers, type Reports } from './operations-view';

const TIMEOUT = { timeout: 2_000 };

/** The whole picture. A service that does not answer within 2 s is named, and what it would have said is missing. */
export function getOperations(backend: Backend): Handler {
  return async (_request, response) => {
    const reports = await askAll(backend);
    const peers = viewPeers(reports);
    sendJson(response, 200, {
      at: new Date(reports.now).toISOString(),
      alarms: alarmsOf(reports, peers),
      peers,
      relays: reports.relays.map(viewRelay),
      consumers: reports.lags?.map((lag) => ({ group: reports.group, ...lag })) ?? null,
      unavailable: reports.unavailable,
    });
  };
}

async function askAll({ modules, conversations, directory, push, pushOperations, pullOperations, pushLag, clock, logger }: Backend): Promise<Reports> {
  const unavailable = new Set<string>();
  const ask = async <Reply>(name: string, call: Promise<Reply>): Promise<Reply | undefined> => {
    try {
      return await call;
    } catch (error) {
      logger.warn({ asked: name, reason: messageOf(error) }, 'no word on how it stands');
      unavailable.add(name);
      return undefined;
    }
  };
  const everybody = { peer_id: '' };
  const [relays, credentials, owed, healths, lanes, jobs, lags] = await Promise.all([
    Promise.all([...modules, ...conversations].map(({ declaration, relays: relay }) => ask(declaration.id, relay.Status({}, TIMEOUT)))),
    ask('credentials', directory.credentials.ListPeers({}, TIMEOUT)),
    ask('push-dispatcher', pushOperations.Owed(everybody, TIMEOUT)),
    ask('push-dispatcher', push.Health({}, TIMEOUT)),
    ask('push-dispatcher', push.Status({}, TIMEOUT)),
    ask('pull-scheduler', pullOperations.Jobs(everybody, TIMEOUT)),
    ask('kafka', inTime(pushLag.read(), TIMEOUT.timeout)),
  ]);
  return {
    now: clock.now(),
    peers: credentials?.peers ?? directory.peers(),
    healths: healths?.peers,
    owed: owed?.rows,
    lanes: lanes?.lanes,
    jobs: jobs?.jobs,
    relays: relays.filter((relay): relay is RelayStatus => relay !== undefined),
    lags,
    group: pushLag.group,
    unavailable: [...unavailable].sort(),
  };
}

/** What the promise comes to; rejects when that takes too long. */
async function inTime<Result>(promise: Promise<Result>, millis: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${millis} ms`)), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function viewRelay({ module, topic, published_until, lag, problem }: RelayStatus): Readonly<Record<string, unknown>> {
  return { module, topic, published_until: dateOf(published_until), lag_ms: Math.max(0, lag), problem: problem || null };
}
