import { spelledByPeer } from '@roamgrid/ocpi';
import type { CrawlContext } from './crawl-context';
import type { Crawl } from './job-document';
import { ingestPage, type Ingested } from './page-ingest';
import type { PullTarget } from './pull-jobs';
import type { Page } from './read-page';
import { newest } from './watermark';

/** A page that was taken. */
export interface Taken {
  /** The crawl as it is after that page. */
  readonly crawl: Crawl;
  /** The keys of its objects, as far as they can be told. */
  readonly keys: readonly string[];
}

/** Refused objects of one crawl that are kept; all are counted. */
const MOST_KEPT = 1_000;

/**
 * Hands a page on to the module's service and keeps what must be known of it: refused objects with their reason, the
 * keys that a full crawl saw. `next` is the page after it, `singly` as for ingestPage. May be done again for the same page
 * without harm.
 */
export async function takePage(
  context: CrawlContext,
  job: PullTarget,
  crawl: Crawl,
  page: Page,
  { next, singly }: { readonly next: string | null; readonly singly: boolean },
): Promise<Taken> {
  const options = { timeout: context.config.timeouts.objects, singly };
  const objects = page.objects.map((json) => spelledByPeer(job.module.id, job.quirks, json));
  const taken = await ingestPage(context.objects(job.module.id), job, objects, options);
  const results = crawl.kind === 'full' ? await bringBack(context, job, crawl, taken) : taken;
  await keepRefused(context, job, crawl, results);
  const keys = results.flatMap(({ key }) => (key === '' ? [] : [key]));
  if (crawl.kind === 'full') await context.seenKeys.remember(job.id, crawl.id, crawl.page, keys);
  const after = { ...afterPage(crawl, page, results), next, unnamed: crawl.unnamed + results.length - keys.length };
  return { crawl: after, keys };
}

/**
 * Objects that were deleted here, yet stand in a list that was begun well after that, with the last_updated they had:
 * the peer has them (again). The service takes objects of a list for older than the deletion, so these are put by
 * themselves.
 */
async function bringBack(
  { config, objects }: CrawlContext,
  { caller, module, version }: PullTarget,
  crawl: Crawl,
  results: readonly Ingested[],
): Promise<readonly Ingested[]> {
  const keys = results.filter(({ outcome }) => outcome === 'stale').map(({ key }) => key);
  if (keys.length === 0) return results;
  const service = objects(module.id);
  const stored = new Map((await service.Fetch({ version, keys })).objects.map((object) => [object.key, object]));
  const latest = crawl.started.getTime() - config.intervals.clockSkew;
  const again = async (result: Ingested): Promise<Ingested> => {
    const object = result.outcome === 'stale' ? stored.get(result.key) : undefined;
    if (!object?.deleted || object.written >= latest) return result;
    const path = { party: object.party, ids: object.ids, nested: [] };
    const { outcome } = await service.Put({ caller, version, path, json: result.bytes });
    return { ...result, outcome };
  };
  return Promise.all(results.map(again));
}

async function keepRefused(
  { clock, quarantine }: CrawlContext,
  { id, peer, module }: PullTarget,
  crawl: Crawl,
  results: readonly Ingested[],
): Promise<void> {
  const refused = results.flatMap(({ outcome, key, code, message, bytes }, i) =>
    outcome === 'refused' ? [{ key, code, message, bytes, position: `page ${crawl.page + 1}, object ${i + 1}` }] : [],
  );
  const room = Math.max(0, MOST_KEPT - crawl.refused);
  await quarantine.keep({ id, peer: peer.id, module: module.id }, refused.slice(0, room), new Date(clock.now()));
}

function afterPage(crawl: Crawl, page: Page, results: readonly Ingested[]): Crawl {
  const count = (...outcomes: readonly Ingested['outcome'][]): number =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    ...crawl,
    page: crawl.page + 1,
    seen: crawl.seen + results.length,
    stored: crawl.stored + count('created', 'updated'),
    refused: crawl.refused + count('refused'),
    stale: crawl.stale + count('stale'),
    newest: results.reduce((latest, { lastUpdated }) => newest(latest, lastUpdated, crawl.started), crawl.newest),
    total: page.total,
    shrunk: crawl.shrunk || (page.total !== null && crawl.total !== null && page.total < crawl.total),
  };
}
