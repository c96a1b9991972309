import type { ModuleDeclaration } from '@roamgrid/modules';
import { crawlPages, type Turn } from './crawl-pages';
import type { CrawlContext } from './crawl-context';
import { firstUrl } from './first-url';
import { dueAt, type Crawl, type JobDocument } from './job-document';
import type { PullTarget } from './pull-jobs';
import { beginsAnew, retryDelay, Setback } from './setback';
import { sweep } from './sweep';
import { nextWatermark } from './watermark';

/**
 * One attempt at what is due for a job: goes on with its crawl or begins one, and brings it to its end or to a
 * setback, which is noted with the time of the next attempt. To be called by the holder of the job's lease.
 */
export async function attemptCrawl(context: CrawlContext, job: PullTarget, turn: Turn): Promise<void> {
  const { signal } = turn;
  const document = await context.jobs.read(job.id);
  if (document?.source !== job.source || dueAt(document) > context.clock.now()) return;
  const crawl = document.crawl ?? (await begin(context, job, document));
  if (!crawl) return;
  try {
    const complete = await crawlPages(context, job, { crawl, failures: document.failures }, turn);
    if (complete) await finish(context, job, document, complete, signal);
  } catch (error) {
    if (!signal.aborted) await fail(context, job, crawl, Setback.of(error));
  }
}

async function begin(context: CrawlContext, job: PullTarget, document: JobDocument): Promise<Crawl | undefined> {
  const { clock, config, ids, jobs, logger, seenKeys } = context;
  const now = clock.now();
  const kind = document.dueFull.getTime() <= now ? 'full' : 'delta';
  const windowed = kind === 'delta' && document.watermark !== null;
  const from = windowed ? new Date(document.watermark.getTime() - config.intervals.overlap) : null;
  const everything = needsFrom(job.module) ? new Date(0) : null;
  const next = firstUrl(job.url, config.limits.pageObjects, from ?? everything, job.quirks);
  const none = {
    page: 0,
    seen: 0,
    stored: 0,
    refused: 0,
    stale: 0,
    unnamed: 0,
    newest: null,
    total: null,
    shrunk: false,
  };
  const crawl: Crawl = { id: ids(), kind, from, started: new Date(now), next, ...none };
  if (!(await jobs.begin(job.id, crawl))) return undefined;
  await seenKeys.forgetOthers(job.id, crawl.id);
  logger.debug({ job: job.id, kind, from }, 'crawl begun');
  return crawl;
}

/** Some lists are refused without date_from; then everything is what changed since ever (PAG-21). */
function needsFrom({ interfaces }: ModuleDeclaration): boolean {
  return interfaces.sender.some(({ from }) => from === 'required');
}

async function finish(
  context: CrawlContext,
  job: PullTarget,
  document: JobDocument,
  crawl: Crawl,
  signal: AbortSignal,
): Promise<void> {
  const { clock, config, jobs, logger, quarantine, random, seenKeys } = context;
  const full = crawl.kind === 'full';
  const vanished = full ? await sweep(context, job, crawl, signal) : null;
  if (vanished === undefined) return;
  if (full) await quarantine.release(job.id, crawl.started);
  const due = (interval: number): Date => new Date(clock.now() + Math.round(interval * (0.9 + 0.2 * random())));
  const finished = await jobs.finish(job.id, crawl, {
    watermark: nextWatermark(document.watermark, crawl.newest, crawl.started),
    nextFull: due(config.intervals.full),
    nextDelta: due(config.intervals.delta),
    // Objects left while we crawled, so others may have been passed over: once more, but not for ever (PAG-17).
    repeat: crawl.shrunk && !document.repeated,
    vanished,
  });
  if (!finished) return;
  const { kind, page, seen, stored, refused, started } = crawl;
  const millis = clock.now() - started.getTime();
  const level = full || stored > 0 ? 'info' : 'debug';
  logger[level]({ job: job.id, kind, pages: page, seen, stored, refused, millis }, 'crawl complete');
  if (!full) return;
  if (vanished && vanished.objects > 0) logger.warn({ job: job.id, vanished }, 'objects that the peer lists no more');
  await seenKeys.forget(job.id, crawl.id); // not before: without it the crawl could not be finished a second time
}

async function fail(context: CrawlContext, job: PullTarget, crawl: Crawl, setback: Setback): Promise<void> {
  const { clock, config, jobs, logger, random } = context;
  const document = await jobs.read(job.id);
  if (document?.crawl?.id !== crawl.id) return;
  const failures = document.failures + 1;
  const { next, page } = document.crawl;
  const anew = beginsAnew(setback.fault, failures, page);
  const delay = retryDelay(failures + document.restarts, config.retryDelays, setback.retryAfter, random());
  const place = next === null ? 'the end' : `page ${page + 1}`;
  const message = `${place} of the ${crawl.kind} crawl: ${setback.message}`;
  // A list that cannot be crawled to its end must not keep changes from being pulled.
  const makesWay = anew && crawl.kind === 'full' && document.watermark !== null;
  await jobs.fail(job.id, crawl, {
    message,
    retryAt: new Date(clock.now() + delay),
    anew,
    nextFull: makesWay ? new Date(clock.now() + config.intervals.delta) : document.dueFull,
  });
  logger.warn({ job: job.id, code: setback.code, reason: message, anew, delay }, 'crawl set back');
}
