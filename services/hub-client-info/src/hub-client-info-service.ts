import type { ObjectServiceConfig, ObjectServiceExtension, ObjectServiceParts } from '@roamgrid/object-service';
import { calledPeer, isSuccessful, openPeerCalls, type OcpiClient } from '@roamgrid/ocpi-client';
import { messageOf, pullContract, pushContract, type Logger, type Peer, type ServiceContext } from '@roamgrid/runtime';
import { Lease } from '@roamgrid/store';
import { ClientWatch } from './client-watch';
import { hubClientInfoSections, type HubClientInfoConfig } from './hub-client-info-config';
import { MessageReports } from './message-reports';
import { OwnClientInfos } from './own-client-infos';

/** Milliseconds after which another replica takes over. */
const LEASE_TTL = 6_000;

/** What the service does beside owning ClientInfo objects: as a hub it watches its clients, and says how they stand. */
export const hubClientInfoExtension: ObjectServiceExtension<HubClientInfoConfig> = {
  sections: hubClientInfoSections,
  hooks: (context, parts) => {
    const { onStop } = context;
    const stop = new AbortController();
    const watching = startWatching(context, parts, stop.signal);
    onStop('watch', async () => {
      stop.abort();
      await watching;
    });
    return {};
  },
};

type Context = ServiceContext<ObjectServiceConfig & HubClientInfoConfig>;

/** One replica watches, or each would ask all clients. */
function startWatching(context: Context, { connection, store }: ObjectServiceParts, stop: AbortSignal): Promise<void> {
  const { config, logger, clock, connect, holder, onStop } = context;
  const { directory, client } = openPeerCalls(context);
  const push = connect(pushContract, config.push);
  const pull = connect(pullContract, config.pull);
  onStop('push', () => push.close());
  onStop('pull', () => pull.close());
  const watch = (): ClientWatch =>
    new ClientWatch({
      directory,
      reports: new MessageReports({ push, pull, logger }),
      infos: new OwnClientInfos(store, clock),
      answers: (peer) => answersForVersions(client, peer, config.watch.timeout, logger),
      config: config.watch,
      clock,
      logger,
    });
  const lease = new Lease({ connection, name: 'watch/hubclientinfo', holder, ttl: LEASE_TTL, clock, logger });
  return lease.hold((signal) => watch().run(signal), stop);
}

/** GET of the versions endpoint (HCI-14). */
async function answersForVersions(client: OcpiClient, peer: Peer, timeout: number, logger: Logger): Promise<boolean> {
  try {
    const answer = await client.call({ peer: calledPeer(peer), method: 'GET', url: peer.versions_url, timeout });
    if (isSuccessful(answer)) return true;
    logger.info({ peer: peer.id, http: answer.httpStatus }, 'a silent client does not answer for its versions');
  } catch (error) {
    logger.info({ peer: peer.id, reason: messageOf(error) }, 'a silent client does not answer for its versions');
  }
  return false;
}
