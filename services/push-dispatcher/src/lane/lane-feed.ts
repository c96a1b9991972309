import { messageOf, type Clock, type Fetched, type Logger } from '@roamgrid/runtime';
import type { ObjectsByModule } from '../objects-by-module';
import type { Receiver } from '../receiver';
import type { DeliveryRows, DueRow } from '../rows/delivery-rows';

/** A row whose object is at hand to be sent. */
export interface Parcel {
  readonly row: DueRow;
  readonly receiver: Receiver;
  /** The present state; undefined where the object's service has never heard of it. */
  readonly object: Fetched | undefined;
  readonly fetched: number;
}

export interface LaneFeedOptions {
  readonly rows: Pick<DeliveryRows, 'due'>;
  readonly objects: Pick<ObjectsByModule, 'fetch'>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly peer: string;
  /** The peer's receivers by module, as they are now. */
  readonly receivers: () => ReadonlyMap<string, Receiver>;
  /** Requests that may be under way at once; so many objects are fetched together and held ready. */
  readonly window: number;
  /** Called when parcels may have come. */
  readonly onChange: () => void;
}

/** Rows read from the store at once. */
const LOAD = 256;
/** Rows known at once, sent but not yet settled included: the bound on memory. */
const MOST_KNOWN = 768;
/** Parcels older than this are fetched anew: what is sent is the present state, also after the process was frozen. */
const FRESH = 1_000;
/** A module whose service does not answer is left alone this long; the other modules go on. */
const MODULE_PAUSE = 1_000;

/**
 * Turns the owed rows of one peer into parcels, a bounded number ahead of the sending. A row is with at most one
 * parcel: from when it is loaded until `release`, which is called after what became of it is stored. So per object one
 * request is under way, and the next one carries what is newest then.
 */
export class LaneFeed {
  readonly #options: LaneFeedOptions;
  #queue: DueRow[] = [];
  #parcels: Parcel[] = [];
  /** Every row loaded and not released, with the newest revision that its parcel covers. */
  readonly #known = new Map<string, number>();
  /** Known rows of which a newer revision has come. */
  readonly #again = new Set<string>();
  /** Of each reading of the store that is under way, the rows released since: what it says of them may be from before their settlement. */
  readonly #readings = new Set<Set<string>>();
  readonly #modulePauses = new Map<string, number>();
  #mayHaveMore = true;
  #loading: Promise<void> | undefined;
  #fetching: Promise<void> | undefined;

  constructor(options: LaneFeedOptions) {
    this.#options = options;
  }

  /** There may be rows that were not there before. */
  wake(): void {
    this.#mayHaveMore = true;
  }

  /** All that was due is known, and there is room: rows that come now may be brought here, see {@link bring}. */
  get hungry(): boolean {
    return !this.#mayHaveMore && !this.#loading && this.#hasRoom;
  }

