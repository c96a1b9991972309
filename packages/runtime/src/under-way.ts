import type { ServerResponse } from 'node:http';

/**
 * Counts the requests under way in a process and lets only so many be at once: more work than can be done in time would only
 * wait, fill the memory and be of no use to callers who have given up.
 */
export class UnderWay {
  readonly #most: number;
  #count = 0;

  /** @param most requests at once */
  constructor(most: number) {
    this.#most = most;
  }

  /** Counts a request until its answer is sent or its connection is gone; false: there are too many, it is to be refused. */
  admit(response: ServerResponse): boolean {
    if (this.#count >= this.#most) return false;
    this.#count += 1;
    response.once('close', () => (this.#count -= 1));
    return true;
  }
}
