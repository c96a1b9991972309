import type { Response } from 'express';
import { placeKey, type Change, type Place, type PlacedChange, type TailBatch } from '@roamgrid/changes';
import { drained } from '../http/drained';
import type { ChangeSource } from './change-source';
import { encodePosition } from './feed-position';

export interface FeedClientOptions {
  readonly source: ChangeSource;
  readonly response: Response;
  /** Where each partition of the modules begins that are followed. */
  readonly from: readonly Place[];
  /** Whether a change is for this client; asked anew for each. */
  readonly wants: (change: Change) => boolean;
  /** Whether its key still opens the feed. */
  readonly holds: () => boolean;
  /** Unread bytes at which a client is cut off; it resumes where it was. */
  readonly unreadBytes: number;
}

/** While it catches up, a client is waited for from this many unread bytes on. */
const PAUSE_BYTES = 256 * 1024;

/**
 * One client of the feed. It reads what it missed through a reader of its own and, partition by partition, what comes from
 * the shared one once it has reached the place of that. Both deliver by offset, so nothing is lost in between.
 */
export class FeedClient {
  readonly #options: FeedClientOptions;
  readonly #next = new Map<string, Place>();
  readonly #live = new Set<string>();
  readonly #caughtUp = new AbortController();
  readonly #silence: () => void;
  /** What waited for the client at the last heartbeat, in bytes. */
  #unread = 0;

  constructor(options: FeedClientOptions) {
    this.#options = options;
    for (const place of options.from) this.#next.set(placeKey(place), place);
    for (const place of options.from) this.#joinLive(place);
    this.#silence = options.source.listen((batch) => this.#hear(batch));
    options.response.once('close', () => {
      this.#silence();
      this.#caughtUp.abort();
    });
  }

  /** Begins the answer; its first lines say where it stands. */
  begin(first: string): void {
    this.#write(`retry: 1000\n\n${first}`);
    this.beat();
  }

  /** Reads what was missed; resolves when all comes from the shared reader, or the client is gone. */
  async catchUp(): Promise<void> {
    const { source, from } = this.#options;
    const missed = from.filter((place) => !this.#live.has(placeKey(place)));
    if (missed.length === 0) return;
    await source.read(missed, (batch) => this.#takeMissed(batch), this.#caughtUp.signal);
  }

  /** Shows that the connection lives, and says where it stands: filtered changes move that, too. */
  beat(): void {
    const unread = this.#options.response.writableLength;
    const reads = unread < Math.max(this.#unread, PAUSE_BYTES);
    this.#unread = unread;
    if (!this.#options.holds()) this.end();
    else if (!reads) this.#options.response.destroy(); // it has read nothing since the last time, and much waits
    else this.#write(`: heartbeat\nid: ${this.#position()}\nevent: position\ndata: {}\n\n`);
  }

  end(): void {
    if (!this.#options.response.writableEnded) this.#options.response.end();
  }

  async #takeMissed(batch: TailBatch): Promise<void> {
    if (this.#live.has(placeKey(batch))) return;
    const { response } = this.#options;
    this.#deliver(batch);
    this.#joinLive(batch);
    if (this.#live.size === this.#next.size) this.#caughtUp.abort();
    if (response.writableLength > PAUSE_BYTES && !response.destroyed) await drained(response);
  }

  /** From its place on, a partition comes from the shared reader as soon as that has handed out nothing behind it. */
  #joinLive(partition: Pick<Place, 'topic' | 'partition'>): void {
    const offset = this.#next.get(placeKey(partition))?.offset ?? 0;
    if (offset >= this.#options.source.next(partition)) this.#live.add(placeKey(partition));
  }

  #hear(batch: TailBatch): void {
    if (!this.#live.has(placeKey(batch))) return;
    this.#deliver(batch);
    if (this.#options.response.writableLength > this.#options.unreadBytes) this.#options.response.destroy();
  }

  #deliver({ topic, partition, changes, next }: TailBatch): void {
    if (!this.#options.holds()) {
      this.end();
      return;
    }
    const known = this.#next.get(placeKey({ topic, partition }))?.offset ?? 0;
    let text = '';
    for (const placed of changes) {
      if (placed.offset < known) continue;
      this.#move({ topic, partition, offset: placed.offset + 1 });
      if (this.#options.wants(placed.change)) text += this.#event(placed);
    }
    this.#move({ topic, partition, offset: Math.max(known, next) });
    if (text !== '') this.#write(text);
  }

  #move(place: Place): void {
    this.#next.set(placeKey(place), place);
  }

  /** What a peer sent can hold line breaks between its tokens; each line is a field of its own. */
  #event({ value }: PlacedChange): string {
    const data = value.toString().replaceAll(/\r\n|\r|\n/g, '\ndata: ');
    return `id: ${this.#position()}\nevent: change\ndata: ${data}\n\n`;
  }

  #position(): string {
    const offsets = new Map<string, number[]>();
    for (const { topic, partition, offset } of this.#next.values()) {
      const module = this.#options.source.moduleOf(topic);
      const known = offsets.get(module) ?? [];
      known[partition] = offset;
      offsets.set(module, known);
    }
    return encodePosition(offsets);
  }

  #write(text: string): void {
    const { response } = this.#options;
    if (!response.writableEnded && !response.destroyed) response.write(text);
  }
}
