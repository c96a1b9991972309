import { locations, tariffs, tokens, type ModuleDeclaration } from '@roamgrid/modules';
import { objectHandlers } from '@roamgrid/object-service';
import type { Caller, Handlers, ObjectsCalls, VersionsReply, WriteReply } from '@roamgrid/runtime';
import type { ObjectStore } from '@roamgrid/store';
import { StoreStack } from './store-stack';

jest.setTimeout(60_000);

type Json = Readonly<Record<string, unknown>>;

const party = { country_code: 'NL', party_id: 'RGC' };
const peer: Caller = { origin: 'peer-1', roles: [{ ...party, role: 'CPO' }] };
const day = (number: number): string => `2026-01-${String(number).padStart(2, '0')}T00:00:00Z`;
const moment = (text: string): number => Date.parse(text);

function tariff(price: number, last_updated: string): Json {
  return {
    ...party,
    id: 'T1',
    currency: 'EUR',
    elements: [{ price_components: [{ type: 'ENERGY', price, step_size: 1 }] }],
    last_updated,
  };
}

/** One replica of the service of a module. */
class Replica {
  readonly #handlers: Handlers<ObjectsCalls>;
  readonly #id: string;

  constructor(module: ModuleDeclaration, handlers: Handlers<ObjectsCalls>) {
    this.#handlers = handlers;
    this.#id = module.id === 'tariffs' ? 'T1' : 'L1';
  }

