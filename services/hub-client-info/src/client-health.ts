import type { WatchConfig } from './hub-client-info-config';

/** What is known of the messages between us and a client. */
export interface MessageReport {
  /** Whether what is pushed to it fails, or it refuses us. */
  readonly failing: boolean;
  /** Messages that it took or answered so far; may begin anew. */
  readonly successes: number;
}

/**
 * Whether a client can be reached (HCI-14). It cannot while messages to it fail; nor, when it was silent for too long, if it
 * does not answer a question then. The next message that gets through says that it can. Time is given with each call.
 */
export class ClientHealth {
  readonly #config: Pick<WatchConfig, 'silence' | 'recheck'>;
  /** The last success. */
  #heard: number;
  #asked = -Infinity;
  #reachable: boolean;
  #failing = false;
  #successes: number | undefined;

  /** @param reachable what was said of the client before; one that is new has just registered */
  constructor(config: Pick<WatchConfig, 'silence' | 'recheck'>, now: number, reachable: boolean) {
    this.#config = config;
    this.#heard = now;
    this.#reachable = reachable;
  }

  get isReachable(): boolean {
    return this.#reachable && !this.#failing;
  }

  /** Takes what is known now of its messages. That they fail no more is no success yet: perhaps none was tried. */
  report({ failing, successes }: MessageReport, now: number): void {
    const known = this.#successes ?? successes;
    this.#successes = successes;
    this.#failing = failing;
    if (failing) this.#reachable = false;
    else if (successes > known) this.#succeeded(now);
  }

  /** Whether it is to be asked now; says so once. */
  takeQuestion(now: number): boolean {
    if (this.#failing) return false;
    const since = this.#reachable ? Math.max(this.#heard, this.#asked) : this.#asked;
    if (now - since < (this.#reachable ? this.#config.silence : this.#config.recheck)) return false;
    this.#asked = now;
    return true;
  }

  /** What came of the question. */
  answered(isSuccess: boolean, now: number): void {
    if (isSuccess) this.#succeeded(now);
    else this.#reachable = false;
  }

  #succeeded(now: number): void {
    this.#heard = now;
    this.#reachable = true;
  }
}
