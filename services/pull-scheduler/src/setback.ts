import { RoamgridError, type ErrorCode } from '@roamgrid/runtime';

/**
 * What a crawl was set back by. `crawl`: its pages lead nowhere (a loop, a link to elsewhere), so it must begin anew.
 * `link`: the peer refuses this page. `answer`: the peer answers, but not with a page. `elsewhere`: nobody could be
 * asked, or a part of our own is away; the pages so far are as good as before.
 */
export type Fault = 'crawl' | 'link' | 'answer' | 'elsewhere';

/** Why an attempt at a crawl ended before its last page. */
export class Setback extends RoamgridError {
  readonly fault: Fault;
  /** How long the peer asks to wait, milliseconds. */
  readonly retryAfter: number;

  constructor(fault: Fault, code: ErrorCode, message: string, options?: { retryAfter?: number; cause?: unknown }) {
    super(code, message, options);
    this.fault = fault;
    this.retryAfter = options?.retryAfter ?? 0;
  }

  /** Whatever was thrown, as a setback. */
  static of(error: unknown): Setback {
    if (error instanceof Setback) return error;
    const { code, message } = RoamgridError.from(error);
    return new Setback(code === 'peer.bad_answer' ? 'answer' : 'elsewhere', code, message, { cause: error });
  }
}

/** Refusals of a continued link in a row after which it counts as expired. */
const REFUSALS = 2;
/** Answers in a row that are no page, after which the continued link is given up. */
const BAD_ANSWERS = 6;

/**
 * Whether the crawl begins anew instead of asking for the same page again. `failures` in a row, this one included;
 * `page` pages were taken before.
 */
export function beginsAnew(fault: Fault, failures: number, page: number): boolean {
  if (fault === 'crawl') return true;
  if (page === 0) return false;
  return (fault === 'link' && failures >= REFUSALS) || (fault === 'answer' && failures >= BAD_ANSWERS);
}

const LONGEST_RETRY_AFTER = 60 * 60 * 1000;

/**
 * Milliseconds until the next attempt after this many failures (1 or more): the delay of that failure ±20 %, or what
 * the peer asks for, where that is longer, up to one hour. `random` is in [0, 1).
 */
export function retryDelay(failures: number, delays: readonly number[], retryAfter: number, random: number): number {
  const delay = delays[Math.min(failures, delays.length) - 1] ?? 0;
  return Math.max(Math.round(delay * (0.8 + 0.4 * random)), Math.min(retryAfter, LONGEST_RETRY_AFTER));
}
