import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Connection } from 'mongoose';
import { messageOf, type Peer, type PeerHealth, type Platform } from '@roamgrid/runtime';
import { Lease, type Tenure } from '@roamgrid/store';
import { BacklogBuilder } from '../backlog/backlog-builder';
import { fingerprintOf, type Backlogs } from '../backlog/backlogs';
import { receiverOf, type Receiver } from '../receiver';
import type { PeerControls } from '../control/peer-controls';
import type { Stop } from './breaker';
import { Lane, type LaneContext, type LanePeer } from './lane';
import { LaneFigures } from './lane-figures';
import { StopNotes } from './stop-notes';

export interface LaneHostContext extends LaneContext {
  readonly connection: Connection;
  /** Name of this process among all that hold leases. */
  readonly holder: string;
  readonly backlogs: Backlogs;
  readonly controls: PeerControls;
  /** Whether other replicas have room for a lane that comes free, and this one has its share. */
  readonly full: () => boolean;
  readonly platform: () => Platform | undefined;
  /** Why nothing is sent to a receiver at present although its peer may be well; undefined: it is sent to. */
  readonly holds: (receiver: Receiver) => string | undefined;
}

/** Milliseconds after which another replica takes over a lane whose process fell silent. */
const LEASE_TTL = 6_000;
/** How long a stop waits for requests under way. The lease is no longer renewed then and holds at least 4 s more. */
const STOP_GRACE = 3_500;
/** A lease that is lost leaves time for the answers that are on their way already: another process may be sending. */
const LOST_GRACE = 500;
const WANT_RETRY = 1_000;
/** How long a replica that has its share leaves a free lane to others: some times as long as they take to look. */
const GIVE_WAY = 6_000;
const GIVE_WAY_LOOK = 500;

/** One peer as this process knows it: keeps trying for its lease, and runs its lane and its backlog while it has it. */
export class LaneHost implements LanePeer {
  readonly id: string;
  readonly #context: LaneHostContext;
  readonly #figures = new Map<string, LaneFigures>();
  readonly #stop = new AbortController();
  readonly #builder: BacklogBuilder;
  readonly #running: Promise<unknown>;
  /** Fingerprints of the receivers whose backlog was asked for. */
  readonly #wanted = new Map<string, string>();
  #peer: Peer;
  /** All, by module. */
  #receivers: ReadonlyMap<string, Receiver>;
  /** Those that are sent to. */
  #open: ReadonlyMap<string, Receiver> = new Map();
  /** Why the others are not. */
  #held: ReadonlyMap<string, string> = new Map();
  #lane: Lane | undefined;
  /** Ends the present lane, so that another replica runs it; undefined while none runs here. */
  #given: AbortController | undefined;
  #epoch = 0;
  #urged: number;
  readonly #notes: StopNotes;
  #wanting: Promise<void>;

