import { messageOf } from '@roamgrid/runtime';
import type { Backend } from '../backend';
import { sendJson, type Handler } from '../http/route';
import { mayUse } from '../keys/api-key';
import { currentKey } from '../keys/current-key';
import { viewStatus } from './status-view';

const TIMEOUT = { timeout: 2_000 };

/** How all partners stand, with the modules that the key may use. A service that does not answer within 2 s is named, and its figures are null. */
export function getStatus({ modules, directory, push, pull, logger }: Backend): Handler {
  return async (_request, response) => {
    const unavailable: string[] = [];
    const ask = async <Reply>(name: string, call: Promise<Reply>): Promise<Reply | undefined> => {
      try {
        return await call;
      } catch (error) {
        logger.warn({ asked: name, reason: messageOf(error) }, 'no status');
        unavailable.push(name);
        return undefined;
      }
    };
    const key = currentKey();
    const shown = modules.filter(({ declaration }) => !key || mayUse(key, declaration.id));
    const counting = shown.map(async ({ declaration: { id }, objects }) => ({
      id,
      counts: (await ask(id, objects.Count({}, TIMEOUT)))?.parties,
    }));
    const [counted, credentials, lanes, jobs] = await Promise.all([
      Promise.all(counting),
      ask('credentials', directory.credentials.ListPeers({}, TIMEOUT)),
      ask('push-dispatcher', push.Status({}, TIMEOUT)),
      ask('pull-scheduler', pull.Status({}, TIMEOUT)),
    ]);
    const peers = credentials?.peers ?? directory.peers();
    sendJson(
      response,
      200,
      viewStatus({ modules: counted, peers, lanes: lanes?.lanes, jobs: jobs?.jobs, unavailable: unavailable.sort() }),
    );
  };
}
