import type { Client, ListReply, ListRequest, ObjectsCalls } from '@roamgrid/runtime';
import { PageCache } from './page-cache';

const request: ListRequest = { version: '2.2.1', origin: 'own', parties: [], offset: 0, limit: 50, described: false };

/** A service whose objects have this version and these bytes; it notes what it was asked. */
class Owner {
  readonly asked: (string | undefined)[] = [];
  version = '1';
  json = '[]';

  readonly client = { List: (list: ListRequest) => Promise.resolve(this.#answer(list)) } as unknown as Client<ObjectsCalls>;

  #answer({ if_version }: ListRequest): ListReply {
    this.asked.push(if_version);
    if (if_version === this.version) return { json: Buffer.alloc(0), count: 0, total: 0, version: this.version, unchanged: true };
    return { json: Buffer.from(this.json), count: 1, total: 1, version: this.version, unchanged: false };
  }
}

async function listed(cache: PageCache, owner: Owner, list = request, module = 'locations'): Promise<string> {
  return Buffer.concat((await cache.list(module, owner.client, list)).head.pieces).toString();
}

describe('PageCache', () => {
  it('asks each time whether the version still holds, and hands out what it has when it does', async () => {
    const owner = new Owner();
    const cache = new PageCache(1_000_000);
    const first = await cache.list('locations', owner.client, request);
    expect(await cache.list('locations', owner.client, request)).toBe(first);
    expect(owner.asked).toEqual([undefined, '1']);
  });

  it('hands out the new page once the version has changed', async () => {
    const owner = new Owner();
    const cache = new PageCache(1_000_000);
    await listed(cache, owner);
    owner.version = '2';
    owner.json = '[1]';
    expect(await listed(cache, owner)).toBe('{"data":[1],');
    expect(await listed(cache, owner)).toBe('{"data":[1],');
    expect(owner.asked).toEqual([undefined, '1', '2']);
  });

  it.each<[string, Partial<ListRequest>]>([
    ['party', { parties: [{ country_code: 'NL', party_id: 'RGC' }] }],
    ['window', { date_from: 1 }],
    ['offset', { offset: 50 }],
    ['limit', { limit: 51 }],
    ['position', { after: { created: 1, key: 'a' } }],
    ['known total', { known_total: 7 }],
    ['version', { version: '2.1.1' }],
  ])('keeps requests apart by %s', async (_, other) => {
    const owner = new Owner();
    const cache = new PageCache(1_000_000);
    await listed(cache, owner);
    await listed(cache, owner, { ...request, ...other });
    expect(owner.asked).toEqual([undefined, undefined]);
  });

  it('keeps modules apart', async () => {
    const owner = new Owner();
    const cache = new PageCache(1_000_000);
    await listed(cache, owner);
    await listed(cache, owner, request, 'tariffs');
    expect(owner.asked).toEqual([undefined, undefined]);
  });

  it('stays within its bytes and lets go first of what was used least recently', async () => {
    const owner = new Owner();
    owner.json = `["${'x'.repeat(10_000)}"]`;
    const cache = new PageCache(30_000);
    const page = (offset: number): Promise<string> => listed(cache, owner, { ...request, offset });
    for (const offset of [0, 1, 0, 2, 0, 1]) await page(offset);
    expect(owner.asked).toEqual([undefined, undefined, '1', undefined, '1', undefined]);
  });

  it('keeps nothing when it may not', async () => {
    const owner = new Owner();
    const cache = new PageCache(0);
    await listed(cache, owner);
    await listed(cache, owner);
    expect(owner.asked).toEqual([undefined, undefined]);
  });
});
