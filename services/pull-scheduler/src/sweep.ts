import type { ModuleDeclaration } from '@roamgrid/modules';
import { partyKey } from '@roamgrid/ocpi';
import { RoamgridError, type Fetched } from '@roamgrid/runtime';
import type { CrawlContext } from './crawl-context';
import type { Crawl, Vanished } from './job-document';
import type { PullTarget } from './pull-jobs';

const LISTED = 500;
const REMOVED_AT_ONCE = 50;
const KEYS_SHOWN = 50;

/**
 * What a complete full crawl says about the objects it did not meet: they are no longer the peer's (PAG-19, TAR-11).
 * They are reported, and removed where the module's objects can be deleted and the counts agree (PAG-20). An object
 * written since the crawl began is never among them: the peer has just spoken of it. Undefined when the signal ended
 * it.
 */
export async function sweep(
  context: CrawlContext,
  job: PullTarget,
  crawl: Crawl,
  signal: AbortSignal,
): Promise<Vanished | undefined> {
  const seen = await context.seenKeys.load(job.id, crawl.id);
  const { deletable, vanished } = job.module;
  const kept = deletable || vanished ? reasonToKeep(crawl, seen.size) : `${job.module.id} are never deleted`;
  let objects = 0;
  let removed = 0;
  const keys: string[] = [];
  if (!(await isComplete(context, job, crawl, seen.size))) {
    for await (const unseen of unseenObjects(context, job, (key) => seen.has(key))) {
      if (signal.aborted) return undefined;
      const gone = unseen.filter(
        (object) =>
          !object.deleted &&
          object.written < crawl.started.getTime() - context.config.intervals.clockSkew &&
          !isMarked(vanished, object),
      );
      objects += gone.length;
      keys.push(...gone.map(({ key }) => key).slice(0, KEYS_SHOWN - keys.length));
      if (kept === '') removed += await remove(context, job, gone);
    }
  }
  return {
    checked: new Date(context.clock.now()),
    listed: seen.size,
    total: crawl.total,
    objects,
    removed,
    keys,
    kept,
  };
}

/** Why the crawl cannot be trusted to have met all objects; empty when it can. `listed`: different keys it met. */
export function reasonToKeep(crawl: Pick<Crawl, 'total' | 'shrunk' | 'unnamed'>, listed: number): string {
  if (crawl.total === null) return 'the peer sends no X-Total-Count to compare with';
  if (crawl.shrunk) return 'X-Total-Count fell during the crawl';
  if (crawl.unnamed > 0) return `${crawl.unnamed} objects cannot be told by name`;
  if (crawl.total !== listed) return `${listed} different objects were listed, X-Total-Count is ${crawl.total}`;
  return '';
}

/**
 * Whether as many objects of the peer live here as it listed, all accepted: then nothing vanished, and the list of
 * what is stored need not be read. A stale object may be one that is deleted here, and a refused one may be missing.
 */
async function isComplete({ objects }: CrawlContext, job: PullTarget, crawl: Crawl, listed: number): Promise<boolean> {
  if (crawl.stale > 0 || crawl.refused > 0) return false;
  const { parties } = await objects(job.module.id).Count({});
  const stored = parties.filter(({ origin }) => origin === job.peer.id).reduce((sum, party) => sum + party.objects, 0);
  return stored === listed;
}

/** The peer's objects here that were not seen, page by page of what is stored. */
async function* unseenObjects(
  { objects }: CrawlContext,
  { module, peer, version }: PullTarget,
  isSeen: (key: string) => boolean,
): AsyncGenerator<readonly Fetched[]> {
  const service = objects(module.id);
  let after: { readonly created: number; readonly key: string } | undefined;
  do {
    const page = await service.List({
      ...{ version, origin: peer.id, parties: [], offset: 0, limit: LISTED, known_total: 0, described: true },
      ...(after && { after }),
    });
    const listed = JSON.parse(page.json.toString()) as readonly { readonly key: string }[];
    const keys = listed.map(({ key }) => key).filter((key) => !isSeen(key));
    if (keys.length > 0) yield (await service.Fetch({ version, keys })).objects;
    after = page.next;
  } while (after);
}

/** Whether an object says of itself already that it has vanished. */
function isMarked(vanished: ModuleDeclaration['vanished'], { json }: Fetched): boolean {
  if (!vanished) return false;
  return (JSON.parse(json.toString()) as Readonly<Record<string, unknown>>)[vanished.field] === vanished.value;
}

/** What says that an object has vanished, as young as the object: what the peer says of it later goes before it (TOK-23). */
function mark({ module }: PullTarget, { json }: Fetched): Buffer {
  const object = JSON.parse(json.toString()) as Readonly<Record<string, unknown>>;
  const { field = '', value } = module.vanished ?? {};
  return Buffer.from(JSON.stringify({ [field]: value, [module.lastUpdated]: object[module.lastUpdated] }));
}

/** Deletes, or marks, as the peer would; how many there were. */
async function remove({ objects }: CrawlContext, job: PullTarget, gone: readonly Fetched[]): Promise<number> {
  const { caller, module, version } = job;
  const mine = new Set(caller.roles.filter(({ role }) => role === module.owner).map(partyKey));
  const removable = gone.filter(({ party }) => mine.has(partyKey(party)));
  let removed = 0;
  for (let i = 0; i < removable.length; i += REMOVED_AT_ONCE) {
    const deletions = removable.slice(i, i + REMOVED_AT_ONCE).map(async (object) => {
      const path = { party: object.party, ids: object.ids, nested: [] };
      try {
        if (module.vanished) await objects(module.id).Patch({ caller, version, path, json: mark(job, object) });
        else await objects(module.id).Delete({ caller, version, path, json: Buffer.alloc(0) });
        removed += 1;
      } catch (error) {
        // Deleted by the peer itself in between.
        if (RoamgridError.from(error).code !== 'object.unknown') throw error;
      }
    });
    await Promise.all(deletions);
  }
  return removed;
}
