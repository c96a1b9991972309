import { Setback } from './setback';

/**
 * The URL of the next page: as given, a relative one read against the page it stands on. Throws a setback when it
 * leads to another origin than the endpoint's: the peer's token is for the peer alone.
 */
export function nextUrl(link: string, pageUrl: string, endpoint: string): string {
  const absolute = URL.canParse(link);
  if (!absolute && !URL.canParse(link, pageUrl)) {
    throw new Setback('crawl', 'peer.bad_answer', `the next link "${link.slice(0, 100)}" is no URL`);
  }
  const next = new URL(link, pageUrl);
  const { origin } = new URL(endpoint);
  if (next.origin !== origin) {
    throw new Setback(
      'crawl',
      'peer.bad_answer',
      `the next link leads to ${next.origin}, the endpoint is at ${origin}`,
    );
  }
  return absolute ? link : next.href;
}

/** What is known of the length of a crawl. */
export interface CrawlLength {
  /** Pages taken. */
  readonly page: number;
  /** Objects listed on them. */
  readonly seen: number;
  /** The last X-Total-Count; null where the peer sends none. */
  readonly total: number | null;
  /** Pages in a row that brought nothing new; counted where the peer does not count, or too little. */
  readonly fruitless: number;
}

/** Pages that any crawl may have. */
const FREE_PAGES = 20;
/** Pages in a row without a new object, after which what is longer than it can be counts as endless. */
const FRUITLESS_PAGES = 50;

/**
 * Pages that a list of that total may well have: twice what it makes at the objects a page so far (pages may shrink, the
 * list may grow: PAG-16, PAG-25).
 */
export function likelyPages({ page, seen, total }: Omit<CrawlLength, 'fruitless'>): number {
  if (total === null) return FREE_PAGES;
  const objectsPerPage = page === 0 ? 1 : Math.max(seen, page) / page;
  return FREE_PAGES + 2 * Math.ceil(total / objectsPerPage);
}

/**
 * Throws a setback when the crawl has taken more than `most` pages, or more than it can well have while they bring nothing
 * new any more: a chain of links that are all new, or a count that lies. A list that is longer than its peer counts is
 * crawled to its end.
 */
export function checkLength(length: CrawlLength, most: number): void {
  const isEndless = length.page > likelyPages(length) && length.fruitless >= FRUITLESS_PAGES;
  if (length.page <= most && !isEndless) return;
  const total = length.total === null ? 'no X-Total-Count' : `X-Total-Count ${length.total}`;
  const last = isEndless ? `, the last ${length.fruitless} of them without a new one` : '';
  throw new Setback(
    'crawl',
    'peer.bad_answer',
    `${length.page} pages with ${length.seen} objects${last}, and still a next link, at ${total}`,
  );
}

/** Whether it must be watched that pages bring something new: the peer does not count, or lists more than it counted. */
export function isDoubtful({ seen, total }: Pick<CrawlLength, 'seen' | 'total'>): boolean {
  return total === null || seen >= total;
}
