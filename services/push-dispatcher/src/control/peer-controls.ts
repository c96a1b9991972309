import type { mongo } from 'mongoose';
import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import { isDuplicateKey } from '@roamgrid/store';
import type { Stop } from '../lane/breaker';
import { withStoreErrors } from '../with-store-errors';
import type { PeerControl } from './peer-control';

export interface PeerControlsOptions {
  readonly controls: mongo.Collection<PeerControl>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What an operator says of a peer holds at every replica this much later at the latest, milliseconds. */
const LOOK = 500;

/**
 * What operators have said of peers and how lanes stand, the same for all replicas: each reads all of it again and again, since
 * there is at most one small document a peer.
 */
export class PeerControls {
  readonly #options: PeerControlsOptions;
  #known: ReadonlyMap<string, PeerControl> = new Map();
  #onRead: () => void = () => undefined;

  constructor(options: PeerControlsOptions) {
    this.#options = options;
  }

  /** What is known of a peer. */
  of(peer: string): PeerControl | undefined {
    return this.#known.get(peer);
  }

  /** Those of which anything is known. */
  peers(): string[] {
    return [...this.#known.keys()];
  }

  /** Resolves once it is known what operators have said: nothing may be sent before. Retries until the signal ends; never rejects. */
  async begin(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#attempt())) await this.#options.clock.sleep(LOOK, signal);
  }

  /** Reads again and again until the signal ends, and tells each time; never rejects. */
  async run(onRead: () => void, signal: AbortSignal): Promise<void> {
    this.#onRead = onRead;
    while (!signal.aborted) {
      await this.#options.clock.sleep(LOOK, signal);
      if (!signal.aborted) await this.#attempt();
    }
  }

  /** Has a peer paused. Whether that is new; the words are taken in any case. */
  async pause(peer: string, reason: string): Promise<boolean> {
    const now = new Date(this.#options.clock.now());
    const isPaused = { $eq: [{ $type: '$paused' }, 'object'] };
    const paused = { since: { $cond: [isPaused, '$paused.since', now] }, reason: { $literal: reason } };
    const before = await this.#update(peer, [{ $set: { paused } }]);
    return !before?.paused;
  }

  /** Ends a pause. Whether there was one. */
  async resume(peer: string): Promise<boolean> {
    const before = await this.#update(peer, { $set: { paused: null } });
    return before?.paused !== undefined && before.paused !== null;
  }

  /** Has the peer's lane, wherever it runs, try at once. */
  async urge(peer: string): Promise<void> {
    await this.#update(peer, { $inc: { urged: 1 } });
  }

  /** Writes down how a lane stands, unless a later holder of its lease has done so. */
  async note(peer: string, epoch: number, stop: Stop | undefined): Promise<void> {
    const update = { $set: { stop: stop ?? null, epoch } };
    const notLater = { _id: peer, $or: [{ epoch: { $lte: epoch } }, { epoch: { $exists: false } }] };
    try {
      await this.#options.controls.updateOne(notLater, update, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error as { code?: number })) await withStoreErrors(() => Promise.reject(error as Error));
    }
  }

  /** Forgets a peer. */
  async remove(peer: string): Promise<void> {
    await withStoreErrors(() => this.#options.controls.deleteOne({ _id: peer }));
  }

  /** What was there before. It holds here at once. */
  async #update(peer: string, update: mongo.UpdateFilter<PeerControl> | mongo.Document[]): Promise<PeerControl | null> {
    const { controls } = this.#options;
    const before = await withStoreErrors(() =>
      controls.findOneAndUpdate({ _id: peer }, update as mongo.UpdateFilter<PeerControl>, { upsert: true, returnDocument: 'before' }),
    );
    await this.#attempt();
    return before;
  }

  async #attempt(): Promise<boolean> {
    try {
      const all = await this.#options.controls.find({}).toArray();
      this.#known = new Map(all.map((each) => [each._id, each]));
      this.#onRead();
      return true;
    } catch (error) {
      this.#options.logger.warn({ reason: messageOf(error) }, 'what operators say of peers is not read');
      return false;
    }
  }
}
