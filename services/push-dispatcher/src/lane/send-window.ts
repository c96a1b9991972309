/** What an answer says about how much a peer can take: it keeps up; it does not; or nothing. */
export type Sign = 'well' | 'strained' | 'none';

/** What a request was sent as; handed back with its end. */
export interface WindowPass {
  readonly at: number;
  /** The window was full with it: only then does its success say that there might be room for more. */
  readonly filled: boolean;
}

/** Requests under way at the start, and again once a peer was cut down to fewer; a peer that is merely slow is never cut below. */
const FIRST = 4;
/** A peer strains when it takes so many times as long as it did at its quickest, */
const SLOWER = 4;
/** and so many milliseconds longer at the least: below that it is the network, or we ourselves, and fewer at once help nobody. */
const LONGER = 1_000;
/** What counts as quickest is what was so in the last one to two of these, milliseconds. */
const MEMORY = 60_000;
/** Share of a new answer time in the average. */
const WEIGHT = 0.125;

/**
 * How many requests a peer is sent at once. Begins with few and doubles with each round of answers until the peer strains (429,
 * time-outs, errors of a server, answers that grow slow); is then halved, once a round, and grows by one a round. All times are
 * epoch milliseconds or milliseconds.
 */
export class SendWindow {
  readonly #most: number;
  #size: number;
  /** Up to here it doubles. */
  #threshold: number;
  /** What was sent before does not count as strained again. */
  #reducedAt = -Infinity;
  #average: number | undefined;
  #quickest = Infinity;
  #quickestBefore = Infinity;
  #remembered = 0;

  /** @param most never more than so many */
  constructor(most: number) {
    this.#most = most;
    this.#size = Math.min(FIRST, most);
    this.#threshold = most;
  }

  /** Requests that may be under way now; 1 at the least. */
  get size(): number {
    return Math.floor(this.#size);
  }

  /** A request goes out, with which `inFlight` are under way. */
  start(now: number, inFlight: number): WindowPass {
    return { at: now, filled: inFlight >= this.size };
  }

  /**
   * A request has ended.
   * @param millis how long the peer took for the answer
   */
  end(pass: WindowPass, sign: Sign, now: number, millis: number): void {
    if (sign === 'none') return;
    if (sign === 'strained') {
      this.#reduce(pass, now, 1);
      return;
    }
    if (this.#isSlow(millis, now)) this.#reduce(pass, now, Math.min(FIRST, this.#most));
    else if (pass.filled && pass.at > this.#reducedAt) this.#grow();
  }

  #grow(): void {
    this.#size = Math.min(this.#most, this.#size + (this.#size < this.#threshold ? 1 : 1 / this.#size));
  }

  #reduce({ at }: WindowPass, now: number, least: number): void {
    if (at <= this.#reducedAt || this.#size <= least) return;
    this.#size = Math.max(least, this.#size / 2);
    this.#threshold = this.#size;
    this.#reducedAt = now;
    this.#average = undefined;
  }

  #isSlow(millis: number, now: number): boolean {
    if (now - this.#remembered >= MEMORY) {
      this.#quickestBefore = now - this.#remembered < 2 * MEMORY ? this.#quickest : Infinity;
      this.#quickest = Infinity;
      this.#remembered = now;
    }
    this.#quickest = Math.min(this.#quickest, millis);
    this.#average = this.#average === undefined ? millis : this.#average + WEIGHT * (millis - this.#average);
    const quickest = Math.min(this.#quickest, this.#quickestBefore);
    return this.#average > SLOWER * quickest && this.#average - quickest > LONGER;
  }
}
