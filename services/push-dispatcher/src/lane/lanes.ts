import type { Peer, PeerDirectory } from '@roamgrid/runtime';
import type { Lane } from './lane';
import { LaneHost, type LaneHostContext } from './lane-host';

/** A lane for every peer that receives anything, kept in step with the directory. */
export class Lanes {
  readonly #context: LaneHostContext;
  readonly #directory: PeerDirectory;
  readonly #hosts = new Map<string, LaneHost>();
  /** Lanes of removed peers on their way out. */
  readonly #ending = new Set<Promise<void>>();
  readonly #onRemoved: () => void;
  readonly #follow = (peer: Peer): void => this.#take(peer, true);

  /** @param onRemoved called when the lane of a removed peer has ended */
  constructor(context: LaneHostContext, directory: PeerDirectory, onRemoved: () => void) {
    this.#context = context;
    this.#directory = directory;
    this.#onRemoved = onRemoved;
  }

  /** Starts lanes for all peers of a complete directory and follows it. */
  start(): void {
    for (const peer of this.#directory.peers()) this.#take(peer, false);
    this.#directory.on('peer', this.#follow);
  }

  /** The peers whose lanes run here and know all that was due. */
  hungry(): string[] {
    return [...this.#hosts].filter(([, { hungryLane }]) => hungryLane !== undefined).map(([peer]) => peer);
  }

  /** Rows of these peers have come. */
  wake(peers: Iterable<string>): void {
    for (const peer of peers) this.#hosts.get(peer)?.wake();
  }

  /**
   * Rows of these peers have come, by peer; without ids where they are too many to name. Lanes that wait for some are brought theirs,
   * with one question to the store for all of them together; the others are woken. What is for peers whose lanes do not run here.
   */
  bring(ids: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
    const hungry: { readonly peer: string; readonly lane: Lane }[] = [];
    const elsewhere = new Map<string, readonly string[]>();
    for (const [peer, rows] of ids) {
      const host = this.#hosts.get(peer);
      const lane = rows.length > 0 ? host?.hungryLane : undefined;
      if (lane) hungry.push({ peer, lane });
      else if (host?.runs) host.wake();
      else elsewhere.set(peer, rows);
    }
    if (hungry.length > 0) this.#feed(hungry, hungry.flatMap(({ peer }) => ids.get(peer) ?? []));
    return elsewhere;
  }

  #feed(hungry: readonly { readonly peer: string; readonly lane: Lane }[], ids: readonly string[]): void {
    const { rows, clock } = this.#context;
    const reading = rows.dueOf(ids, clock.now());
    for (const { peer, lane } of hungry) void lane.bring(reading.then((due) => due.filter((row) => row.peer === peer)));
  }

  /** What hubs say has changed. */
  judge(): void {
    for (const host of this.#hosts.values()) host.judge();
  }

  /** What operators say has been read anew. */
  control(): void {
    for (const host of this.#hosts.values()) host.control();
  }

  /** How many lanes run here, and how many could. */
  load(): { lanes: number; peers: number } {
    const hosts = this.hosts();
    return { lanes: hosts.filter(({ runs }) => runs).length, peers: hosts.length };
  }

  /** Ends some of the lanes here, so that other replicas take them. */
  giveBack(lanes: number): void {
    for (const host of this.hosts().filter(({ runs }) => runs).slice(0, lanes)) host.giveBack();
  }

  host(peer: string): LaneHost | undefined {
    return this.#hosts.get(peer);
  }

  hosts(): LaneHost[] {
    return [...this.#hosts.values()];
  }

  async stop(): Promise<void> {
    this.#directory.off('peer', this.#follow);
    await Promise.all([...this.hosts().map((host) => host.end()), ...this.#ending]);
  }

  #take(peer: Peer, again: boolean): void {
    const host = this.#hosts.get(peer.id);
    if (peer.state === 'removed') this.#end(peer.id, host);
    else if (host) host.update(peer);
    else if (peer.state === 'registered') this.#hosts.set(peer.id, new LaneHost(this.#context, peer, again));
  }

  #end(id: string, host: LaneHost | undefined): void {
    this.#hosts.delete(id);
    if (!host) return this.#onRemoved();
    const ending = host.end().then(this.#onRemoved);
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }
}
