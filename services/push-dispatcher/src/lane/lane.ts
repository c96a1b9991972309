import { noQuirks, type Quirks } from '@roamgrid/ocpi';
import { OcpiClient, type EgressPolicy } from '@roamgrid/ocpi-client';
import { crashPoint, messageOf, type Clock, type Fetched, type Logger } from '@roamgrid/runtime';
import type { Tenure } from '@roamgrid/store';
import type { ObjectsByModule } from '../objects-by-module';
import type { Receiver } from '../receiver';
import type { DeliveryRows, DueRow } from '../rows/delivery-rows';
import { NOTHING_SAID, sentUpdate, type RowUpdate } from '../rows/row-updates';
import type { AttemptLog } from '../attempts/attempt-log';
import { Breaker, type BreakerConfig, type Stop } from './breaker';
import { signOf } from './classify';
import { LaneFeed, type Parcel } from './lane-feed';
import type { LaneFigures } from './lane-figures';
import { LaneOutcomes } from './lane-outcomes';
import { LaneSender } from './lane-sender';
import { outgoingRequest, type PushRequest } from './outgoing-request';
import type { RetryConfig } from './retry-schedule';
import { SendWindow } from './send-window';
import type { Unsettled } from './unsettled';

/** Limits of a lane; times in milliseconds. */
export interface LaneConfig {
  /** Most requests under way at once, and connections. */
  readonly window: number;
  /** Most requests a second, evenly spaced, to a peer whose quirks say nothing of it; 0: no limit. */
  readonly requestsPerSecond: number;
  readonly connectTimeout: number;
  readonly answerTimeout: number;
  readonly maxAnswerBytes: number;
}

/** What all lanes of a process have in common. */
export interface LaneContext {
  readonly rows: DeliveryRows;
  readonly objects: ObjectsByModule;
  readonly egress: EgressPolicy;
  readonly attempts: AttemptLog;
  readonly unsettled: Unsettled;
  readonly config: { readonly lane: LaneConfig; readonly retry: RetryConfig; readonly breaker: BreakerConfig };
  readonly clock: Clock;
  /** A number in [0, 1), as Math.random. */
  readonly random: () => number;
  readonly logger: Logger;
}

/** The peer that a lane sends to, as it is now. */
export interface LanePeer {
  readonly id: string;
  /** By module; without those whose rows are held. */
  readonly receivers: ReadonlyMap<string, Receiver>;
  /** An operator has paused it. */
  readonly paused: boolean;
  /** Why its lane was stopped when whoever ran it before ended; undefined: it was not. */
  readonly stop: Stop | undefined;
  /** Ends when the process does, or when the peer is removed. */
  readonly ending: AbortSignal;
  /** The lane is stopped, or it is no more. */
  onStop(stop: Stop | undefined): void;
  figures(module: string): LaneFigures;
}

/** A breaker opens, and the store takes outcomes again, with time: so often it is looked whether something may go, milliseconds. */
const LOOK = 500;
/** Pause before what became of a row is written again to a store that was away. */
const SETTLE_PAUSE = 200;

/**
 * Sends one peer what it is owed, with connections, window and breaker of its own: nothing that another peer does can
 * delay it. Lives as long as this process holds the peer's lease.
 */
export class Lane {
  readonly #context: LaneContext;
  readonly #peer: LanePeer;
  readonly #tenure: Pick<Tenure, 'holds'>;
  readonly #client: OcpiClient;
  readonly #breaker: Breaker;
  readonly #feed: LaneFeed;
  readonly #outcomes: LaneOutcomes;
  readonly #sender: LaneSender;
  #sendWindow: SendWindow;
  #stop: Stop | undefined;
  readonly #underWay = new Set<Promise<void>>();
  #inFlight = 0;
  #stopped = false;
  #cut = false;

