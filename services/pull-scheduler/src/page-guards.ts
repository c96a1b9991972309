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
}

/** Pages that any crawl may have. */
const FREE_PAGES = 20;

/**
 * Most pages that a crawl may take: twice what the total makes at the objects a page so far (pages may shrink, the
 * list may grow: PAG-16, PAG-25), and never more than `most`. A chain of links that are all new ends here.
 */
export function mostPages({ page, seen, total }: CrawlLength, most: number): number {
  if (total === null) return most;
  const objectsPerPage = page === 0 ? 1 : Math.max(seen, page) / page;
  return Math.min(most, FREE_PAGES + 2 * Math.ceil(total / objectsPerPage));
}

/** Throws a setback when the crawl has taken more pages than it can have. */
export function checkLength(length: CrawlLength, most: number): void {
  const allowed = mostPages(length, most);
  if (length.page <= allowed) return;
  const total = length.total === null ? 'no X-Total-Count' : `X-Total-Count ${length.total}`;
  throw new Setback(
    'crawl',
    'peer.bad_answer',
    `${length.page} pages with ${length.seen} objects and still a next link, at ${total}`,
  );
}
