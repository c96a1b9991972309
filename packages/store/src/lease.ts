import type { Connection, mongo } from 'mongoose';
import type { Clock, Logger } from '@roamgrid/runtime';
import { isDuplicateKey } from './store-error';

interface LeaseDocument {
  readonly _id: string;
  readonly holder: string;
  readonly epoch: number;
  readonly expires: Date;
}

export interface LeaseOptions {
  readonly connection: Connection;
  /** What is leased, such as `relay/locations`. */
  readonly name: string;
  /** Who we are: unique, or `place|life` where a life at a place ends before the next one begins; more may follow behind a bar. */
  readonly holder: string;
  /** Milliseconds after which a holder that fell silent loses it. */
  readonly ttl: number;
  /** Waited for before each try to get it, so that others may come first; none unless given. */
  readonly giveWay?: (stop: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The time for which nobody else can have taken a lease. */
export class Tenure {
  readonly #clock: Clock;
  #until: number;

  constructor(clock: Clock, until: number) {
    this.#clock = clock;
    this.#until = until;
  }

  /** Nobody else can have it now. */
  get holds(): boolean {
    return this.left > 0;
  }

  /** Milliseconds until somebody else could, unless it is extended. */
  get left(): number {
    return this.#until - this.#clock.now();
  }

  extend(until: number): void {
    this.#until = until;
  }
}

/**
 * The right to be the only one who does a piece of work. Time is MongoDB's alone, so that clocks of hosts need not agree.
 * A holder that fell silent loses it after some time, one whose place another life has taken, at once. Each new holder gets a higher epoch, by which what it writes can be told from what a late predecessor writes.
 */
export class Lease {
  readonly #options: LeaseOptions;
  readonly #collection: mongo.Collection<LeaseDocument>;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#collection = options.connection.collection('leases') as unknown as mongo.Collection<LeaseDocument>;
  }

  /**
   * Until stopped: waits for the lease, does the work while it is held, gives it back. The work's signal ends when the lease
   * is lost or the stop comes; the work must then return. Work that fails is logged and begun again after a pause.
   *
   * A process that stood still does not hear of the end at once: what must not be done too late asks `tenure.holds` right before.
   */
  async hold(work: (signal: AbortSignal, epoch: number, tenure: Tenure) => Promise<void>, stop: AbortSignal): Promise<void> {
    const { clock, giveWay, logger, name, ttl } = this.#options;
    while (!stop.aborted) {
      await giveWay?.(stop);
      if (stop.aborted) return;
      const heldUntil = clock.now() + ttl;
      const epoch = await this.tryAcquire().catch((error: unknown) => {
        logger.warn({ err: error, lease: name }, 'lease not to be had');
        return undefined;
      });
      if (epoch === undefined) {
        await clock.sleep(ttl / 4, stop);
        continue;
      }
      await this.#workWhileHeld(work, epoch, new Tenure(clock, heldUntil), stop);
      if (!stop.aborted) await clock.sleep(ttl / 8, stop);
    }
  }

  /** Takes the lease when it is free or already ours; the epoch, or undefined when another holds it. */
  async tryAcquire(): Promise<number | undefined> {
    const { name, holder, ttl } = this.#options;
    const isMine = { $eq: [{ $ifNull: ['$holder', ''] }, holder] };
    const isFree = { $lt: [{ $ifNull: ['$expires', new Date(0)] }, '$$NOW'] };
    const takable = { $or: [isMine, isFree, isOfPredecessor(holder)] };
    const ifTakable = (then: unknown, otherwise: unknown): object => ({ $cond: [takable, then, otherwise] });
    const nextEpoch = { $cond: [isMine, '$epoch', { $add: [{ $ifNull: ['$epoch', 0] }, 1] }] };
    try {
      const lease = await this.#collection.findOneAndUpdate(
        { _id: name },
        [
          {
            $set: {
              holder: ifTakable(holder, '$holder'),
              expires: ifTakable({ $add: ['$$NOW', ttl] }, '$expires'),
              epoch: ifTakable(nextEpoch, '$epoch'),
            },
          },
        ],
        { upsert: true, returnDocument: 'after' },
      );
      return lease?.holder === holder ? lease.epoch : undefined;
    } catch (error) {
      if (isDuplicateKey(error as { code?: number })) return undefined; // another one made the document at the same moment
      throw error;
    }
  }

  async #workWhileHeld(
    work: (signal: AbortSignal, epoch: number, tenure: Tenure) => Promise<void>,
    epoch: number,
    tenure: Tenure,
    stop: AbortSignal,
  ): Promise<void> {
    const { logger, name } = this.#options;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, stop]);
    const renewal = this.#renew(lost, epoch, tenure, signal);
    try {
      logger.info({ lease: name, epoch }, 'lease held');
      await work(signal, epoch, tenure);
    } catch (error) {
      logger.error({ err: error, lease: name }, 'leased work failed, to be begun again');
    } finally {
      lost.abort();
      await renewal;
      await this.#release().catch((error: unknown) => logger.warn({ err: error, lease: name }, 'lease not given back'));
    }
  }

  /**
   * Ends the work when the lease is another's, or was in between, or when its time is up and nobody has said that it is still ours.
   */
  async #renew(lost: AbortController, epoch: number, tenure: Tenure, signal: AbortSignal): Promise<void> {
    const { clock, ttl } = this.#options;
    while (!signal.aborted) {
      await clock.sleep(Math.max(0, Math.min(ttl / 3, tenure.left)), signal);
      if (signal.aborted) return;
      const asked = clock.now();
      const ours = await this.#isStillOurs(epoch, tenure.left);
      if (ours === true) tenure.extend(asked + ttl);
      else if (ours === false || !tenure.holds) lost.abort();
    }
  }

  /** Undefined when there is no answer, or none in time: a connection can hang for much longer than a lease lasts. */
  async #isStillOurs(epoch: number, within: number): Promise<boolean | undefined> {
    const { clock, logger, name } = this.#options;
    const answered = new AbortController();
    const answer = this.tryAcquire().then(
      (present) => present === epoch,
      (error: unknown) => {
        logger.warn({ err: error, lease: name }, 'lease not renewed');
        return undefined;
      },
    );
    const late = clock.sleep(within, answered.signal).then(() => undefined);
    return Promise.race([answer, late]).finally(() => answered.abort());
  }

  async #release(): Promise<void> {
    const { name, holder } = this.#options;
    await this.#collection.updateOne({ _id: name, holder }, [{ $set: { expires: '$$NOW', holder: '' } }]);
  }
}

/** Whether the lease is held by another life at our place. */
function isOfPredecessor(holder: string): object {
  const [place, life] = holder.split('|');
  const part = (index: number): object => ({ $arrayElemAt: [{ $split: [{ $ifNull: ['$holder', ''] }, '|'] }, index] });
  if (life === undefined) return { $literal: false };
  return { $and: [{ $eq: [part(0), { $literal: place }] }, { $ne: [part(1), { $literal: life }] }] };
}
