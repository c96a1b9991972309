import { locations } from '@roamgrid/modules';
import { ObjectReads } from '@roamgrid/object-service';
import type { ListReply, ListRequest } from '@roamgrid/runtime';
import type { ObjectStore } from '@roamgrid/store';

import { deleting, storing, StoreStack } from './store-stack';

jest.setTimeout(60_000);

const request: ListRequest = { version: '2.2.1', origin: 'own', parties: [], offset: 0, limit: 10, described: false };
const KEY = 'NL*TNM*LOC1';

describe('the version of a page', () => {
  const stack = new StoreStack();
  beforeAll(() => stack.start());
  afterAll(() => stack.stop());

  const list = (store: ObjectStore, changes: Partial<ListRequest> = {}): Promise<ListReply> =>
    new ObjectReads(locations, store).list({ ...request, ...changes });

  it('holds as long as nothing is written, for every replica', async () => {
    const [a, b] = await stack.twoStores('locations');
    await a.write(KEY, storing(KEY));
    const { version } = await list(a);
    for (const store of [a, b]) expect(await list(store, { if_version: version })).toMatchObject({ unchanged: true, version });
  });

  it('is another one after each acknowledged write, and the page is sent again', async () => {
    const [a, b] = await stack.twoStores('locations');
    const versions = [(await list(a)).version];
    const writes = [storing(KEY), storing(KEY, { value: 'changed' }), deleting(KEY), storing(KEY)];
    for (const [i, write] of writes.entries()) {
      await (i % 2 === 0 ? a : b).write(KEY, write);
      const page = await list(a, { if_version: versions.at(-1) ?? '' });
      expect(page.unchanged).toBe(false);
      versions.push(page.version);
    }
    expect(new Set(versions).size).toBe(5);
    expect((await list(b)).json.toString()).toBe(`[{"key":"${KEY}"}]`);
  });

  it('is that of the parties asked for', async () => {
    const [a] = await stack.twoStores('locations');
    await a.write(KEY, storing(KEY));
    await a.write('NL*ABC*LOC1', storing('NL*ABC*LOC1'));
    const one = { parties: [{ country_code: 'nl', party_id: 'tnm' }] };
    const { version } = await list(a, one);
    await a.write('NL*ABC*LOC1', storing('NL*ABC*LOC1', { value: 'changed' }));
    expect(await list(a, { ...one, if_version: version })).toMatchObject({ unchanged: true });
    expect(await list(a, { if_version: version })).toMatchObject({ unchanged: false });
  });

  it('is another one after a start, since who died between a write and its count left an old one behind', async () => {
    const [a] = await stack.twoStores('locations');
    await a.write(KEY, storing(KEY));
    const { version } = await list(a);
    await a.recount();
    expect(await list(a, { if_version: version })).toMatchObject({ unchanged: false });
  });
});
