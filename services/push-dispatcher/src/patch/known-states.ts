/**
 * What a peer has acknowledged last of each object, as bytes of JSON. Only kept in memory and only while it is certain:
 * what was sent without an answer, by another replica or before a restart is not known, and is sent whole. Bounded by
 * bytes, least recently used first out.
 */
export class KnownStates {
  readonly #states = new Map<string, Buffer>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes what the peer holds of an object out: while a request is under way it is not certain. */
  take(id: string): Buffer | undefined {
    const state = this.#states.get(id);
    this.#states.delete(id);
    this.#bytes -= state?.length ?? 0;
    return state;
  }

  /** The peer has acknowledged this. */
  remember(id: string, state: Buffer): void {
    this.take(id);
    this.#states.set(id, state);
    this.#bytes += state.length;
    for (const oldest of this.#states.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.take(oldest);
    }
  }

  forgetAll(): void {
    this.#states.clear();
    this.#bytes = 0;
  }
}