  /** Takes rows of this peer that are read for many, instead of a load. Never rejects: the next load finds what could not be read. */
  async bring(reading: Promise<readonly DueRow[]>): Promise<void> {
    const modules = new Set(this.#activeModules());
    const due = reading.then((rows) => rows.filter(({ module }) => modules.has(module)));
    await this.#guarded(this.#reading(due), () => undefined);
  }

  /** Starts what is needed to have parcels ready. */
  refill(): void {
    const { window } = this.#options;
    if (this.#mayHaveMore && this.#hasRoom) {
      this.#loading ??= this.#guarded(this.#load(), () => (this.#loading = undefined));
    }
    if (this.#queue.length > 0 && this.#parcels.length < window) {
      this.#fetching ??= this.#guarded(this.#fetch(), () => (this.#fetching = undefined));
    }
  }

  /** The next parcel; undefined when none is ready. */
  take(now: number): Parcel | undefined {
    for (let parcel = this.#parcels.shift(); parcel; parcel = this.#parcels.shift()) {
      const current = parcel.receiver === this.#options.receivers().get(parcel.row.module);
      if (current && now - parcel.fetched <= FRESH) return parcel;
      this.#queue.unshift(parcel.row);
    }
    return undefined;
  }

  /** What became of the row is stored: it may be loaded again. */
  release(id: string): void {
    this.#known.delete(id);
    for (const released of this.#readings) released.add(id);
    if (this.#again.delete(id)) this.#mayHaveMore = true;
  }

  /** Resolves when nothing is being loaded or fetched. */
  async settled(): Promise<void> {
    await Promise.all([this.#loading, this.#fetching]);
  }

  get #hasRoom(): boolean {
    return this.#queue.length < this.#options.window && this.#known.size < MOST_KNOWN;
  }

  async #load(): Promise<void> {
    const { rows, peer, clock } = this.#options;
    const modules = this.#activeModules();
    this.#mayHaveMore = false;
    if (modules.length === 0) return;
    const limit = this.#known.size + LOAD;
    const due = await this.#reading(rows.due(peer, modules, clock.now(), limit));
    if (due === limit) this.#mayHaveMore = true;
  }

  /** Queues what is read and not known yet; how many rows were read. */
  async #reading(reading: Promise<readonly DueRow[]>): Promise<number> {
    const released = new Set<string>();
    this.#readings.add(released);
    try {
      const due = await reading;
      for (const row of due) {
        if (released.has(row._id)) this.#mayHaveMore = true;
        else this.#queueUnlessKnown(row);
      }
      return due.length;
    } finally {
      this.#readings.delete(released);
    }
  }

  #queueUnlessKnown(row: DueRow): void {
    const covered = this.#known.get(row._id);
    if (covered === undefined) {
      this.#known.set(row._id, row.rev);
      this.#queue.push(row);
    } else if (row.rev > covered) this.#again.add(row._id);
  }

  async #fetch(): Promise<void> {
    const module = this.#queue[0]?.module ?? '';
    const receiver = this.#options.receivers().get(module);
    const rows = this.#dequeue(module, receiver ? this.#options.window : Infinity);
    if (!receiver) {
      for (const row of rows) this.release(row._id);
      return;
    }
    try {
      const objects = await this.#options.objects.fetch(
        receiver.module,
        receiver.peer.version,
        rows.map(({ key }) => key),
      );
      const fetched = this.#options.clock.now();
      for (const row of rows) {
        const object = objects.get(row.key);
        this.#known.set(row._id, Math.max(row.rev, object?.rev ?? 0));
        this.#again.delete(row._id);
        this.#parcels.push({ row, receiver, object, fetched });
      }
    } catch (error) {
      this.#pauseModule(module, rows);
      throw error;
    }
  }

  /** Takes the first rows of a module off the queue. */
  #dequeue(module: string, most: number): DueRow[] {
    const taken = this.#queue.filter((row) => row.module === module).slice(0, most);
    const gone = new Set(taken);
    this.#queue = this.#queue.filter((row) => !gone.has(row));
    return taken;
  }

  /** Its rows go back to the store, so that they do not fill the queue that other modules share. */
  #pauseModule(module: string, rows: readonly DueRow[]): void {
    this.#modulePauses.set(module, this.#options.clock.now() + MODULE_PAUSE);
    for (const row of [...rows, ...this.#dequeue(module, Infinity)]) this.release(row._id);
  }

  #activeModules(): string[] {
    const now = this.#options.clock.now();
    return [...this.#options.receivers().keys()].filter((module) => (this.#modulePauses.get(module) ?? 0) <= now);
  }

  async #guarded(work: Promise<unknown>, ended: () => void): Promise<void> {
    const { logger, peer, onChange } = this.#options;
    try {
      await work;
    } catch (error) {
      logger.warn({ peer, reason: messageOf(error) }, 'what is owed cannot be read, to be tried again');
    }
    ended();
    onChange();
  }
}
