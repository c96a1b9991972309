import type { ListRequest } from '@roamgrid/runtime';
import { ApiUnderTest } from '../../test/api-under-test';

interface Page {
  readonly items: { readonly key: string }[];
  readonly total: number;
  readonly next_cursor?: string;
}

describe('lists', () => {
  let api: ApiUnderTest;

  beforeAll(async () => {
    api = await ApiUnderTest.start();
    for (let i = 0; i < 5; i += 1) {
      api.objects.locations.stored.set(`NL*RGC*L${i}`, {
        origin: i < 3 ? 'own' : 'p1',
        rev: 1,
        json: Buffer.from(`{"id":"L${i}", "max_power":1.10,"x":null}`),
      });
    }
  });

  afterAll(() => api.close());

  const list = async (query: string): Promise<Page> =>
    (await (await api.call('GET', `/v1/locations${query}`)).json()) as Page;
  const lastRequest = (): ListRequest | undefined => api.objects.locations.requests<ListRequest>('List').at(-1);

  it('passes on the bytes of the items as the object service framed them', async () => {
    const text = await (await api.call('GET', '/v1/locations?limit=1')).text();
    const object = '{"id":"L0", "max_power":1.10,"x":null}';
    const item = `{"key":"NL*RGC*L0","party":"NL*RGC","origin":"own","rev":1,"last_updated":"2026-01-01T00:00:00.000Z","object":${object}}`;
    const { next_cursor: cursor = '' } = JSON.parse(text) as Page;
    expect(text).toBe(`{"items":[${item}],"total":5,"next_cursor":"${cursor}"}`);
    expect(cursor).not.toBe('');
    expect(lastRequest()?.described).toBe(true);
  });

  it('walks from page to page without a gap and without a cursor on the last', async () => {
    const keys: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(`?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      keys.push(...page.items.map(({ key }) => key));
      cursor = page.next_cursor;
    } while (cursor !== undefined);
    expect(keys).toEqual([0, 1, 2, 3, 4].map((i) => `NL*RGC*L${i}`));
  });

  it('asks for 100 objects of any origin unless told', async () => {
    await list('');
    expect(lastRequest()).toMatchObject({ version: '2.2.1', origin: '', parties: [], offset: 0, limit: 100 });
  });

  it('hands on origin, party, window and limit', async () => {
    await list(
      '?origin=p1&party=nl*rgc&updated_from=2026-06-01T00:00:00Z&updated_to=2026-06-02T00:00:00.5Z&limit=1000',
    );
    expect(lastRequest()).toMatchObject({
      origin: 'p1',
      parties: [{ country_code: 'nl', party_id: 'rgc' }],
      date_from: Date.parse('2026-06-01T00:00:00Z'),
      date_to: Date.parse('2026-06-02T00:00:00.500Z'),
      limit: 1000,
    });
  });

  it('carries the total of a window in the cursor, and only of a window', async () => {
    const first = await list('?limit=2&updated_from=2026-06-01T00:00:00Z');
    await list(`?limit=2&updated_from=2026-06-01T00:00:00Z&cursor=${first.next_cursor}`);
    expect(lastRequest()).toMatchObject({ known_total: 5, offset: 2, after: { created: 0, key: 'NL*RGC*L1' } });
    const plain = await list('?limit=2');
    await list(`?limit=2&cursor=${plain.next_cursor}`);
    expect(lastRequest()?.known_total).toBeUndefined();
  });

  it.each([
    ['limit=0', 'limit: expected a whole number from 1 to 1000, found "0"'],
    ['limit=1001', 'limit: expected a whole number from 1 to 1000, found "1001"'],
    ['limit=1e2', 'limit: expected a whole number from 1 to 1000, found "1e2"'],
    ['party=NLRGC', 'party: expected a country code and a party id such as NL*RGC, found "NLRGC"'],
    ['updated_from=yesterday', 'updated_from: expected a time in UTC such as 2026-06-07T18:40:07Z, found "yesterday"'],
    [
      'updated_to=2026-02-31T00:00:00Z',
      'updated_to: expected a time in UTC such as 2026-06-07T18:40:07Z, found "2026-02-31T00:00:00Z"',
    ],
    ['cursor=abc', 'cursor: expected the next_cursor of a page with the same other parameters'],
    ['offset=2', 'unknown query parameter offset; expected: origin, party, updated_from, updated_to, limit, cursor'],
  ])('refuses %s', async (query, detail) => {
    const response = await api.call('GET', `/v1/locations?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'parameter.invalid', detail });
  });

  it('takes a cursor only for the list it was made for', async () => {
    const { next_cursor: cursor = '' } = await list('?limit=2');
    expect((await api.call('GET', `/v1/locations?cursor=${cursor}`)).status).toBe(200);
    expect((await api.call('GET', `/v1/locations?origin=own&cursor=${cursor}`)).status).toBe(400);
    expect((await api.call('GET', `/v1/tariffs?cursor=${cursor}`)).status).toBe(400);
    expect((await api.call('GET', `/v1/locations?cursor=${cursor.slice(0, -1)}`)).status).toBe(400);
  });
});
