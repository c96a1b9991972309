import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Connection } from 'mongoose';
import { messageOf, type Peer } from '@roamgrid/runtime';
import { Lease } from '@roamgrid/store';
import { BacklogBuilder } from '../backlog/backlog-builder';
import { fingerprintOf, type Backlogs } from '../backlog/backlogs';
import { receiverOf, type Receiver } from '../receiver';
import { Lane, type LaneContext, type LanePeer } from './lane';
import { LaneFigures } from './lane-figures';

export interface LaneHostContext extends LaneContext {
  readonly connection: Connection;
  readonly backlogs: Backlogs;
}

/** Milliseconds after which another replica takes over a lane whose process fell silent. */
const LEASE_TTL = 6_000;
/** How long a stop waits for requests under way. The lease is no longer renewed then and holds at least 4 s more. */
const STOP_GRACE = 3_500;
const WANT_RETRY = 1_000;

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
  #receivers: ReadonlyMap<string, Receiver>;
  #lane: Lane | undefined;
  #wanting: Promise<void>;

  /** @param again whether the peer was learned of while changes were being accepted; see {@link Backlogs.want} */
  constructor(context: LaneHostContext, peer: Peer, again: boolean) {
    this.id = peer.id;
    this.#context = context;
    this.#peer = peer;
    this.#receivers = this.#receiversOf(peer);
    this.#builder = new BacklogBuilder({
      ...context,
      peer: peer.id,
      receivers: () => this.#receivers,
      onRows: () => this.wake(),
    });
    this.#wanting = this.#wantBacklogs(again);
    const { connection, clock, logger } = context;
    const lease = new Lease({
      connection,
      name: `lane/${peer.id}`,
      holder: randomUUID(),
      ttl: LEASE_TTL,
      clock,
      logger,
    });
    this.#running = lease.hold((signal) => this.#hold(signal), this.#stop.signal);
  }

  get receivers(): ReadonlyMap<string, Receiver> {
    return this.#receivers;
  }

  /** `open`, or why nothing is sent, as far as this process knows. */
  get state(): string {
    return this.#lane?.state ?? 'waiting for the lease: another replica sends';
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
    for (const module of this.#wanted.keys()) if (!receivers.has(module)) this.#wanted.delete(module);
    this.#wanting = this.#wanting.then(() => this.#wantBacklogs(true));
    if (changed) this.#lane?.peerChanged();
  }

  /** Gives the lane up, after what is under way has ended or was cut. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#running, this.#wanting]);
  }

  async #hold(signal: AbortSignal): Promise<void> {
    const lane = new Lane(this.#context, this);
    this.#lane = lane;
    try {
      // A lease that is lost leaves no grace: another process may be sending already.
      const grace = (): number => (this.#stop.signal.aborted ? STOP_GRACE : 0);
      await Promise.all([lane.run(signal, grace), this.#builder.run(signal)]);
    } finally {
      this.#lane = undefined;
    }
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
