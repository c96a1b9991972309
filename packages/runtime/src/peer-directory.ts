import { EventEmitter } from 'node:events';
import type { Clock } from './clock';
import type { Client } from './contracts/contract';
import type { CredentialsCalls, Peer, Platform } from './contracts/credentials';
import type { Logger } from './logger';
import { messageOf } from './roamgrid-error';

const RECONNECT_DELAY = 250;

/**
 * All peers as the credentials service knows them, kept current by its stream. While that service is away the last known
 * directory serves on; after a reconnect the whole directory comes again, so nothing that changed meanwhile is missed.
 * Emits `peer` with each peer that came or changed, and `complete` once the first whole directory is here.
 */
export class PeerDirectory extends EventEmitter<{ peer: [Peer]; complete: [] }> {
  readonly credentials: Client<CredentialsCalls>;
  readonly #peers = new Map<string, Peer>();
  readonly #byToken = new Map<string, Peer>();
  /** The newest revision heard of each peer; of removed ones too, so that a late answer brings no revoked token back. */
  readonly #revs = new Map<string, number>();
  readonly #abort = new AbortController();
  readonly #logger: Logger;
  readonly #clock: Clock;
  #platform: Platform | undefined;
  #complete = false;
  #following = false;

  /** The client is closed with the directory. */
  constructor(credentials: Client<CredentialsCalls>, logger: Logger, clock: Clock) {
    super();
    this.credentials = credentials;
    this.#logger = logger;
    this.#clock = clock;
  }

  /** Follows the stream until closed. */
  async follow(withOutboundTokens: boolean): Promise<void> {
    while (!this.#abort.signal.aborted) {
      try {
        await this.#followOnce(withOutboundTokens);
      } catch (error) {
        if (this.#following) this.#logger.warn({ reason: messageOf(error) }, 'credentials stream lost, serving the last known directory');
      }
      this.#following = false;
      await this.#clock.sleep(RECONNECT_DELAY, this.#abort.signal);
    }
  }

  /** Whether a whole directory was received since the start. */
  get complete(): boolean {
    return this.#complete;
  }

  get platform(): Platform | undefined {
    return this.#platform;
  }

  peers(): Peer[] {
    return [...this.#peers.values()];
  }

  peer(id: string): Peer | undefined {
    return this.#peers.get(id);
  }

  /** The peer that holds a token of this hash, unless the token has expired. */
  peerByTokenHash(hash: string): Peer | undefined {
    const peer = this.#byToken.get(hash);
    const token = peer?.inbound_tokens.find((candidate) => candidate.hash === hash);
    if (!token || (token.expires > 0 && token.expires <= this.#clock.now())) return undefined;
    return peer;
  }

  /** Takes a peer as it is now; older revisions than the one known are passed over. */
  apply(peer: Peer): void {
    if ((this.#revs.get(peer.id) ?? -Infinity) > peer.rev) return;
    const known = this.#peers.get(peer.id);
    this.#revs.set(peer.id, peer.rev);
    for (const token of known?.inbound_tokens ?? []) this.#byToken.delete(token.hash);
    if (peer.state === 'removed') this.#peers.delete(peer.id);
    else {
      this.#peers.set(peer.id, peer);
      for (const token of peer.inbound_tokens) this.#byToken.set(token.hash, peer);
    }
    this.emit('peer', peer);
  }

  close(): void {
    this.#abort.abort();
    this.credentials.close();
  }

  async #followOnce(withOutboundTokens: boolean): Promise<void> {
    const seen = new Set<string>();
    let whole = false;
    for await (const event of this.credentials.Watch({ with_outbound_tokens: withOutboundTokens }, this.#abort.signal)) {
      if (event.platform) this.#platform = event.platform;
      if (event.peer) {
        seen.add(event.peer.id);
        this.apply(event.peer);
      }
      if (event.complete && !whole) {
        whole = true;
        for (const peer of this.peers()) if (!seen.has(peer.id)) this.apply({ ...peer, state: 'removed' });
        this.#complete = true;
        this.#following = true;
        this.#logger.info({ peers: this.#peers.size }, 'the directory of peers is here');
        this.emit('complete');
      }
    }
  }
}
