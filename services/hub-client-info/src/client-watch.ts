import { once } from 'node:events';
import type { ClientInfo } from '@roamgrid/modules';
import { messageOf, type Clock, type Logger, type Peer, type PeerDirectory } from '@roamgrid/runtime';
import { changedStatuses, clientKey } from './changed-statuses';
import { ClientHealth } from './client-health';
import type { WatchConfig } from './hub-client-info-config';
import type { MessageReports } from './message-reports';
import type { OwnClientInfos } from './own-client-infos';

export interface ClientWatchOptions {
  readonly directory: PeerDirectory;
  readonly reports: Pick<MessageReports, 'read'>;
  readonly infos: Pick<OwnClientInfos, 'all' | 'say'>;
  /** Whether a peer answers for its versions; never throws. */
  readonly answers: (peer: Peer) => Promise<boolean>;
  readonly config: WatchConfig;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Keeps what our hub says of its clients true: who registers, who leaves, who can be reached (HCI-08, HCI-14, HCI-17). */
export class ClientWatch {
  readonly #options: ClientWatchOptions;
  readonly #healths = new Map<string, ClientHealth>();
  #woken = new AbortController();

  constructor(options: ClientWatchOptions) {
    this.#options = options;
  }

  /** Looks again and again until the signal ends; at once when a peer comes, changes or goes, or has answered. */
  async run(signal: AbortSignal): Promise<void> {
    const { directory, clock, config, logger } = this.#options;
    if (!directory.complete) await once(directory, 'complete', { signal }).catch(() => undefined); // ends with the signal
    const wake = (): void => this.#woken.abort();
    directory.on('peer', wake);
    try {
      while (!signal.aborted) {
        this.#woken = new AbortController();
        const looking = this.look();
        await looking.catch((error: unknown) => logger.warn({ reason: messageOf(error) }, 'clients not looked at'));
        await clock.sleep(config.look, AbortSignal.any([signal, this.#woken.signal]));
      }
    } finally {
      directory.off('peer', wake);
    }
  }

  /** One look at all clients; says what has changed. Without a hub among our parties nothing is said. */
  async look(): Promise<void> {
    const { directory, infos, logger } = this.#options;
    const hosted = directory.platform?.parties ?? [];
    if (!hosted.some(({ role }) => role === 'HUB')) return;
    const known = await infos.all();
    const peers = directory.peers();
    await this.#judge(peers, known);
    const roles = hosted.map(({ role, country_code, party_id }) => ({ role, country_code, party_id }));
    const changed = changedStatuses(peers, hosted, known, ({ id }) => this.#healths.get(id)?.isReachable ?? true);
    for (const client of changed) {
      const key = clientKey(client);
      await infos.say(roles, client, known.get(key));
      logger.info({ client: key, status: client.status, before: known.get(key)?.status }, 'client of the hub');
    }
  }

  async #judge(peers: readonly Peer[], known: ReadonlyMap<string, ClientInfo>): Promise<void> {
    const { reports, clock, config } = this.#options;
    const reportOf = await reports.read();
    const now = clock.now();
    const registered = peers.filter(({ state }) => state === 'registered');
    const ids = new Set(registered.map(({ id }) => id));
    for (const id of this.#healths.keys()) if (!ids.has(id)) this.#healths.delete(id);
    for (const peer of registered) {
      const health = this.#healths.get(peer.id) ?? new ClientHealth(config, now, !isOffline(peer, known));
      this.#healths.set(peer.id, health);
      health.report(reportOf(peer.id), now);
      if (health.takeQuestion(now)) this.#ask(peer, health);
    }
  }

  /** Beside everything else: one that hangs holds up nobody. */
  #ask(peer: Peer, health: ClientHealth): void {
    const { answers, clock } = this.#options;
    void answers(peer).then((isSuccess) => {
      health.answered(isSuccess, clock.now());
      this.#woken.abort();
    });
  }
}

/** Who was OFFLINE before this process watched is so until it answers. */
function isOffline({ roles }: Peer, known: ReadonlyMap<string, ClientInfo>): boolean {
  return roles.some((role) => known.get(clientKey(role))?.status === 'OFFLINE');
}
