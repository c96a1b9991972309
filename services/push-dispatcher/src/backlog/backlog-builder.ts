import { partyKey } from '@roamgrid/ocpi';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import { isMeantFor } from '../intake/interested-peers';
import type { ObjectsByModule } from '../objects-by-module';
import type { Receiver } from '../receiver';
import type { DeliveryRows } from '../rows/delivery-rows';
import type { Owed } from '../rows/row-updates';
import type { BacklogDocument } from './backlog-document';
import type { Backlogs } from './backlogs';

export interface BacklogBuilderOptions {
  readonly backlogs: Backlogs;
  readonly rows: DeliveryRows;
  readonly objects: ObjectsByModule;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly peer: string;
  readonly receivers: () => ReadonlyMap<string, Receiver>;
  /** Called when rows were written. */
  readonly onRows: () => void;
}

/** A described object of a page, as far as it is read. */
interface Described {
  readonly key: string;
  readonly rev: number;
  readonly object: Readonly<Record<string, unknown>>;
}

const PAGE = 100;
/** Another replica may have asked for a backlog; looked for this often, milliseconds. */
const LOOK = 30_000;
const RETRY = 2_000;

/**
 * Gives a new receiver a row for every object there is, from the present state, page by page; after a kill it goes on
 * behind the last page noted. Runs where the peer's lane runs, under its lease.
 */
export class BacklogBuilder {
  readonly #options: BacklogBuilderOptions;
  #woken = new AbortController();

  constructor(options: BacklogBuilderOptions) {
    this.#options = options;
  }

  /** A backlog may be wanted. */
  wake(): void {
    this.#woken.abort();
  }

  /** Builds what is wanted, until the signal ends; never throws. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, peer } = this.#options;
    while (!signal.aborted) {
      this.#woken = new AbortController();
      let pause = LOOK;
      try {
        await this.#buildAll(signal);
      } catch (error) {
        pause = RETRY;
        logger.warn({ peer, reason: messageOf(error) }, 'backlog interrupted, to be gone on with');
      }
      await clock.sleep(pause, AbortSignal.any([signal, this.#woken.signal]));
    }
  }

  async #buildAll(signal: AbortSignal): Promise<void> {
    const { backlogs, peer, receivers } = this.#options;
    for (const backlog of await backlogs.open(peer)) {
      const receiver = receivers().get(backlog.module);
      if (receiver) await this.#build(backlog, receiver, signal);
    }
  }

  async #build(
    { _id, wanted, building, done, after: noted }: BacklogDocument,
    receiver: Receiver,
    signal: AbortSignal,
  ): Promise<void> {
    const { backlogs, objects, logger, onRows } = this.#options;
    const interrupted = building > done;
    const target = interrupted ? building : wanted;
    let after = interrupted ? noted : null;
    let owed = 0;
    if (!interrupted) await backlogs.note(_id, target, null);
    while (!signal.aborted) {
      const page = await objects.list(receiver.module, receiver.peer.version, PAGE, after ?? undefined);
      owed += await this.#owe(receiver, page.json);
      onRows();
      after = page.next ?? null;
      if (after) await backlogs.note(_id, target, after);
      else {
        await backlogs.complete(_id, target);
        logger.info({ peer: receiver.peer.id, module: receiver.module.id, objects: owed }, 'backlog complete');
        return;
      }
    }
  }

  async #owe(receiver: Receiver, json: Buffer): Promise<number> {
    const { module, peer } = receiver;
    const owed: Owed[] = [];
    for (const { key, rev, object } of JSON.parse(json.toString('utf8')) as Described[]) {
      if (!isMeantFor(receiver, module.audience?.(object).map(partyKey))) continue;
      owed.push({ peer: peer.id, module: module.id, key, rev, backlog: true });
    }
    await this.#options.rows.owe(owed, this.#options.clock.now());
    return owed.length;
  }
}
