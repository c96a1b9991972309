import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import type { DeliveryRows } from '../rows/delivery-rows';
import type { Lanes } from './lanes';

export interface DueLookOptions {
  readonly rows: Pick<DeliveryRows, 'duePeers'>;
  readonly lanes: Pick<Lanes, 'hungry' | 'wake'>;
  /** Of which rows are owed. */
  readonly modules: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
}

/** So late at most is a row whose time to be tried again has come, or one that another replica wrote and nobody told of; milliseconds. */
const LOOK = 500;

/** Wakes lanes that wait when something of theirs is due: one question to the store for all of them, however many peers there are. */
export class DueLook {
  readonly #options: DueLookOptions;

  constructor(options: DueLookOptions) {
    this.#options = options;
  }

  /** Looks until the signal ends; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    while (!signal.aborted) {
      await this.#look().catch((error: unknown) => {
        logger.warn({ reason: messageOf(error) }, 'what is due cannot be read, to be tried again');
      });
      await clock.sleep(LOOK, signal);
    }
  }

  async #look(): Promise<void> {
    const { rows, lanes, modules, clock } = this.#options;
    const waiting = lanes.hungry();
    if (waiting.length > 0) lanes.wake(await rows.duePeers(waiting, modules, clock.now()));
  }
}
