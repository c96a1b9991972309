import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

import { type CacheEntry, fetchIntoCache, partCacheFolder } from './part-cache';

describe('partCacheFolder', () => {
  it('is below XDG_CACHE_HOME, else below ~/.cache', () => {
    expect(partCacheFolder({ XDG_CACHE_HOME: '/var/cache/me' })).toBe('/var/cache/me/roamgrid');
    expect(partCacheFolder({})).toBe(join(homedir(), '.cache', 'roamgrid'));
    expect(partCacheFolder({ XDG_CACHE_HOME: 'not/absolute' })).toBe(join(homedir(), '.cache', 'roamgrid'));
  });
});

describe('fetchIntoCache', () => {
  let cache: string;

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'roamgrid-cache-'));
  });

  afterEach(() => rmSync(cache, { recursive: true }));

  function entry(fill: (folder: string) => Promise<void>): CacheEntry {
    return { name: 'part-1', isComplete: (folder) => Promise.resolve(existsSync(join(folder, 'whole'))), fill };
  }

  const write =
    (text: string) =>
    (folder: string): Promise<void> => {
      writeFileSync(join(folder, 'whole'), text);
      return Promise.resolve();
    };

  it('shows the entry under its name only when it is complete', async () => {
    const folder = await fetchIntoCache(
      cache,
      entry((temporary) => {
        expect(readdirSync(cache)).not.toContain('part-1');
        return write('a')(temporary);
      }),
    );
    expect(folder).toBe(join(cache, 'part-1'));
    expect(readdirSync(cache)).toEqual(['part-1']);
  });

  it('leaves nothing behind when the fetch fails or is not complete', async () => {
    await expect(
      fetchIntoCache(
        cache,
        entry(() => Promise.reject(new Error('refused'))),
      ),
    ).rejects.toThrow('refused');
    await expect(
      fetchIntoCache(
        cache,
        entry(() => Promise.resolve()),
      ),
    ).rejects.toThrow('part-1 is not complete');
    expect(readdirSync(cache)).toEqual([]);
  });

  it('keeps the first of two fetches at once', async () => {
    let release = (): void => undefined;
    const first = new Promise<void>((resolve) => (release = resolve));
    const slow = fetchIntoCache(
      cache,
      entry(async (folder) => {
        await first;
        await write('second')(folder);
      }),
    );
    await fetchIntoCache(cache, entry(write('first')));
    release();
    const folder = await slow;
    expect(readFileSync(join(folder, 'whole'), 'utf8')).toBe('first');
    expect(readdirSync(cache)).toEqual(['part-1']);
  });

  it('replaces an entry that is not complete', async () => {
    mkdirSync(join(cache, 'part-1'));
    writeFileSync(join(cache, 'part-1', 'half'), '');
    await fetchIntoCache(cache, entry(write('a')));
    expect(readdirSync(join(cache, 'part-1'))).toEqual(['whole']);
  });

  it('removes what killed fetches left, but not a fetch under way', async () => {
    const anHourAgo = new Date(Date.now() - 61 * 60 * 1000);
    mkdirSync(join(cache, '.fetch-part-1-old'));
    utimesSync(join(cache, '.fetch-part-1-old'), anHourAgo, anHourAgo);
    mkdirSync(join(cache, '.fetch-part-1-new'));
    await fetchIntoCache(cache, entry(write('a')));
    expect(readdirSync(cache).sort()).toEqual(['.fetch-part-1-new', 'part-1']);
  });
});
