import type { ListedObject, ObjectPage, ObjectStore, PageRequest } from '@roamgrid/store';
import { SeededRandom } from '@roamgrid/testkit';

import { deleting, FIELD, storing, StoreStack } from './store-stack';

jest.setTimeout(60_000);

const keysOf = (objects: readonly ListedObject[]): string[] => objects.map(({ about }) => about()._id);
const keys = (count: number, prefix = 'NL*TNM*L'): string[] => Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(3, '0')}`);

describe('pages of the object store', () => {
  const stack = new StoreStack();
  let now = 0;
  /** Several objects are created in one millisecond, so that the key must decide between them. */
  const coarse = { now: () => Math.floor((now += 1) / 10), sleep: () => Promise.resolve() };

  beforeAll(() => stack.start());
  afterAll(() => stack.stop());

  const all: PageRequest = { origin: 'own', owners: [], offset: 0, limit: 10, field: FIELD };

  /** Follows keyset positions to the end, with something to happen between pages. */
  async function crawl(store: ObjectStore, request: PageRequest, between: () => Promise<unknown> = () => Promise.resolve()): Promise<ObjectPage[]> {
    const pages: ObjectPage[] = [];
    let after: PageRequest['after'];
    for (;;) {
      const page = await store.page({ ...request, ...(after && { after }) });
      pages.push(page);
      const last = page.objects.at(-1);
      if (!page.more || !last) return pages;
      const { created, _id } = last.about();
      after = { created, key: _id };
      await between();
    }
  }

  it('PAG-14 PAG-16 a crawl neither skips nor repeats what was there at its start, whatever happens meanwhile', async () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const random = new SeededRandom(seed);
      const [a, b] = await stack.twoStores(`locations${seed}`, { clock: coarse });
      const start = keys(40);
      await Promise.all(start.map((key) => a.write(key, storing(key))));
      const alive = new Set(start);
      const gone = new Set<string>();
      let inserted = 0;
      /** Removed and written again it would be another object, later in the list: no key is changed twice in one round. */
      const change = (untouched: Set<string>): Promise<unknown> => {
        const kind = random.below(3);
        if (kind === 0 || untouched.size === 0) {
          const key = `NL*TNM*${random.pick(['A', 'M', 'Z'])}${(inserted += 1)}`;
          return b.write(key, storing(key));
        }
        const key = random.pick([...untouched]);
        untouched.delete(key);
        if (kind === 1) return random.pick([a, b]).write(key, storing(key, { lu: new Date(random.below(1_000_000)) }));
        alive.delete(key);
        gone.add(key);
        return b.write(key, deleting(key));
      };
      const pages = await crawl(a, { ...all, limit: 3 + random.below(6) }, () => {
        const untouched = new Set(alive);
        return Promise.all(Array.from({ length: 5 }, () => change(untouched)));
      });
      const seen = pages.flatMap(({ objects }) => keysOf(objects));
      expect([seed, seen.filter((key, i) => seen.indexOf(key) !== i)]).toEqual([seed, []]);
      expect([seed, [...alive].filter((key) => !seen.includes(key))]).toEqual([seed, []]);
      expect(gone.size).toBeGreaterThan(0);
      expect(inserted).toBeGreaterThan(0);
    }
  });

  it('PAG-14 what is removed and written again while somebody crawls comes again, last, as the object that it now is', async () => {
    const [a, b] = await stack.twoStores('locations', { clock: { ...coarse, now: () => (now += 1) } });
    for (const key of keys(6)) await a.write(key, storing(key));
    const [first] = keys(1) as [string];
    const pages = await crawl(a, { ...all, limit: 4 }, async () => {
      await b.write(first, deleting(first));
      await a.write(first, storing(first));
    });
    expect(pages.flatMap(({ objects }) => keysOf(objects))).toEqual([...keys(6), first]);
  });

  it('PAG-05 PAG-10 PAG-14 PAG-28 offset and position show the same list, oldest created first, the key decides', async () => {
    const [a] = await stack.twoStores('locations', { clock: coarse });
    await Promise.all(keys(37).reverse().map((key) => a.write(key, storing(key, { lu: new Date(1_000 - Number(key.slice(-3))) }))));
    const byPosition = (await crawl(a, all)).flatMap(({ objects }) => objects);
    const order = byPosition.map(({ about }) => [about().created.getTime(), about()._id] as const);
    expect(order).toEqual([...order].sort(([x, k], [y, l]) => x - y || (k < l ? -1 : 1)));
    expect(new Set(order.map(([created]) => created)).size).toBeLessThan(37);
    const byOffset = await Promise.all([0, 10, 20, 30].map((offset) => a.page({ ...all, offset })));
    expect(byOffset.flatMap(({ objects }) => keysOf(objects))).toEqual(keysOf(byPosition));
    expect(byOffset.map(({ more, total }) => [more, total])).toEqual([[true, 37], [true, 37], [true, 37], [false, 37]]);
  });

  it('PAG-11 PAG-13 PAG-23 knows the last page, also of exactly the limit, of nothing, and of limit 0', async () => {
    const [a] = await stack.twoStores('locations', { clock: coarse });
    expect(await a.page(all)).toEqual({ objects: [], total: 0, more: false });
    await Promise.all(keys(20).map((key) => a.write(key, storing(key))));
    const facts = async (request: Partial<PageRequest>): Promise<unknown[]> => {
      const { objects, total, more } = await a.page({ ...all, ...request });
      return [objects.length, total, more];
    };
    expect(await facts({ offset: 10 })).toEqual([10, 20, false]);
    expect(await facts({ limit: 19 })).toEqual([19, 20, true]);
    expect(await facts({ offset: 20 })).toEqual([0, 20, false]);
    expect(await facts({ offset: 999_999_999_999_999 })).toEqual([0, 20, false]);
    expect(await facts({ limit: 0 })).toEqual([0, 20, true]);
  });

  it('shows objects of an origin or of parties, and counts those alone', async () => {
    const [a] = await stack.twoStores('locations', { clock: coarse });
    const write = (key: string, origin: string): Promise<unknown> => a.write(key, storing(key, { origin }));
    await Promise.all([write('NL*AAA*1', 'own'), write('NL*BBB*1', 'own'), write('DE*CCC*1', 'peer-1'), write('DE*CCC*2', 'peer-1')]);
    const shown = async (request: Partial<PageRequest>): Promise<unknown> => {
      const { objects, total } = await a.page({ ...all, ...request });
      return [keysOf(objects).sort(), total];
    };
    expect(await shown({})).toEqual([['NL*AAA*1', 'NL*BBB*1'], 2]);
    expect(await shown({ origin: 'peer-1' })).toEqual([['DE*CCC*1', 'DE*CCC*2'], 2]);
    expect(await shown({ origin: '' })).toEqual([['DE*CCC*1', 'DE*CCC*2', 'NL*AAA*1', 'NL*BBB*1'], 4]);
    expect(await shown({ owners: ['NL*BBB'] })).toEqual([['NL*BBB*1'], 1]);
    expect(await shown({ origin: 'own', owners: ['DE*CCC'] })).toEqual([[], 0]);
  });

  it('TRN-43 with an audience show and count what its parties may see', async () => {
    const [a] = await stack.twoStores('cdrs', { clock: coarse });
    for (const [key, audience] of [['NL*TNM*1', ['DE*AAA']], ['NL*TNM*2', ['DE*AAA', 'DE*BBB']], ['NL*TNM*3', ['DE*BBB']]] as const) {
      await a.write(key, storing(key, { audience }));
    }
    const { objects, total } = await a.page({ ...all, audience: ['DE*AAA'] });
    expect([keysOf(objects), total]).toEqual([['NL*TNM*1', 'NL*TNM*2'], 2]);
    expect((await a.page({ ...all, audience: [] })).total).toBe(0);
  });

  it('CHP-36 show besides what others brought for some of our parties, once each, page by page and in a window', async () => {
    const [a] = await stack.twoStores('sessions', { clock: coarse });
    const write = (key: string, origin: string, audience: string[], minute: number): Promise<unknown> =>
      a.write(key, storing(key, { origin, audience, lu: new Date(Date.UTC(2026, 0, 1, 0, minute)) }));
    await write('NL*OWN*1', 'own', ['DE*AAA'], 1);
    await write('FR*CPO*1', 'peer-1', ['DE*AAA'], 2);
    await write('FR*CPO*2', 'peer-1', ['DE*BBB'], 3);
    await write('NL*OWN*2', 'own', ['FR*OTH'], 4);
    await write('FR*CPO*3', 'peer-1', ['DE*AAA'], 5);
    const shown = async (request: Partial<PageRequest>): Promise<unknown> => {
      const pages = await crawl(a, { ...all, limit: 2, alsoFor: ['DE*AAA'], ...request });
      return [pages.flatMap(({ objects }) => keysOf(objects)).sort(), pages[0]?.total];
    };
    expect(await shown({})).toEqual([['FR*CPO*1', 'FR*CPO*3', 'NL*OWN*1', 'NL*OWN*2'], 4]);
    expect(await shown({ owners: ['DE*AAA'] })).toEqual([['FR*CPO*1', 'FR*CPO*3', 'NL*OWN*1'], 3]);
    expect(await shown({ from: new Date(Date.UTC(2026, 0, 1, 0, 2)), to: new Date(Date.UTC(2026, 0, 1, 0, 5)) })).toEqual([['FR*CPO*1', 'NL*OWN*2'], 2]);
  });

  describe('with a window on last_updated', () => {
    const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
    let store: ObjectStore;

    beforeAll(async () => {
      [store] = await stack.twoStores('locations', { clock: coarse });
      const random = new SeededRandom(7);
      await Promise.all(keys(60).map((key) => store.write(key, storing(key, { lu: at(random.below(30)) }))));
    });

    async function window(request: Partial<PageRequest>): Promise<string[]> {
      const pages = await crawl(store, { ...all, ...request });
      expect(new Set(pages.map(({ total }) => total))).toEqual(new Set([pages.flatMap(({ objects }) => objects).length]));
      return pages.flatMap(({ objects }) => keysOf(objects));
    }

    it('PAG-02 PAG-03 PAG-04 from is inclusive, to is exclusive, and the total is that of the window', async () => {
      const documents = await store.readMany(keys(60));
      const within = (from: number, to: number): string[] =>
        documents
          .filter(({ state }) => state.lu >= at(from) && state.lu < at(to))
          .map(({ _id }) => _id)
          .sort();
      expect((await window({ from: at(10), to: at(20) })).sort()).toEqual(within(10, 20));
      expect((await window({ from: at(10), to: at(11) })).sort()).toEqual(within(10, 11));
      expect(within(10, 11).length).toBeGreaterThan(0);
      expect((await window({ from: at(10) })).sort()).toEqual(within(10, 99));
      expect((await window({ to: at(10) })).sort()).toEqual(within(0, 10));
      expect(await window({ from: at(20), to: at(10) })).toEqual([]);
    });

    it('PAG-03 windows that follow each other have no gap and no overlap', async () => {
      const parts = await Promise.all([0, 7, 14, 21, 28].map((from) => window({ from: at(from), to: at(from + 7) })));
      expect(parts.flat().sort()).toEqual(keys(60));
    });

    it('PAG-14 are in the order of creation, whether few or many objects are in them', async () => {
      const few = await window({ from: at(5) });
      const created = new Map((await store.readMany(few)).map((document) => [document._id, document.created.getTime()]));
      const order = few.map((key) => created.get(key) ?? 0);
      expect(order).toEqual([...order].sort((x, y) => x - y));
      // A total above what is read by last_updated makes the store walk the list instead: the same objects must come.
      const walked = await store.page({ ...all, from: at(5), limit: 60, knownTotal: 100_000 });
      expect([keysOf(walked.objects), walked.total]).toEqual([few, 100_000]);
    });
  });
});
