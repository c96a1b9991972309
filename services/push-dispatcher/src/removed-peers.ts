import { messageOf, type Client, type Clock, type CredentialsCalls, type Logger } from '@roamgrid/runtime';
import type { Backlogs } from './backlog/backlogs';
import type { PeerControls } from './control/peer-controls';
import type { DeliveryRows } from './rows/delivery-rows';

export interface RemovedPeersOptions {
  readonly rows: DeliveryRows;
  readonly backlogs: Backlogs;
  readonly controls: PeerControls;
  readonly credentials: Client<CredentialsCalls>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Peers that were removed while no dispatcher ran are found by looking this often, milliseconds. */
const LOOK = 600_000;
const RETRY = 5_000;

/** Removes what removed peers were owed and sent. */
export class RemovedPeers {
  readonly #options: RemovedPeersOptions;
  #woken = new AbortController();

  constructor(options: RemovedPeersOptions) {
    this.#options = options;
  }

  /** A peer was removed. */
  wake(): void {
    this.#woken.abort();
  }

  /** Until the signal ends. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      this.#woken = new AbortController();
      let pause = LOOK;
      try {
        await this.#sweep();
      } catch (error) {
        pause = RETRY;
        logger.warn({ reason: messageOf(error) }, 'rows of removed peers not removed yet');
      }
      await clock.sleep(pause, AbortSignal.any([signal, this.#woken.signal]));
    }
  }

  /**
   * Asks the owner of the peers after the rows were looked at: a peer that has rows and is not there then is gone for
   * good, not one that this process has not heard of yet.
   */
  async #sweep(): Promise<void> {
    const { rows, backlogs, controls, credentials, logger } = this.#options;
    const known = new Set([...(await rows.peers()), ...controls.peers()]);
    const { peers } = await credentials.ListPeers({});
    const present = new Set(peers.filter(({ state }) => state !== 'removed').map(({ id }) => id));
    for (const peer of known) {
      if (present.has(peer)) continue;
      await rows.remove(peer);
      await backlogs.remove(peer);
      await controls.remove(peer);
      logger.info({ peer }, 'rows of a removed peer are gone');
    }
  }
}
