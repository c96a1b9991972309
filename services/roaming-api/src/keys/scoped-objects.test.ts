import { partyOfKey } from '@roamgrid/ocpi';
import { type Client, type ListRequest, type ObjectsCalls } from '@roamgrid/runtime';
import { MemoryObjects } from '../../test/memory-objects';
import type { ApiKey } from './api-key';
import { asKey } from './current-key';
import { scopedObjects } from './scoped-objects';

type Audience = { readonly meant_for?: string };

/** Objects for the party that they name, as sessions and CDRs are. */
const declaration = {
  id: 'cdrs' as const,
  audience: (object: Readonly<Record<string, unknown>>) => {
    const { meant_for } = object as Audience;
    return meant_for === undefined ? [] : [partyOfKey(meant_for)];
  },
};

describe('the objects of a module with an audience, as a key of one party has them', () => {
  const memory = new MemoryObjects();
  memory.audienceOf = (object) => [(object as Audience).meant_for ?? ''];
  const objects = scopedObjects(declaration, { ...memory.handlers(), close: () => undefined });
  const keyOf = (...parties: string[]): ApiKey => ({ id: 'k', name: 'k', rights: new Set(['read']), parties: new Set(parties) });

  const store = (key: string, origin: string, meant_for: string): unknown =>
    memory.stored.set(key, { origin, rev: 1, json: Buffer.from(JSON.stringify({ id: key, meant_for })) });

  beforeAll(() => {
    store('NL*CPO*1', 'own', 'DE*ABC');
    store('NL*CPO*2', 'own', 'NL*EMS');
    store('NL*TWO*3', 'own', 'NL*EMS');
    store('NL*TWO*4', 'own', 'DE*ABC');
    store('DE*XYZ*5', 'p1', 'NL*EMS');
    store('DE*XYZ*6', 'p1', 'NL*EM2');
    store('NL*CPO*7', 'own', 'NL*EMS');
  });

  const request: ListRequest = { version: '2.2.1', origin: '', parties: [], offset: 0, limit: 2, described: false };

  /** A whole walk: the ids in their order, the total that every page says, and how many pages there were. */
  async function walk(key: ApiKey | undefined, more: Partial<ListRequest> = {}): Promise<{ ids: string[]; totals: number[] }> {
    const ids: string[] = [];
    const totals: number[] = [];
    let after: ListRequest['after'];
    do {
      const page = (): ReturnType<Client<ObjectsCalls>['List']> => objects.List({ ...request, ...more, ...(after && { after }), offset: ids.length && !after ? 99 : 0 });
      const { json, total, next, count } = await (key ? asKey(key, page) : page());
      const items = JSON.parse(json.toString()) as { id: string }[];
      expect(items).toHaveLength(count);
      ids.push(...items.map(({ id }) => id.split('*')[2] ?? ''));
      totals.push(total);
      after = next;
    } while (after);
    return { ids, totals };
  }

  it.each<[string, ApiKey | undefined, Partial<ListRequest>, string[]]>([
    ['a key of all parties sees all', undefined, {}, ['1', '2', '3', '4', '5', '6', '7']],
    ['a CPO sees what it owns', keyOf('NL*CPO'), {}, ['1', '2', '7']],
    ['an eMSP sees what is meant for it, own and received', keyOf('NL*EMS'), {}, ['2', '3', '5', '7']],
    ['one that is both sees each once', keyOf('NL*CPO', 'NL*EMS'), {}, ['1', '2', '7', '3', '5']],
    ['of one origin', keyOf('NL*CPO', 'NL*EMS'), { origin: 'p1' }, ['5']],
    ['of one owner', keyOf('NL*CPO', 'NL*EMS'), { parties: [partyOfKey('NL*TWO')] }, ['3']],
    ['of an owner that there is not', keyOf('NL*CPO'), { parties: [partyOfKey('NL*NOT')] }, []],
    ['a party of nothing', keyOf('NL*NOT'), {}, []],
  ])('in a list: %s', async (_what, key, more, expected) => {
    for (const limit of [1, 2, 100]) {
      const { ids, totals } = await walk(key, { ...more, limit });
      expect([limit, ids]).toEqual([limit, expected]);
      expect(new Set(totals)).toEqual(new Set([expected.length]));
    }
  });

  it('one by one', async () => {
    const get = (key: string) => (): ReturnType<Client<ObjectsCalls>['Get']> =>
      objects.Get({ version: '2.2.1', origin: '', parties: [partyOfKey(key)], ids: [key.split('*')[2] ?? ''], nested: [] });
    for (const seen of ['NL*CPO*2', 'NL*TWO*3', 'DE*XYZ*5']) {
      expect((await asKey(keyOf('NL*EMS'), get(seen))).key).toBe(seen);
    }
    for (const hidden of ['NL*CPO*1', 'NL*TWO*4', 'DE*XYZ*6']) {
      await expect(asKey(keyOf('NL*EMS'), get(hidden))).rejects.toThrow(expect.objectContaining({ code: 'object.unknown' }));
    }
  });

  it('in counts, where what others own cannot be told apart', async () => {
    const { parties } = await asKey(keyOf('NL*CPO'), () => objects.Count({}));
    expect(parties.map(({ party }) => party.party_id)).toEqual(['CPO', 'CPO', 'CPO']);
  });

  it('and writes for its parties alone, whatever the call', async () => {
    const roles = ['CPO', 'TWO'].map((party_id) => ({ role: 'CPO', country_code: 'NL', party_id }));
    const caller = { origin: 'own', roles };
    const path = { party: partyOfKey('NL*CPO'), ids: ['9'], nested: [] };
    const json = Buffer.from('{}');
    await asKey(keyOf('NL*CPO'), async () => {
      await objects.Put({ caller, version: '2.2.1', path, json });
      await objects.PutMany({ caller, version: '2.2.1', objects: [] });
      await objects.Act({ action: 'x', caller, version: '2.2.1', parties: [], ids: [], json });
      await objects.Patch({ caller, version: '2.2.1', path, json });
      await objects.Delete({ caller, version: '2.2.1', path, json });
    });
    for (const name of ['Put', 'PutMany', 'Act', 'Patch', 'Delete']) {
      const [request] = memory.requests<{ caller: { roles: unknown[] } }>(name);
      expect([name, request?.caller.roles]).toEqual([name, [roles[0]]]);
    }
    await expect(asKey(keyOf('NL*TWO'), () => objects.Put({ caller, version: '2.2.1', path, json }))).rejects.toThrow(
      expect.objectContaining({ code: 'party.not_yours' }),
    );
  });
});