  put(object: Json, caller: Caller = peer): Promise<WriteReply> {
    const path = { party, ids: [this.#id], nested: [] };
    return this.#handlers.Put({ caller, version: '2.2.1', path, json: Buffer.from(JSON.stringify(object)) });
  }

  patch(nested: readonly string[], fields: Json): Promise<WriteReply> {
    const path = { party, ids: [this.#id], nested };
    return this.#handlers.Patch({ caller: peer, version: '2.2.1', path, json: Buffer.from(JSON.stringify(fields)) });
  }

  delete(): Promise<WriteReply> {
    return this.#handlers.Delete({ caller: peer, version: '2.2.1', path: { party, ids: [this.#id], nested: [] }, json: Buffer.alloc(0) });
  }

  versions(part: { at?: number; offset?: number; limit?: number; origin?: string } = {}): Promise<VersionsReply> {
    return this.#handlers.Versions({ version: '2.2.1', origin: '', party, ids: [this.#id], offset: 0, limit: 100, ...part });
  }
}

/** price@from..to, an end as `end`. */
function told({ versions }: VersionsReply): string[] {
  const dayOf = (millis: number | undefined): string => (millis === undefined ? '' : String(new Date(millis).getUTCDate()));
  return versions.map(({ deleted, json, valid_from, valid_to }) => {
    const price = deleted ? 'end' : priceIn(json);
    return `${price}@${dayOf(valid_from)}..${dayOf(valid_to)}`;
  });
}

function priceIn(json: Buffer): number {
  const { elements } = JSON.parse(json.toString()) as { elements: [{ price_components: [{ price: number }] }] };
  return elements[0].price_components[0].price;
}

describe('the versions of an object', () => {
  const stack = new StoreStack();
  let now = moment(day(20));
  const clock = { now: () => now, sleep: () => Promise.resolve() };

  beforeAll(() => stack.start());
  afterAll(() => stack.stop());
  beforeEach(() => {
    now = moment(day(20));
  });

  async function replicas(module: ModuleDeclaration): Promise<{ a: Replica; b: Replica; store: ObjectStore; kept: () => Promise<number> }> {
    const stores = await stack.twoStores(module.id, { history: module.history !== false, clock });
    const [a, b] = stores.map((store) => new Replica(module, objectHandlers(module, store)));
    if (!a || !b) throw new Error('two stores are expected');
    return { a, b, store: stores[0], kept: () => stores[0].collections.versions.countDocuments() };
  }

  it('TAR-14 CDR-17 each count from their last_updated to the next one, whenever they were written', async () => {
    const { a, b } = await replicas(tariffs);
    for (const [price, from] of [[1, 1], [2, 3], [3, 7]] as const) await a.put(tariff(price, day(from)));
    expect(told(await b.versions())).toEqual(['1@1..3', '2@3..7', '3@7..']);
    for (const [at, version] of [[day(1), '1@1..3'], [day(2), '1@1..3'], [day(3), '2@3..7'], [day(7), '3@7..'], [day(30), '3@7..']] as const) {
      expect(told(await b.versions({ at: moment(at) }))).toEqual([version]);
    }
    expect(told(await b.versions({ at: moment(day(1)) - 1 }))).toEqual([]);
    const [first] = (await b.versions()).versions;
    expect(JSON.parse(String(first?.json))).toEqual(tariff(1, day(1)));
  });

  it('of one last_updated: the one that came later counts, and none is lost', async () => {
    const { a } = await replicas(tariffs);
    for (const price of [1, 2, 3]) await a.put(tariff(price, day(1)));
    expect(told(await a.versions())).toEqual(['1@1..1', '2@1..1', '3@1..']);
    expect(told(await a.versions({ at: moment(day(1)) }))).toEqual(['3@1..']);
    await a.put(tariff(4, day(5)));
    expect(told(await a.versions({ at: moment(day(2)) }))).toEqual(['3@1..5']);
  });

  it('are all kept when they race, in whatever order they come, and each once however often it comes', async () => {
    const { a, b } = await replicas(tariffs);
    const prices = Array.from({ length: 20 }, (_, i) => i + 1);
    const shuffled = [...prices].sort((one, other) => ((one * 7) % 20) - ((other * 7) % 20));
    const writes = [...shuffled, ...shuffled].map((price, i) => (i % 2 === 0 ? a : b).put(tariff(price, day(price))));
    const outcomes = (await Promise.all(writes)).map(({ outcome }) => outcome);
    expect(outcomes).toContain('stale');
    await Promise.all(shuffled.map((price) => b.put(tariff(price, day(price)))));
    expect(told(await a.versions())).toEqual(prices.map((price) => `${price}@${price}..${price < 20 ? price + 1 : ''}`));
    expect(told(await a.versions({ at: moment(day(13)) + 1 }))).toEqual(['13@13..14']);
  });

  it('TRN-74 one that comes again when a younger one is here is the one that is kept already, another one is another', async () => {
    const { a, b } = await replicas(tariffs);
    await a.put(tariff(1, day(1)));
    await a.put(tariff(2, day(2)));
    expect(await Promise.all([a, b].map((replica) => replica.put(tariff(1, day(1)))))).toMatchObject([{ outcome: 'stale' }, { outcome: 'stale' }]);
    expect(told(await a.versions())).toEqual(['1@1..2', '2@2..']);
    await b.put(tariff(9, day(1)));
    expect(told(await a.versions())).toEqual(['9@1..1', '1@1..2', '2@2..']);
    expect(told(await a.versions({ at: moment(day(1)) }))).toEqual(['1@1..2']);
  });

  it('are what was replaced: what a process has kept that died before it replaced it is none yet, and is one then', async () => {
    const { a, b, store } = await replicas(tariffs);
    await a.put(tariff(1, day(1)));
    const [present] = await store.readMany(['NL*RGC*T1']);
    if (!present) throw new Error('the tariff is expected');
    await store.collections.versions.insertOne({ _id: 'NL*RGC*T1/1', key: 'NL*RGC*T1', begin: present.state.lu, state: present.state });
    expect(told(await b.versions())).toEqual(['1@1..']);
    await b.put(tariff(2, day(2)));
    expect(told(await a.versions())).toEqual(['1@1..2', '2@2..']);
  });

  it('TAR-07 end when the object is deleted, and go on when it comes back', async () => {
    const { a, b } = await replicas(tariffs);
    await a.put(tariff(1, day(1)));
    now = moment(day(10));
    await a.delete();
    expect(told(await b.versions())).toEqual(['1@1..10', 'end@10..']);
    expect((await b.versions({ at: moment(day(11)) })).versions).toMatchObject([{ deleted: true, valid_from: moment(day(10)) }]);
    expect(told(await b.versions({ at: moment(day(9)) }))).toEqual(['1@1..10']);
    await b.put(tariff(2, day(15)));
    expect(told(await b.versions())).toEqual(['1@1..10', 'end@10..15', '2@15..']);
    // What comes back under the last_updated of before was never gone.
    now = moment(day(17));
    await b.delete();
    await b.put(tariff(3, day(16)));
    expect(told(await a.versions())).toEqual(['1@1..10', 'end@10..15', '2@15..16', 'end@16..16', '3@16..']);
    expect(told(await a.versions({ at: moment(day(18)) }))).toEqual(['3@16..']);
  });

  it('come page by page, oldest first', async () => {
    const { a } = await replicas(tariffs);
    for (const price of [1, 2, 3, 4, 5]) await a.put(tariff(price, day(price)));
    const pages = await Promise.all([0, 2, 4, 5, 9].map((offset) => a.versions({ offset, limit: 2 })));
    expect(pages.map((page) => [told(page), page.more])).toEqual([
      [['1@1..2', '2@2..3'], true],
      [['3@3..4', '4@4..5'], true],
      [['5@5..'], false],
      [[], false],
      [[], false],
    ]);
    const exact = await a.versions({ offset: 3, limit: 2 });
    expect([told(exact), exact.more]).toEqual([['4@4..5', '5@5..'], false]);
  });

  it('of what was never heard of, or is of another origin, are unknown; a module without history has none', async () => {
    const { a } = await replicas(tariffs);
    await expect(a.versions()).rejects.toMatchObject({ code: 'object.unknown' });
    await a.put(tariff(1, day(1)));
    await expect(a.versions({ origin: 'own' })).rejects.toMatchObject({ code: 'object.unknown' });
    expect(told(await a.versions({ origin: 'peer-1' }))).toEqual(['1@1..']);
    const forgetful = new Replica({ ...tariffs, history: false }, objectHandlers({ ...tariffs, history: false }, (await stack.twoStores('tariffs'))[0]));
    await expect(forgetful.versions()).rejects.toMatchObject({ code: 'route.unknown' });
  });

  it('of a Location are those that a CDR can show: a changed status keeps none', async () => {
    const { a, b, kept } = await replicas(locations);
    const location = (address: string, last_updated: string, status = 'AVAILABLE'): Json => ({
      ...party, id: 'L1', publish: true, address, city: 'Utrecht', country: 'NLD', coordinates: { latitude: '52.090737', longitude: '5.121420' },
      time_zone: 'Europe/Amsterdam', last_updated,
      evses: [{
        uid: 'E1', status, last_updated,
        connectors: [{ id: '1', standard: 'CHADEMO', format: 'CABLE', power_type: 'DC', max_voltage: 400, max_amperage: 125, last_updated }],
      }],
    });
    await a.put(location('Straat 1', day(1)));
    for (let number = 2; number <= 9; number += 1) {
      await (number % 2 === 0 ? a : b).patch(['E1'], { status: number % 2 === 0 ? 'CHARGING' : 'AVAILABLE', last_updated: day(number) });
    }
    await b.put(location('Straat 1', day(10), 'BLOCKED'));
    expect(await kept()).toBe(0);
    await a.put(location('Straat 2', day(12)));
    await a.patch(['E1'], { status: 'CHARGING', last_updated: day(13) });
    expect(await kept()).toBe(1);
    const { versions } = await b.versions();
    expect(versions.map(({ valid_from, valid_to }) => [valid_from, valid_to])).toEqual([
      [moment(day(1)), moment(day(12))],
      [moment(day(12)), undefined],
    ]);
    const at = (text: string): Promise<string> => b.versions({ at: moment(text) }).then((reply) => String(reply.versions[0]?.json));
    expect([await at(day(5)), await at(day(12)), await at(day(14))].map((json) => (JSON.parse(json) as { address: string }).address)).toEqual([
      'Straat 1', 'Straat 2', 'Straat 2',
    ]);
  });

  it('TOK-15 of Tokens are kept by uid and type', async () => {
    const [store] = await stack.twoStores('tokens', { history: true, clock });
    const handlers = objectHandlers(tokens, store);
    const caller: Caller = { origin: 'peer-1', roles: [{ ...party, role: 'EMSP' }] };
    const write = (type: string, contract_id: string, last_updated: string): Promise<WriteReply> => {
      const token = { ...party, uid: 'U1', type, contract_id, issuer: 'Drive', valid: true, whitelist: 'NEVER', last_updated };
      return handlers.Put({ caller, version: '2.2.1', path: { party, ids: ['U1', type], nested: [] }, json: Buffer.from(JSON.stringify(token)) });
    };
    await write('RFID', 'C1', day(1));
    await write('APP_USER', 'C2', day(2));
    await write('RFID', 'C3', day(3));
    const contracts = async (type: string): Promise<unknown[]> => {
      const { versions } = await handlers.Versions({ version: '2.2.1', origin: '', party, ids: ['U1', type], offset: 0, limit: 10 });
      return versions.map(({ json }) => (JSON.parse(json.toString()) as Json)['contract_id']);
    };
    expect([await contracts('RFID'), await contracts('APP_USER')]).toEqual([['C1', 'C3'], ['C2']]);
  });
});
