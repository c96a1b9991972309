import { waitUntil } from '@roamgrid/testkit';

import { storing, StoreStack } from './store-stack';

jest.setTimeout(60_000);

describe('counters', () => {
  const stack = new StoreStack();
  beforeAll(() => stack.start());
  afterAll(() => stack.stop());

  it('PAG-06 are mended by themselves after a batch that was written and not counted', async () => {
    const [store] = await stack.twoStores('locations');
    const stop = new AbortController();
    const keeping = store.keepCounted(stop.signal, () => undefined);
    await store.write('NL*TNM*LOC1', storing('NL*TNM*LOC1'));
    const { counters } = store.collections;
    const counting = jest.spyOn(counters, 'bulkWrite').mockRejectedValueOnce(new Error('cut off'));
    await expect(store.write('NL*TNM*LOC2', storing('NL*TNM*LOC2'))).rejects.toThrow('cut off');
    counting.mockRestore();
    expect((await store.tally('own', [])).objects).toBe(1);
    await waitUntil(async () => (await store.tally('own', [])).objects === 2, { what: 'the counter says 2', timeoutMs: 30_000 });
    stop.abort();
    await keeping;
  });
});