  /** @param tenure of the lease, whose end a process that stood still hears of too late */
  constructor(context: LaneContext, peer: LanePeer, tenure: Pick<Tenure, 'holds'>) {
    this.#context = context;
    this.#tenure = tenure;
    this.#peer = peer;
    const { config, egress, clock } = context;
    const { window, requestsPerSecond, connectTimeout, answerTimeout, maxAnswerBytes } = config.lane;
    const timeouts = { connect: connectTimeout, answer: answerTimeout };
    this.#client = new OcpiClient({ egress, clock, timeouts, connections: window, requestsPerSecond: requestsPerSecond || undefined });
    this.#sender = new LaneSender({ ...context, client: this.#client, maxAnswerBytes, holds: () => tenure.holds });
    this.#stop = peer.stop;
    this.#breaker = new Breaker(config.breaker, peer.stop);
    this.#sendWindow = new SendWindow(window);
    this.#feed = new LaneFeed({
      ...context,
      peer: peer.id,
      window,
      receivers: () => peer.receivers,
      onChange: () => this.#pump(),
    });
    this.#outcomes = new LaneOutcomes({
      ...context,
      breaker: this.#breaker,
      retry: config.retry,
      figures: (module) => peer.figures(module),
      onReopened: () => this.#reopened(),
    });
  }

  /** `open`, or why nothing is sent. */
  get state(): string {
    return this.#breaker.describe();
  }

  get health(): Breaker['health'] {
    return this.#breaker.health;
  }

  /**
   * Sends until the signal ends, then lets what is under way end for at most `grace()` milliseconds and cuts the rest:
   * what was cut counts as not attempted. What the peer has answered is stored still, however long the store is away, or it would be
   * sent again; only a process or a peer that ends does not wait for that.
   */
  async run(signal: AbortSignal, grace: () => number): Promise<void> {
    const { clock } = this.#context;
    while (!signal.aborted) {
      this.#pump();
      await clock.sleep(LOOK, signal);
    }
    this.#stopped = true;
    const drained = new AbortController();
    await Promise.race([this.#drain().finally(() => drained.abort()), clock.sleep(grace(), drained.signal)]);
    this.#cut = true;
    await this.#client.close();
    await this.#drain();
  }

  /** Rows may have come. */
  wake(): void {
    this.#feed.wake();
    this.#pump();
  }

  /** What comes may be brought here, see {@link bring}; otherwise a wake does. */
  get hungry(): boolean {
    return !this.#stopped && !this.#peer.paused && this.#feed.hungry;
  }

  /** Takes rows of this peer that are read for many; never rejects. */
  bring(reading: Promise<readonly DueRow[]>): Promise<void> {
    return this.#feed.bring(reading);
  }

  /** Credentials, endpoints, roles or quirks of the peer have changed: what waited for that goes now. */
  peerChanged(): void {
    this.#sender.peerChanged();
    this.#breaker.retryNow(this.#context.clock.now());
    this.#track(this.#hasten('all'));
  }

  /** An operator wants everything tried now. */
  urge(): void {
    this.#breaker.retryNow(this.#context.clock.now());
    this.wake();
  }

  /** Requests that may be under way now; no more than a second's worth, or they would be old when their turn comes. */
  get #window(): number {
    const [receiver] = this.#peer.receivers.values();
    const usual = this.#context.config.lane.requestsPerSecond || Infinity;
    const { parallel_requests = Infinity, requests_per_second = usual }: Quirks = receiver?.quirks ?? noQuirks;
    return Math.min(this.#sendWindow.size, parallel_requests, Math.ceil(requests_per_second));
  }

  #pump(): void {
    const { clock, unsettled } = this.#context;
    if (this.#stopped || this.#peer.paused || unsettled.isOverdue(clock.now())) return;
    while (this.#breaker.room(clock.now(), this.#inFlight, this.#window) > 0) {
      const parcel = this.#feed.take(clock.now());
      if (!parcel) break;
      this.#track(this.#handle(parcel));
    }
    this.#feed.refill();
  }

  /** One turn of a row: sent where there is something to send, settled, released. */
  async #handle(parcel: Parcel): Promise<void> {
    const update = await this.#turn(parcel).catch((error: unknown) =>
      this.#outcomes.dead(parcel, parcel.row.rev, messageOf(error)),
    );
    if (update) await this.#settle(parcel.row._id, update);
    this.#feed.release(parcel.row._id);
    this.#pump();
  }

  async #turn(parcel: Parcel): Promise<RowUpdate | undefined> {
    const { row, receiver, object } = parcel;
    if (!object || object.rev < row.rev) return this.#outcomes.notThere(parcel);
    const request = outgoingRequest(receiver, object);
    if (!request) return sentUpdate(row._id, object.rev, new Date(this.#context.clock.now()), NOTHING_SAID);
    if (request.body?.length === 0)
      return this.#outcomes.dead(parcel, object.rev, `not held in OCPI ${receiver.peer.version}`);
    return this.#send(parcel, object, request);
  }

  async #send(parcel: Parcel, object: Fetched, request: PushRequest): Promise<RowUpdate | undefined> {
    const pass = this.#breaker.start();
    this.#inFlight += 1;
    const { clock } = this.#context;
    const place = this.#sendWindow.start(clock.now(), this.#inFlight);
    crashPoint('dispatcher.sending');
    const { outcome, answer } = await this.#sender.send(parcel, object, request);
    crashPoint('dispatcher.answered');
    this.#inFlight -= 1;
    if (this.#cut || (outcome.kind !== 'delivered' && !this.#tenure.holds)) return undefined; // what went wrong is another's to judge
    this.#sendWindow.end(place, signOf(outcome), clock.now(), answer?.millis ?? 0);
    const update = this.#outcomes.conclude({ parcel, object, pass, answer }, outcome);
    this.#tellStop();
    this.#pump(); // the slot is free while the outcome is being stored
    return update;
  }

  /**
   * Stores what became of a row. While the store is away the row stays with this lane: it is not sent again meanwhile.
   */
  async #settle(id: string, update: RowUpdate): Promise<void> {
    const { rows, clock, logger, unsettled } = this.#context;
    unsettled.begin(id, clock.now());
    for (let settled = false; !settled; ) {
      try {
        await rows.settle(id, update);
        settled = true;
      } catch (error) {
        logger.warn({ row: id, reason: messageOf(error) }, 'what became of a row is not stored yet');
        if (this.#cut && this.#peer.ending.aborted) break;
        await clock.sleep(SETTLE_PAUSE);
      }
    }
    unsettled.end(id);
  }

  #tellStop(): void {
    const { stop } = this.#breaker;
    if (stop === this.#stop) return;
    this.#stop = stop;
    this.#peer.onStop(stop);
  }

  #reopened(): void {
    this.#sendWindow = new SendWindow(this.#context.config.lane.window);
    this.#context.logger.info({ peer: this.#peer.id }, 'the peer is well: lane open again');
    this.#track(this.#hasten('peer'));
  }

  async #hasten(which: 'all' | 'peer'): Promise<void> {
    const { rows, clock, logger } = this.#context;
    try {
      await rows.hasten(this.#peer.id, [...this.#peer.receivers.keys()], which, clock.now());
      this.wake();
    } catch (error) {
      logger.warn({ peer: this.#peer.id, reason: messageOf(error) }, 'waiting rows keep their time');
    }
  }

  #track(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  async #drain(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await this.#feed.settled();
  }
}
