import { calledPeer } from '@roamgrid/ocpi-client';
import { crashPoint } from '@roamgrid/runtime';
import type { CrawlContext } from './crawl-context';
import type { Crawl } from './job-document';
import { keyHash } from './key-hash';
import type { Novelty } from './novelty';
import { checkLength, isDoubtful, nextUrl } from './page-guards';
import { readPage, type Page } from './read-page';
import type { PullTarget } from './pull-jobs';
import { Setback } from './setback';
import { takePage } from './take-page';

/** Failures of a page after which its objects may be handed on one by one. */
const SINGLY_AFTER = 2;

/** A turn of a crawl: from its checkpoint on until it ends, or has to end. */
export interface Turn {
  /** Ends it at once. */
  readonly signal: AbortSignal;
  /** Whether another page may be asked for; where not, the turn ends at the page that is under way. */
  readonly goesOn: () => boolean;
  /** Kept from turn to turn. */
  readonly novelty: Novelty;
}

/** A page, and where it says that the list goes on: an URL, null for nowhere, or why that link cannot be followed. */
interface LinkedPage extends Page {
  readonly next: string | null | Setback;
}

/**
 * Takes page after page of a crawl from its checkpoint on, following the next link as given and nothing else (PAG-15,
 * PAG-25), until there is none, and resolves with the crawl as it then is. While a page is handed on, the next one is
 * asked for: one request at a time. Objects that were accepted come before the checkpoint that says so. `failures` is
 * how often the first page failed before. Undefined when the turn ended before, or another replica took over. Throws a
 * Setback.
 */
export async function crawlPages(
  context: CrawlContext,
  job: PullTarget,
  { crawl: from, failures }: { readonly crawl: Crawl; readonly failures: number },
  { signal, goesOn, novelty }: Turn,
): Promise<Crawl | undefined> {
  const links = new Links(context, job);
  let crawl = from;
  const ask = (next: LinkedPage['next']): Promise<LinkedPage> | undefined => (typeof next === 'string' && goesOn() ? links.ask(next) : undefined);
  let asked = ask(crawl.next);
  try {
    while (crawl.next !== null) {
      const page = asked && (await unlessAborted(asked, signal));
      if (page === undefined) return undefined;
      asked = ask(page.next);
      const singly = failures >= SINGLY_AFTER && crawl.page === from.page;
      const { crawl: taken, keys } = await takePage(context, job, crawl, page, {
        next: typeof page.next === 'string' ? page.next : null,
        singly,
      });
      if (page.next instanceof Setback) throw page.next;
      crashPoint('scheduler.page-taken');
      if (signal.aborted || !(await context.jobs.checkpoint(job.id, crawl, taken))) return undefined;
      crashPoint('scheduler.checkpointed');
      crawl = taken;
      checkProgress(crawl, keys, novelty, context.config.limits.pages);
    }
    return crawl;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw Setback.of(error);
  } finally {
    // A request that nobody waits for any more must have ended before the next attempt sends one.
    if (asked) await unlessAborted(asked, signal).catch(() => undefined);
  }
}

/** Throws a setback where the crawl goes on although it leads nowhere; `keys` are those of its last page. */
function checkProgress(crawl: Crawl, keys: readonly string[], novelty: Novelty, most: number): void {
  if (crawl.next === null) return;
  const fruitless = isDoubtful(crawl) ? novelty.note(crawl.id, keys) : 0;
  checkLength({ ...crawl, fruitless }, most);
}

/** The pages of one walk along the links. */
class Links {
  readonly #context: CrawlContext;
  readonly #job: PullTarget;
  /** URLs asked for on this walk. A walk that begins at a checkpoint sees a loop one round later. */
  readonly #asked = new Set<bigint>();

  constructor(context: CrawlContext, job: PullTarget) {
    this.#context = context;
    this.#job = job;
  }

  /** Asks for a page. The promise may be left alone: its rejection counts only where it is awaited. */
  ask(url: string): Promise<LinkedPage> {
    const page = this.#fetch(url);
    page.catch(() => undefined);
    return page;
  }

  async #fetch(url: string): Promise<LinkedPage> {
    const { client, clock, config } = this.#context;
    const { peer, routing } = this.#job;
    this.#asked.add(keyHash(url));
    const answer = await client.call({
      peer: calledPeer(peer),
      method: 'GET',
      url,
      routing,
      maxBytes: config.limits.pageBytes,
      timeout: config.timeouts.answer,
    });
    const page = readPage(answer, clock.now());
    return { ...page, next: this.#next(page.link, url) };
  }

  #next(link: string | undefined, url: string): string | null | Setback {
    if (link === undefined) return null;
    try {
      const next = nextUrl(link, url, this.#job.url);
      if (!this.#asked.has(keyHash(next))) return next;
      return new Setback('crawl', 'peer.bad_answer', 'the next link leads back to a page of this crawl: a loop');
    } catch (error) {
      return Setback.of(error);
    }
  }
}

/**
 * What a promise comes to; undefined as soon as the signal ends. Leaves nothing behind at the signal, which outlives
 * pages.
 */
function unlessAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const end = (): void => resolve(undefined);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
