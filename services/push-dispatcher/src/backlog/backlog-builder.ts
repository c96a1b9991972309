import { partyKey } from '@roamgrid/ocpi';
import { actedForBy, crashPoint, messageOf, type Clock, type Logger, type Platform, type Position } from '@roamgrid/runtime';
import { isMeantFor } from '../intake/interested-peers';
import type { ObjectsByModule } from '../objects-by-module';
import type { Receiver } from '../receiver';
import type { DeliveryRows } from '../rows/delivery-rows';
import type { Owed } from '../rows/row-updates';
import { sendsAgain, type BacklogDocument } from './backlog-document';
import type { Backlogs } from './backlogs';
import { Turns } from './turns';

export interface BacklogBuilderOptions {
  readonly backlogs: Backlogs;
  readonly rows: DeliveryRows;
  readonly objects: ObjectsByModule;
  readonly platform: () => Platform | undefined;
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
  readonly origin: string;
  readonly object: Readonly<Record<string, unknown>>;
}

const PAGE = 100;
/** Pages that are held at once in this process, whatever number of peers comes: the bound on memory. */
const pages = new Turns(8);
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
    { _id, wanted, building, done, resend, after: noted }: BacklogDocument,
    receiver: Receiver,
    signal: AbortSignal,
  ): Promise<void> {
    const { backlogs, logger, onRows } = this.#options;
    const interrupted = building > done;
    const target = interrupted ? building : wanted;
    let after = interrupted ? noted : null;
    const again = sendsAgain(receiver.module, { done, resend }, target);
    let owed = 0;
    if (!interrupted) await backlogs.note(_id, target, null);
    while (!signal.aborted) {
      const page = await pages.run(() => this.#owePage(receiver, after, again));
      owed += page.owed;
      crashPoint('dispatcher.backlog-page');
      onRows();
      after = page.next ?? null;
      if (after) await backlogs.note(_id, target, after);
      else {
        await backlogs.complete(_id, target);
        logger.info({ peer: receiver.peer.id, module: receiver.module.id, objects: owed, again }, 'backlog complete');
        return;
      }
    }
  }

  async #owePage(receiver: Receiver, after: Position | null, again: boolean): Promise<{ owed: number; next?: Position }> {
    const { objects, platform } = this.#options;
    const alsoFor = actedForBy(receiver.peer, receiver.module, platform());
    const { json, next } = await objects.list(receiver.module, receiver.peer.version, PAGE, { alsoFor, ...(after && { after }) });
    return { owed: await this.#owe(receiver, json, again), ...(next && { next }) };
  }

  async #owe(receiver: Receiver, json: Buffer, again: boolean): Promise<number> {
    const { module, peer } = receiver;
    const owed: Owed[] = [];
    for (const { key, rev, origin, object } of JSON.parse(json.toString('utf8')) as Described[]) {
      const audience = module.audience?.(object).map(partyKey);
      if (!isMeantFor(receiver, { origin, audience }, this.#options.platform())) continue;
      owed.push({ peer: peer.id, module: module.id, key, rev, backlog: true, again });
    }
    await this.#options.rows.owe(owed, this.#options.clock.now());
    return owed.length;
  }
}
