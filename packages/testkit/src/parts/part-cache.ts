import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const STALE_FETCH_MS = 60 * 60 * 1000;

/** The folder of fetched parts: `$XDG_CACHE_HOME/roamgrid`, else `~/.cache/roamgrid`. */
export function partCacheFolder(env: NodeJS.ProcessEnv): string {
  const base = env['XDG_CACHE_HOME'];
  return join(base && isAbsolute(base) ? base : join(homedir(), '.cache'), 'roamgrid');
}

export interface CacheEntry {
  /** Folder name in the cache, with the version in it. */
  readonly name: string;
  /** Whether the folder holds all it should. */
  isComplete(folder: string): Promise<boolean>;
  /** Fills an empty folder, and checks what it fetched. */
  fill(folder: string): Promise<void>;
}

/**
 * Fills a cache entry and returns its folder. The work is done in a folder beside it that takes the entry's name only
 * when it is complete, so an interrupted fetch leaves no half entry, and of two fetches at once the first one done counts.
 */
export async function fetchIntoCache(cache: string, entry: CacheEntry): Promise<string> {
  await mkdir(cache, { recursive: true });
  await removeStaleFetches(cache);
  const temporary = await mkdtemp(join(cache, `.fetch-${entry.name}-`));
  const folder = join(cache, entry.name);
  try {
    await entry.fill(temporary);
    if (!(await entry.isComplete(temporary))) throw new Error(`the fetched ${entry.name} is not complete`);
    await takeName(temporary, folder, entry);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return folder;
}

async function takeName(temporary: string, folder: string, entry: CacheEntry): Promise<void> {
  try {
    await rename(temporary, folder);
  } catch (error) {
    if (!isOccupied(error)) throw error;
    if (await entry.isComplete(folder)) return;
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  }
}

function isOccupied(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ENOTEMPTY' || code === 'EEXIST';
}

/** Fetches that were killed an hour ago or earlier left their temporary folder behind. */
async function removeStaleFetches(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith('.fetch-')) continue;
    const folder = join(cache, name);
    const age = await stat(folder).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_FETCH_MS) await rm(folder, { recursive: true, force: true });
  }
}
