import { RoamgridError } from '@roamgrid/runtime';
import type { Judge, ObjectStore } from '@roamgrid/store';
import { SeededRandom } from '@roamgrid/testkit';

import { deleting, FIELD, ownerOf, stateOf, storing, StoreStack, valueOf } from './store-stack';

jest.setTimeout(60_000);

const KEY = 'NL*TNM*LOC1';

/** Adds one to the number that is there: what is lost or done twice shows. */
function adding(key: string): Judge {
  return (present) => {
    const { count } = (valueOf(present) ?? { count: 0 }) as { count: number };
    return { kind: 'store', owner: ownerOf(key), state: stateOf(key, { value: { count: count + 1 } }) };
  };
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

describe('the object store', () => {
  const stack = new StoreStack();
  const instantly = { now: () => Date.now(), sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };

  beforeAll(() => stack.start());
  afterAll(() => stack.stop());

  /** Live objects by owner, counted in the collection itself. */
  async function counted({ collections }: ObjectStore): Promise<Record<string, number>> {
    const documents = await collections.objects.find({ 'state.deleted': false }, { projection: { owner: 1 } }).toArray();
    const owners = documents.map(({ owner }) => owner);
    return Object.fromEntries([...new Set(owners)].sort().map((owner) => [owner, owners.filter((each) => each === owner).length]));
  }

  async function told(store: ObjectStore): Promise<Record<string, number>> {
    const counts = await store.counts();
    return Object.fromEntries(counts.sort((a, b) => (a.owner < b.owner ? -1 : 1)).map(({ owner, objects }) => [owner, objects]));
  }

  describe('with writers in two replicas', () => {
    it('loses no update of one object: revisions go up by one, each given once', async () => {
      const [a, b] = await stack.twoStores('locations');
      const written = await Promise.all(numbers(1, 60).map((i) => (i % 2 === 0 ? a : b).write(KEY, adding(KEY))));
      expect(written.map(({ rev }) => rev).sort((x, y) => x - y)).toEqual(numbers(1, 60));
      expect(written.filter(({ created }) => created)).toEqual([{ changed: true, created: true, rev: 1 }]);
      const [document] = await a.readMany([KEY]);
      expect([document?.state.rev, valueOf(document)]).toEqual([60, { count: 60 }]);
    });

    it('loses no update of many objects', async () => {
      const [a, b] = await stack.twoStores('locations');
      const keys = numbers(1, 25).map((i) => `NL*TNM*LOC${i}`);
      await Promise.all(numbers(1, 6).flatMap((i) => keys.map((key) => (i % 2 === 0 ? a : b).write(key, adding(key)))));
      const documents = await b.readMany(keys);
      expect(documents.map((document) => [document.state.rev, valueOf(document)])).toEqual(keys.map(() => [6, { count: 6 }]));
      expect(await told(a)).toEqual({ 'NL*TNM': 25 });
    });

    it('keeps who was refused apart from who was not, in the same batch', async () => {
      const [a] = await stack.twoStores('locations');
      const refusing: Judge = () => {
        throw new RoamgridError('party.not_yours', 'not yours');
      };
      const results = await Promise.allSettled([
        a.write('NL*TNM*A', storing('NL*TNM*A')),
        a.write('NL*TNM*B', refusing),
        a.write('NL*TNM*C', storing('NL*TNM*C')),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(results[1]).toMatchObject({ reason: { code: 'party.not_yours' } });
      expect((await a.readMany(['NL*TNM*A', 'NL*TNM*B', 'NL*TNM*C'])).map(({ _id }) => _id).sort()).toEqual(['NL*TNM*A', 'NL*TNM*C']);
    });

    it('TRN-75 keeps an object that is to stay: no new revision', async () => {
      const [a, b] = await stack.twoStores('locations');
      await a.write(KEY, storing(KEY));
      expect(await b.write(KEY, () => ({ kind: 'keep' }))).toEqual({ changed: false, created: false, rev: 1 });
      expect(await b.write('NL*TNM*NONE', () => ({ kind: 'keep' }))).toEqual({ changed: false, created: false, rev: 0 });
      expect((await a.readMany([KEY, 'NL*TNM*NONE'])).map(({ state }) => state.rev)).toEqual([1]);
    });
  });

  describe('a tombstone', () => {
    it('TAR-07 is listed and counted no more, and keeps its revision; an object that comes back is a new one', async () => {
      let now = 1_000;
      const [a] = await stack.twoStores('tariffs', { clock: { ...instantly, now: () => now } });
      for (const key of ['NL*TNM*A', 'NL*TNM*B']) await a.write(key, storing(key));
      now = 2_000;
      expect(await a.write('NL*TNM*A', deleting('NL*TNM*A'))).toEqual({ changed: true, created: false, rev: 2 });
      const list = (): ReturnType<ObjectStore['page']> => a.page({ origin: 'own', owners: [], offset: 0, limit: 10, field: FIELD });
      expect((await list()).objects.map(({ about }) => about()._id)).toEqual(['NL*TNM*B']);
      expect([(await list()).total, (await a.tally('own', [])).objects]).toEqual([1, 1]);
      expect((await a.readMany(['NL*TNM*A']))[0]?.state).toMatchObject({ deleted: true, rev: 2, body: {} });

      now = 3_000;
      expect(await a.write('NL*TNM*A', storing('NL*TNM*A'))).toEqual({ changed: true, created: true, rev: 3 });
      const { objects, total } = await list();
      expect([objects.map(({ about }) => about()._id), total]).toEqual([['NL*TNM*B', 'NL*TNM*A'], 2]);
      expect(objects.map(({ about }) => about().created.getTime())).toEqual([1_000, 3_000]);
    });
  });

  describe('the counters', () => {
    it('PAG-06 are exact after any mix of writes in both replicas', async () => {
      const [a, b] = await stack.twoStores('tariffs');
      const random = new SeededRandom(42);
      const keys = ['NL*AAA', 'NL*BBB', 'DE*CCC'].flatMap((owner) => numbers(1, 8).map((i) => `${owner}*T${i}`));
      const writes = numbers(1, 300).map(() => {
        const key = random.pick(keys);
        const judge: Judge = random.below(3) === 0 ? (present) => (present?.state.deleted === false ? deleting(key)(present) : { kind: 'keep' }) : storing(key);
        return random.pick([a, b]).write(key, judge);
      });
      await Promise.all(writes);
      expect(await told(a)).toEqual(await counted(a));
      expect((await b.tally('own', [{ country_code: 'nl', party_id: 'bbb' }])).objects).toBe((await counted(a))['NL*BBB'] ?? 0);
    });

    it('are mended where a process that died has left them behind', async () => {
      const [a, b] = await stack.twoStores('tariffs', { clock: instantly });
      for (const key of ['NL*AAA*1', 'NL*AAA*2', 'NL*BBB*1']) await a.write(key, storing(key));
      const { counters, objects } = a.collections;
      await counters.updateOne({ _id: 'NL*AAA' }, { $inc: { objects: 5 } });
      await counters.deleteOne({ _id: 'NL*BBB' });
      await counters.insertOne({ _id: 'NL*CCC', origin: 'own', objects: 3, version: 1 });
      await b.recount();
      expect([await told(a), (await a.tally('own', [])).objects]).toEqual([{ 'NL*AAA': 2, 'NL*BBB': 1 }, 3]);
      await a.write('NL*BBB*2', storing('NL*BBB*2'));
      expect([await told(b), await objects.countDocuments()]).toEqual([{ 'NL*AAA': 2, 'NL*BBB': 2 }, 4]);
    });

    it('are not made wrong by a recount while another replica is between a write and its count', async () => {
      let looked: () => void = () => undefined;
      const hasLooked = new Promise<void>((resolve) => (looked = resolve));
      let haveCounted: () => void = () => undefined;
      const hasCounted = new Promise<void>((resolve) => (haveCounted = resolve));
      const clock = { now: () => Date.now(), sleep: () => (looked(), hasCounted) };
      const [a, b] = await stack.twoStores('tariffs', { clock });
      await a.write('NL*AAA*1', storing('NL*AAA*1'));
      // The replica stands still before it counts, as the scheduler may let it, until the other one has looked.
      const { counters } = a.collections;
      const count = counters.bulkWrite.bind(counters);
      let recounting: Promise<void> | undefined;
      counters.bulkWrite = async (...args) => {
        recounting ??= b.recount();
        await Promise.race([hasLooked, recounting]);
        const result = await count(...args);
        haveCounted();
        return result;
      };
      await a.write('NL*AAA*2', storing('NL*AAA*2'));
      await recounting;
      expect(await told(b)).toEqual({ 'NL*AAA': 2 });
    });
  });

  describe('the history of a module that keeps one', () => {
    it('has every superseded revision, as it was, whoever wrote it, and its end', async () => {
      const [a, b] = await stack.twoStores('tariffs', { history: true });
      await Promise.all(numbers(1, 40).map((i) => (i % 2 === 0 ? a : b).write(KEY, adding(KEY))));
      await a.write(KEY, deleting(KEY));
      await b.write(KEY, storing(KEY, { value: { count: 100 } }));
      await b.write(KEY, storing(KEY, { value: { count: 101 } }));
      const versions = await a.collections.versions.find({ key: KEY }, { promoteBuffers: true, sort: { 'state.rev': 1 } }).toArray();
      expect(versions.map(({ state }) => state.rev)).toEqual(numbers(1, 42));
      const values = versions.map(({ _id, key, state }) => valueOf({ _id, owner: '', origin: '', created: state.written, key, state } as never));
      expect(values).toEqual([...numbers(1, 40).map((count) => ({ count })), undefined, { count: 100 }]);
      expect(versions.map(({ _id }) => _id)).toEqual(numbers(1, 42).map((rev) => `${KEY}/${rev}`));
    });

    it('is not kept where the module has none', async () => {
      const [a] = await stack.twoStores('locations');
      await a.write(KEY, adding(KEY));
      await a.write(KEY, adding(KEY));
      expect(await a.collections.versions.countDocuments()).toBe(0);
    });
  });
});