  /** @param again whether the peer was learned of while changes were being accepted; see {@link Backlogs.want} */
  constructor(context: LaneHostContext, peer: Peer, again: boolean) {
    this.id = peer.id;
    this.#context = context;
    this.#peer = peer;
    this.#urged = context.controls.of(peer.id)?.urged ?? 0;
    this.#notes = new StopNotes({ ...context, peer: peer.id }, this.#stop.signal);
    this.#receivers = this.#receiversOf(peer);
    this.judge();
    this.#builder = new BacklogBuilder({
      ...context,
      peer: peer.id,
      receivers: () => this.#receivers,
      onRows: () => this.wake(),
    });
    this.#wanting = this.#wantBacklogs(again);
    const { connection, holder, clock, logger } = context;
    const lease = new Lease({
      connection,
      name: `lane/${peer.id}`,
      holder: `${holder}|${randomUUID()}`,
      ttl: LEASE_TTL,
      giveWay: (stop) => this.#giveWay(stop),
      clock,
      logger,
    });
    this.#running = lease.hold((signal, epoch, tenure) => this.#hold(signal, epoch, tenure), this.#stop.signal);
  }

  /** By module; without those whose rows are held. */
  get receivers(): ReadonlyMap<string, Receiver> {
    return this.#open;
  }

  /** Whether the lane runs here, and is to go on so. */
  get runs(): boolean {
    return this.#given !== undefined && !this.#given.signal.aborted;
  }

  /** An operator has paused the peer. */
  get paused(): boolean {
    return this.#pausedBy !== undefined;
  }

  /** Why the lane was stopped when it was last heard of. */
  get stop(): Stop | undefined {
    return this.#context.controls.of(this.id)?.stop ?? undefined;
  }

  get ending(): AbortSignal {
    return this.#stop.signal;
  }

  /** The modules that the peer receives, held or not. */
  get modules(): string[] {
    return [...this.#receivers.keys()];
  }

  /** `open`, or why nothing of a module is sent, as far as this process knows. */
  state(module: string): string {
    if (this.#pausedBy !== undefined) return `paused by an operator: ${this.#pausedBy}`;
    return this.#held.get(module) ?? this.#lane?.state ?? 'waiting for the lease: another replica sends';
  }

  /** Whether the peer is well; empty: another replica sends to it. */
  get health(): PeerHealth['health'] {
    return this.#lane?.health ?? '';
  }

  /** Why rows of the peer are held; empty: none are. */
  get held(): string {
    return [...new Set(this.#held.values())].join('; ');
  }

  /** Messages that this process has brought to the peer. */
  get delivered(): number {
    return [...this.#figures.values()].reduce((sum, { delivered }) => sum + delivered, 0);
  }

  /** Why rows of a module are held; empty: they are not. */
  heldWhy(module: string): string {
    return this.#held.get(module) ?? '';
  }

  /** How the lane stands is to be known to all replicas. */
  onStop(stop: Stop | undefined): void {
    this.#notes.take(this.#epoch, stop);
  }

  /** What operators say has been read anew. */
  control(): void {
    const urged = this.#context.controls.of(this.id)?.urged ?? 0;
    if (urged === this.#urged) return;
    this.#urged = urged;
    this.#lane?.urge();
    this.#builder.wake();
  }

  /** Ends the lane here in peace, so that another replica takes it. */
  giveBack(): void {
    this.#given?.abort();
  }

  /** Finds out anew to which receivers nothing is sent. What was held and is no more goes now (HCI-10). */
  judge(): void {
    const before = this.#held;
    const held = new Map<string, string>();
    for (const [module, receiver] of this.#receivers) {
      const reason = this.#context.holds(receiver);
      if (reason !== undefined) held.set(module, reason);
    }
    this.#held = held;
    this.#open = new Map([...this.#receivers].filter(([module]) => !held.has(module)));
    const { logger } = this.#context;
    for (const [module, reason] of held) if (!before.has(module)) logger.warn({ peer: this.id, module, reason }, 'rows are held');
    const released = [...before.keys()].filter((module) => this.#open.has(module));
    if (released.length === 0) return;
    logger.info({ peer: this.id, modules: released }, 'rows are held no more');
    this.#lane?.peerChanged();
  }

  figures(module: string): LaneFigures {
    const known = this.#figures.get(module) ?? new LaneFigures();
    this.#figures.set(module, known);
    return known;
  }

  /** Rows of this peer may have come. */
  wake(): void {
    this.#lane?.wake();
  }

  /** The lane, where it runs here and rows that come may be brought to it. */
  get hungryLane(): Lane | undefined {
    return this.#lane?.hungry ? this.#lane : undefined;
  }

  /** The peer as it is now; its lane goes on with what has changed. */
  update(peer: Peer): void {
    const before = this.#peer;
    const receivers = this.#receiversOf(peer);
    const changed =
      before.outbound_token !== peer.outbound_token ||
      !isDeepStrictEqual(before.quirks, peer.quirks) ||
      describe(receivers) !== describe(this.#receivers);
    this.#peer = peer;
    this.#receivers = receivers;
    this.judge();
    for (const module of this.#wanted.keys()) if (!receivers.has(module)) this.#wanted.delete(module);
    this.#wanting = this.#wanting.then(() => this.#wantBacklogs(true));
    if (changed) this.#lane?.peerChanged();
  }

  /** Gives the lane up, after what is under way has ended or was cut. */
  async end(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#running, this.#wanting]);
  }

  async #hold(signal: AbortSignal, epoch: number, tenure: Tenure): Promise<void> {
    const given = new AbortController();
    this.#given = given;
    this.#epoch = epoch;
    const lane = new Lane(this.#context, this, tenure);
    this.#lane = lane;
    const until = AbortSignal.any([signal, given.signal]);
    try {
      const grace = (): number => (this.#stop.signal.aborted || !signal.aborted ? STOP_GRACE : LOST_GRACE);
      await Promise.all([lane.run(until, grace), this.#builder.run(until)]);
      await this.#notes.settled();
    } finally {
      this.#lane = undefined;
      this.#given = undefined;
    }
  }

  /** A replica that runs its share leaves a lane that comes free to others for a while. */
  async #giveWay(stop: AbortSignal): Promise<void> {
    const { clock, full } = this.#context;
    for (const until = clock.now() + GIVE_WAY; full() && clock.now() < until && !stop.aborted; ) await clock.sleep(GIVE_WAY_LOOK, stop);
  }

  get #pausedBy(): string | undefined {
    return this.#context.controls.of(this.id)?.paused?.reason;
  }

  async #wantBacklogs(again: boolean): Promise<void> {
    const { backlogs, clock, logger } = this.#context;
    while (!this.#stop.signal.aborted) {
      try {
        for (const [module, receiver] of this.#receivers) {
          const fingerprint = fingerprintOf(receiver);
          if (this.#wanted.get(module) === fingerprint) continue;
          await backlogs.want(receiver, again);
          this.#wanted.set(module, fingerprint);
          this.#builder.wake();
        }
        return;
      } catch (error) {
        logger.warn({ peer: this.id, reason: messageOf(error) }, 'backlog not asked for yet');
        await clock.sleep(WANT_RETRY, this.#stop.signal);
      }
    }
  }

  #receiversOf(peer: Peer): ReadonlyMap<string, Receiver> {
    const receivers = this.#context.objects.modules.flatMap((module) => receiverOf(module, peer) ?? []);
    return new Map(receivers.map((receiver) => [receiver.module.id, receiver]));
  }
}

function describe(receivers: ReadonlyMap<string, Receiver>): string {
  return JSON.stringify([...receivers].map(([module, receiver]) => [module, fingerprintOf(receiver)]));
}
