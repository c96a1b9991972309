import type { Tariff } from '@roamgrid/modules';
import { ApiUnderTest } from '../../test/api-under-test';
import { firstOverlap } from './tariff-overlap';

const T = '2026-06-01T00:00:00Z';
const connector = (tariff_ids: readonly string[] = ['T1']): object => ({
  id: '1',
  standard: 'IEC_62196_T2',
  format: 'SOCKET',
  power_type: 'AC_3_PHASE',
  max_voltage: 230,
  max_amperage: 16,
  tariff_ids,
  last_updated: T,
});
const evse = (more: object = {}): object => ({ uid: 'E1', status: 'AVAILABLE', connectors: [connector()], last_updated: T, ...more });
const location = (id: string, more: object = {}): object => ({
  country_code: 'NL',
  party_id: 'RGC',
  id,
  publish: true,
  address: 'Street 1',
  city: 'Utrecht',
  country: 'NLD',
  coordinates: { latitude: '52.08950', longitude: '5.110010' },
  time_zone: 'Europe/Amsterdam',
  evses: [evse()],
  last_updated: T,
  ...more,
});
const tariff = (id: string, more: object = {}): object => ({
  country_code: 'NL',
  party_id: 'RGC',
  id,
  currency: 'EUR',
  elements: [{ price_components: [{ type: 'ENERGY', price: 0.25, step_size: 1 }] }],
  last_updated: T,
  ...more,
});

interface Warned {
  readonly warnings?: readonly { readonly row: string; readonly code: string; readonly path: string }[];
  readonly warned?: number;
}

const rowsOf = ({ warnings = [] }: Warned): string[] => warnings.map(({ row, code, path }) => `${row} ${code} ${path}`);

describe('warnings on own writes', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });

  afterEach(() => api.close());

  const put = async (path: string, body: object): Promise<Warned> => {
    const headers = { 'content-type': 'application/json' };
    return (await (await api.call('PUT', `/v1/${path}`, { body: JSON.stringify(body), headers })).json()) as Warned;
  };

  const importAll = async (objects: readonly object[], query = ''): Promise<Warned[]> => {
    const body = objects.map((each) => JSON.stringify(each)).join('\n');
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await (await api.call('POST', `/v1/locations/import${query}`, { body, headers })).text();
    return answer.trim().split('\n').map((line) => JSON.parse(line) as Warned);
  };

  it('has none for what is as it should be', async () => {
    expect(await put('locations/NL/RGC/L1', location('L1'))).toEqual({ outcome: 'created', key: 'NL*RGC*L1', rev: 1 });
  });

  it('LOC-42 LOC-44 TAR-23 tells of objects and of nested ones', async () => {
    expect(rowsOf(await put('locations/NL/RGC/L1', location('L1', { publish: false })))).toEqual([
      'LOC-42 location.shown_to_nobody /publish_allowed_to',
    ]);
    expect(rowsOf(await put('locations/NL/RGC/L1/E1', evse({ connectors: [connector(), { ...connector(), id: '2' }] })))).toEqual([
      'LOC-44 evse.connector_not_chosen /connectors',
    ]);
    const elements = [{ price_components: [{ type: 'ENERGY', price: 0.25, step_size: 1000 }] }];
    expect(rowsOf(await put('tariffs/NL/RGC/T1', tariff('T1', { elements })))).toEqual([
      'TAR-23 tariff.step_size /elements/0/price_components/0/step_size',
    ]);
  });

  it('LOC-56 tells of Connectors with two tariffs of one type at one time, TAR-15 not of those that take turns', async () => {
    await put('tariffs/NL/RGC/T1', tariff('T1', { end_date_time: '2026-07-01T00:00:00Z' }));
    await put('tariffs/NL/RGC/T2', tariff('T2'));
    await put('tariffs/NL/RGC/T3', tariff('T3', { start_date_time: '2026-07-01T00:00:00Z' }));
    const both = (...ids: string[]): object => location('L1', { evses: [evse({ connectors: [connector(ids)] })] });
    expect(rowsOf(await put('locations/NL/RGC/L1', both('T1', 't2')))).toEqual([
      'LOC-56 connector.tariffs_overlap /evses/0/connectors/0/tariff_ids',
    ]);
    expect(rowsOf(await put('locations/NL/RGC/L1', both('T1', 'T3')))).toEqual([]);
    expect(rowsOf(await put('locations/NL/RGC/L1/E1/1', connector(['T2', 'T3'])))).toEqual([
      'LOC-56 connector.tariffs_overlap /tariff_ids',
    ]);
    await api.stop('tariffs');
    expect(rowsOf(await put('locations/NL/RGC/L1', both('T1', 'T2')))).toEqual([]);
  });

  it('LOC-43 an import tells of two Locations at one site, not of one twice, nor of one that others may see', async () => {
    const lines = await importAll([location('L1'), location('L2'), location('l1'), location('L3', { publish: false })]);
    expect(lines.map(rowsOf)).toEqual([
      [],
      ['LOC-43 location.same_site /coordinates'],
      [],
      ['LOC-42 location.shown_to_nobody /publish_allowed_to'],
      [],
    ]);
    expect(lines.at(-1)).toMatchObject({ lines: 4, warned: 2 });
  });

  it('an import answers only lines with warnings where it is asked to', async () => {
    const lines = await importAll([location('L1'), location('L2'), { id: 'x' }], '?results=warned');
    expect(lines.map((line) => [rowsOf(line).length, 'lines' in line])).toEqual([[1, false], [0, false], [0, true]]);
  });
});

describe('TAR-09 a tariff that Connectors name', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
    const headers = { 'content-type': 'application/json' };
    await api.call('PUT', '/v1/tariffs/NL/RGC/T1', { body: JSON.stringify(tariff('T1')), headers });
    await api.call('PUT', '/v1/locations/NL/RGC/L1', { body: JSON.stringify(location('L1')), headers });
  });

  afterEach(() => api.close());

  it('is not deleted, unless that is said', async () => {
    const refused = await api.call('DELETE', '/v1/tariffs/NL/RGC/t1');
    expect([refused.status, await refused.json()]).toMatchObject([409, { code: 'object.in_use', detail: expect.stringContaining('L1/E1/1') as unknown }]);
    expect((await api.call('DELETE', '/v1/tariffs/NL/RGC/T1?in_use=allowed')).status).toBe(200);
  });

  it('is deleted when only a REMOVED EVSE names it', async () => {
    const body = JSON.stringify(location('L1', { evses: [evse({ status: 'REMOVED' })] }));
    await api.call('PUT', '/v1/locations/NL/RGC/L1', { body, headers: { 'content-type': 'application/json' } });
    expect((await api.call('DELETE', '/v1/tariffs/NL/RGC/T1')).status).toBe(200);
  });
});

describe('tariffs that claim the same session', () => {
  const of = (type: string | undefined, start?: string, end?: string): Tariff =>
    ({ type, start_date_time: start, end_date_time: end }) as unknown as Tariff;

  it('are of one type, or one of none, at one time (LOC-56, TAR-13)', () => {
    expect(firstOverlap([of('REGULAR'), of('REGULAR')])).toBeDefined();
    expect(firstOverlap([of('REGULAR'), of(undefined)])).toBeDefined();
    expect(firstOverlap([of('REGULAR'), of('PROFILE_CHEAP')])).toBeUndefined();
    expect(firstOverlap([of('REGULAR', undefined, T), of('REGULAR', T)])).toBeUndefined();
  });
});
