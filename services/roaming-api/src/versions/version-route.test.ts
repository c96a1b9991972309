import type { ObjectVersion, VersionsRequest } from '@roamgrid/runtime';
import { ApiUnderTest } from '../../test/api-under-test';

const T1 = Date.parse('2026-01-01T00:00:00Z');
const T2 = Date.parse('2026-02-01T00:00:00.5Z');
const T3 = Date.parse('2026-03-01T00:00:00Z');

/** Valid as a received tariff, with bytes that no parser would give back. */
const bytes = (price: string): string =>
  `{ "country_code":"NL","party_id":"RGC","id":"T1","currency":"EUR","elements":[{"price_components":[{"type":"ENERGY","price":${price},"step_size":1}]}],"last_updated":"2026-01-01T00:00:00Z"}`;

const versions: ObjectVersion[] = [
  { rev: 1, deleted: false, json: Buffer.from(bytes('1.10')), valid_from: T1, valid_to: T2 },
  { rev: 2, deleted: false, json: Buffer.from(bytes('2')), valid_from: T2, valid_to: T3 },
  { rev: 3, deleted: true, json: Buffer.alloc(0), valid_from: T3 },
];

describe('the versions of an object', () => {
  let api: ApiUnderTest;

  beforeAll(async () => {
    api = await ApiUnderTest.start();
    api.objects.tariffs.versions = versions;
  });

  afterAll(() => api.close());

  const lastRequest = (): VersionsRequest | undefined => api.objects.tariffs.requests<VersionsRequest>('Versions').at(-1);

  it('stand in the order of time, each with its bytes as they are stored, an end without', async () => {
    const text = await (await api.call('GET', '/v1/tariffs/NL/RGC/T1/versions')).text();
    const item = (rev: number, from: string, to: string, object: string): string => `{"rev":${rev},"valid_from":"${from}","valid_to":${to},"deleted":${object}}`;
    expect(text).toBe(
      `{"items":[${[
        item(1, '2026-01-01T00:00:00.000Z', '"2026-02-01T00:00:00.500Z"', `false,"object":${bytes('1.10')}`),
        item(2, '2026-02-01T00:00:00.500Z', '"2026-03-01T00:00:00.000Z"', `false,"object":${bytes('2')}`),
        item(3, '2026-03-01T00:00:00.000Z', 'null', 'true'),
      ].join(',')}]}`,
    );
    expect(lastRequest()).toMatchObject({ version: '2.2.1', origin: '', party: { country_code: 'NL', party_id: 'RGC' }, ids: ['T1'], offset: 0, limit: 50 });
    expect(lastRequest()?.at).toBeUndefined();
  });

  it('come page by page', async () => {
    const page = async (query: string): Promise<unknown> => {
      const { items, next_cursor } = (await (await api.call('GET', `/v1/tariffs/NL/RGC/T1/versions?${query}`)).json()) as { items: { rev: number }[]; next_cursor?: string };
      return [items.map(({ rev }) => rev), next_cursor];
    };
    expect([await page('limit=2'), await page('limit=2&cursor=2'), await page('limit=3')]).toEqual([[[1, 2], '2'], [[3], undefined], [[1, 2, 3], undefined]]);
  });

  it('are asked for by moment', async () => {
    await api.call('GET', '/v1/tariffs/NL/RGC/T1/versions?at=2026-02-01T00:00:00.5Z');
    expect(lastRequest()?.at).toBe(T2);
  });

  it.each([
    ['at=2026-02-30T00:00:00Z', 'at: expected a DateTime in UTC such as 2026-06-07T18:40:07Z, found "2026-02-30T00:00:00Z"'],
    ['limit=0', 'limit: expected a whole number from 1 to 100, found "0"'],
    ['limit=101', 'limit: expected a whole number from 1 to 100, found "101"'],
    ['cursor=-1', 'cursor: expected the next_cursor of a page, found "-1"'],
  ])('are refused for ?%s', async (query, detail) => {
    const response = await api.call('GET', `/v1/tariffs/NL/RGC/T1/versions?${query}`);
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ code: 'parameter.invalid', detail })]);
  });

  it('of Locations have a path of their own, so that an EVSE may be called versions', async () => {
    api.objects.locations.versions = [];
    expect(await (await api.call('GET', '/v1/versions/locations/NL/RGC/L1')).json()).toEqual({ items: [] });
    expect((await api.call('GET', '/v1/locations/NL/RGC/L1/versions')).status).toBe(404);
    expect(api.objects.locations.calls.map(({ name }) => name)).toEqual(['Versions', 'Get']);
  });
});
