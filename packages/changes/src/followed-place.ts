import type { mongo } from 'mongoose';

/** How often the place is stored where nothing changes: so it never leaves the oplog, and it is seen that the relay lives. */
const QUIET_INTERVAL = 2_000;

/** A place in the stream, and until when everything before it was written, epoch milliseconds. */
export interface Reached {
  readonly token: mongo.ResumeToken;
  readonly until: number;
}

/** The place behind all that was published, as far as it is not stored yet. A relay has one for each stream it follows. */
export class FollowedPlace {
  #reached: Reached | undefined;
  #calm: Reached | undefined;
  #stored: number;

  constructor(now: number) {
    this.#stored = now;
  }

  /** Everything up to there is published. */
  published(reached: Reached): void {
    this.#reached = reached;
    this.#calm = undefined;
  }

  /** The server had nothing more, and everything before is published. */
  quiet(token: mongo.ResumeToken, now: number): void {
    this.#calm = { token, until: now };
  }

  /** What is to be stored now: news at once, the calm seldom. */
  take(now: number): Reached | undefined {
    if (!this.#reached && now - this.#stored < QUIET_INTERVAL) return undefined;
    const taken = this.#calm ?? this.#reached;
    if (!taken) return undefined;
    this.#reached = this.#calm = undefined;
    this.#stored = now;
    return taken;
  }
}
