import { waitUntil } from '@roamgrid/testkit';
import { cdr } from './charging-objects';
import { handshake, PlatformStack, untilEqual, type RunningPlatform } from './platform-stack';

type Json = Readonly<Record<string, unknown>>;

interface Version {
  readonly rev: number;
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly deleted: boolean;
  readonly object?: Json;
}

const HOUR = 3_600_000;
const start = Date.now() - 4 * HOUR;
const at = (hours: number): string => new Date(start + hours * HOUR).toISOString();

const cpoParty = { country_code: 'NL', party_id: 'RGC' };
const token = { country_code: 'NL', party_id: 'RGE', uid: 'U/1 %#', type: 'APP_USER', contract_id: 'NL-RGE-C1', issuer: 'Drive', valid: true, whitelist: 'NEVER', last_updated: at(-48) };
const cdr_token = { country_code: 'NL', party_id: 'RGE', uid: 'U/1 %#', type: 'APP_USER', contract_id: 'NL-RGE-C1' };

const tariff = (price: number, last_updated: string): Json => ({
  ...cpoParty, id: 'TAR1', currency: 'EUR', elements: [{ price_components: [{ type: 'ENERGY', price, step_size: 1 }] }], last_updated,
});

function location(address: string, last_updated: string): Json {
  const connector = { id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32, tariff_ids: ['TAR1'], last_updated };
  return {
    ...cpoParty, id: 'L1', publish: false, address, city: 'Utrecht', country: 'NLD', coordinates: { latitude: '52.090737', longitude: '5.121420' },
    time_zone: 'Europe/Amsterdam', evses: [{ uid: 'E1', status: 'AVAILABLE', connectors: [connector], last_updated }], last_updated,
  };
}

const session: Json = {
  ...cpoParty, id: 'S1', start_date_time: at(0), end_date_time: at(2), kwh: 10, cdr_token, auth_method: 'AUTH_REQUEST', authorization_reference: 'AUTH-1',
  location_id: 'L1', evse_uid: 'E1', connector_id: '1', currency: 'EUR', status: 'COMPLETED', last_updated: at(2),
  charging_periods: [{ start_date_time: at(0), tariff_id: 'TAR1', dimensions: [{ type: 'ENERGY', volume: 10 }, { type: 'CURRENT', volume: 16 }] }],
};

const bare = (id: string, changes: Json = {}): Json => ({
  ...cpoParty, id, session_id: 'S1', total_cost: { excl_vat: 4.2, incl_vat: 5.082 }, total_energy: 10, total_time: 2, last_updated: at(2.5), ...changes,
});

describe('CDRs by names, between two platforms', () => {
  const stack = new PlatformStack();
  let cpo: RunningPlatform;
  let emsp: RunningPlatform;

  beforeAll(async () => {
    await stack.startParts();
    [cpo, emsp] = await Promise.all([
      stack.platform({ name: 'cpo', parties: [{ ...cpoParty, roles: ['CPO'], name: 'Roamgrid Charge' }] }),
      stack.platform({ name: 'emsp', parties: [{ country_code: 'NL', party_id: 'RGE', roles: ['EMSP'], name: 'Roamgrid Drive' }] }),
    ]);
    await handshake(cpo, emsp);
    await emsp.api.call('PUT', `/v1/tokens/NL/RGE/${encodeURIComponent(token.uid)}?type=APP_USER`, token);
    await untilEqual(cpo, emsp, 'tokens', 1);
    await put('tariffs', 'TAR1', tariff(0.42, at(-24)));
    await put('locations', 'L1', location(`Straat 1, ${'lang '.repeat(10)}`, at(-24)));
    await put('sessions', 'S1', session);
    await put('tariffs', 'TAR1', tariff(0.99, at(1)));
    await put('locations', 'L1', location('Straat 2', at(1)));
  });

  afterAll(() => stack.stop());

  const put = (module: string, id: string, object: Json): Promise<Json> => cpo.api.call('PUT', `/v1/${module}/NL/RGC/${id}`, object);
  const get = (platform: RunningPlatform, id: string): Promise<Json> => platform.api.call('GET', `/v1/cdrs/NL/RGC/${id}`);
  const arrived = (id: string): Promise<void> =>
    waitUntil(async () => JSON.stringify(await get(emsp, id)) === JSON.stringify(await get(cpo, id)), { what: `${id} is at the eMSP`, timeoutMs: 60_000 });

  it('E2E-03 CDR-17 CDR-40 one of a session alone has tariff, location and token of its time, and arrives as a plain CDR', async () => {
    expect(await put('cdrs', 'C1', bare('C1'))).toMatchObject({ outcome: 'created' });
    const cdr = await get(cpo, 'C1');
    expect(cdr).toMatchObject({
      start_date_time: at(0),
      end_date_time: at(2),
      cdr_token,
      auth_method: 'AUTH_REQUEST',
      authorization_reference: 'AUTH-1',
      cdr_location: { id: 'L1', evse_uid: 'E1', evse_id: '#NA', connector_id: '1', connector_standard: 'IEC_62196_T2' },
      tariffs: [tariff(0.42, at(-24))],
      charging_periods: [{ start_date_time: at(0), tariff_id: 'TAR1', dimensions: [{ type: 'ENERGY', volume: 10 }] }],
    });
    expect((cdr['cdr_location'] as { address: string }).address).toBe(`Straat 1, ${'lang '.repeat(10)}`.slice(0, 45));
    await arrived('C1');
  });

  it('CDR-08 CDR-09 the same names again, and at one moment, are the same CDR, although session and tariff went on', async () => {
    await put('sessions', 'S1', { ...session, meter_id: 'LATE', last_updated: at(3) });
    await put('tariffs', 'TAR1', tariff(0.11, at(-1)));
    const replies = await Promise.all(Array.from({ length: 6 }, () => put('cdrs', 'C1', bare('C1'))));
    expect(replies.map(({ outcome, rev }) => [outcome, rev])).toEqual(replies.map(() => ['unchanged', 1]));
    const twice = await Promise.all([put('cdrs', 'C2', bare('C2')), put('cdrs', 'C2', bare('C2'))]);
    expect(twice.map(({ outcome }) => outcome).sort()).toEqual(['created', 'unchanged']);
    await expect(put('cdrs', 'C1', bare('C1', { total_energy: 11 }))).rejects.toThrow(/409 .*object\.immutable/);
  });

  it('CDR-17 one names each thing by itself', async () => {
    const named = {
      token: { country_code: 'NL', party_id: 'RGE', uid: token.uid, type: 'APP_USER' },
      location: { location_id: 'L1', evse_uid: 'E1', connector_id: '1' },
      tariff_ids: ['TAR1'],
      ...{ session_id: undefined, currency: 'EUR', auth_method: 'WHITELIST', start_date_time: at(1.5), end_date_time: at(2) },
      charging_periods: [{ start_date_time: at(1.5), dimensions: [{ type: 'TIME', volume: 0.5 }] }],
    };
    await put('cdrs', 'C3', bare('C3', named));
    expect(await get(cpo, 'C3')).toMatchObject({ cdr_token, cdr_location: { address: 'Straat 2' }, tariffs: [tariff(0.99, at(1))] });
    expect(await get(cpo, 'C3')).not.toHaveProperty('tariff_ids');
    await expect(put('cdrs', 'C4', bare('C4', { ...named, tariff_ids: ['TAR9'] }))).rejects.toThrow(/422 .*\/tariff_ids\/0 names the Tariff NL\*RGC\*TAR9, which is not known here/);
    await expect(put('cdrs', 'C4', bare('C4', { session_id: 'S9' }))).rejects.toThrow(/422 .*\/session_id names the Session NL\*RGC\*S9/);
  });

  it('CDR-17 many come by import, each judged on its own', async () => {
    const lines = [bare('C7'), bare('C8', { session_id: 'S9' }), bare('C7'), bare('C9', { party_id: 'XYZ' })];
    const told: string[] = [];
    async function* ndjson(): AsyncGenerator<string> {
      for (const line of lines) yield await Promise.resolve(JSON.stringify(line));
    }
    const onLine = ({ line, outcome, code }: { line: number; outcome: string; code?: string }): void => void told.push([line, outcome, code ?? ''].join(' '));
    expect(await cpo.api.import('cdrs', ndjson(), { results: 'all', onLine })).toMatchObject({ lines: 4, created: 1, unchanged: 1, refused: 2 });
    expect(told.filter((line) => line.includes('refused'))).toEqual(['2 refused object.invalid', '4 refused party.not_yours']);
    expect(await get(cpo, 'C7')).toMatchObject({ cdr_token, tariffs: [{ id: 'TAR1' }] });
  });

  it('TAR-14 a tariff can be explained by its versions, own and received, also by moment', async () => {
    const versions = async (query: string, platform = cpo): Promise<(string | number | null)[][]> => {
      const { items } = await platform.api.call<{ items: Version[] }>('GET', `/v1/tariffs/NL/RGC/TAR1/versions${query}`);
      return items.map(({ object, valid_from, valid_to }) => [priceOf(object), valid_from, valid_to]);
    };
    const all = [[0.42, at(-24), at(-1)], [0.11, at(-1), at(1)], [0.99, at(1), null]];
    expect(await versions('')).toEqual(all);
    expect(await versions(`?at=${at(0)}`)).toEqual([all[1]]);
    expect(await versions(`?at=${at(-2)}`)).toEqual([all[0]]);
    expect(await versions(`?at=${at(-25)}`)).toEqual([]);
    expect((await versions('', emsp)).at(-1)).toEqual(all[2]);
    const first = await cpo.api.call<{ items: Version[]; next_cursor: string }>('GET', '/v1/tariffs/NL/RGC/TAR1/versions?limit=2');
    expect(first.items).toHaveLength(2);
    expect(await versions(`?limit=2&cursor=${first.next_cursor}`)).toEqual([all[2]]);
    await expect(versions('?at=yesterday')).rejects.toThrow(/400 .*at: expected a DateTime/);
    await expect(cpo.api.call('GET', '/v1/tariffs/NL/RGC/TAR9/versions')).rejects.toThrow(/404 .*object\.unknown/);
  });

  it('TAR-14 no version of a tariff is lost that was answered, in whatever order they come, while its service is killed', async () => {
    const prices = Array.from({ length: 60 }, (_, i) => i + 1);
    const version = (price: number): Json => ({ ...tariff(price, at(-100 + price)), id: 'TAR2' });
    const untilTaken = (price: number): Promise<void> =>
      waitUntil(() => put('tariffs', 'TAR2', version(price)).then(() => true), { what: `version ${price} is taken`, timeoutMs: 60_000 });
    const shuffled = prices.map((price) => ((price * 23) % 61));
    const writers = [0, 1, 2, 3].map(async (writer) => {
      for (const price of shuffled.filter((_, i) => i % 4 === writer)) await untilTaken(price);
    });
    await untilTaken(shuffled[0] ?? 0);
    await cpo.services.get('tariffs')?.kill();
    await Promise.all(writers);
    const { items } = await cpo.api.call<{ items: Version[] }>('GET', '/v1/tariffs/NL/RGC/TAR2/versions?limit=100');
    expect(items.map(({ object, valid_from, valid_to }) => [priceOf(object), valid_from, valid_to])).toEqual(
      prices.map((price) => [price, at(-100 + price), price < 60 ? at(-99 + price) : null]),
    );
  });

  it('the versions of a Location are those that CDRs can show; of a Token they are found by its type', async () => {
    const evse = '/v1/locations/NL/RGC/L1/E1';
    for (const [i, status] of ['CHARGING', 'AVAILABLE', 'CHARGING'].entries()) await cpo.api.call('PATCH', evse, { status, last_updated: at(3 + i / 10) });
    const { items } = await cpo.api.call<{ items: Version[] }>('GET', '/v1/versions/locations/NL/RGC/L1');
    expect(items.map(({ valid_from, valid_to }) => [valid_from, valid_to])).toEqual([[at(-24), at(1)], [at(1), null]]);
    const uid = encodeURIComponent(token.uid);
    expect(await cpo.api.call<{ items: Version[] }>('GET', `/v1/tokens/NL/RGE/${uid}/versions?type=APP_USER`)).toMatchObject({ items: [{ object: token }] });
    await expect(cpo.api.call('GET', `/v1/tokens/NL/RGE/${uid}/versions`)).rejects.toThrow(/404 .*object\.unknown/);
  });

  it('E2E-12 CDR-12 CDR-14 CDR-49 a wrong one is credited, a right one follows, and the balance at the eMSP is the new total', async () => {
    const credit = (id: string, remark?: string): Promise<Json> => cpo.api.call('POST', '/v1/cdrs/NL/RGC/C1/credit', { id, ...(remark && { remark }) });
    const once = await Promise.all([credit('C1-C', 'wrong tariff'), credit('C1-C', 'wrong tariff')]);
    expect(once.map(({ outcome }) => outcome).sort()).toEqual(['created', 'unchanged']);
    expect(await credit('C1-C', 'wrong tariff')).toMatchObject({ outcome: 'unchanged' });
    await expect(credit('C1-D')).rejects.toThrow(/409 .*NL\*RGC\*C1 is credited already/);
    await expect(cpo.api.call('POST', '/v1/cdrs/NL/RGC/C9/credit', { id: 'C9-C' })).rejects.toThrow(/404 .*object\.unknown/);
    await expect(cpo.api.call('POST', '/v1/cdrs/NL/RGC/C1/credit', {})).rejects.toThrow(/422 .*id/);
    const { id, last_updated, ...original } = await get(cpo, 'C1');
    expect([id, last_updated]).toEqual(['C1', at(2.5)]);
    expect(await get(cpo, 'C1-C')).toEqual({
      ...original,
      id: 'C1-C',
      total_cost: { excl_vat: -4.2, incl_vat: -5.082 },
      remark: 'wrong tariff',
      credit: true,
      credit_reference_id: 'C1',
      last_updated: expect.any(String) as string,
    });
    await put('cdrs', 'C1-2', bare('C1-2', { total_cost: { excl_vat: 3 } }));
    await Promise.all(['C1', 'C1-C', 'C1-2'].map(arrived));
    const totals = await Promise.all(['C1', 'C1-C', 'C1-2'].map(async (each) => (await get(emsp, each))['total_cost'] as { excl_vat: number }));
    expect(totals.reduce((sum, { excl_vat }) => sum + excl_vat, 0)).toBeCloseTo(3, 10);
    await expect(put('cdrs', 'C2-C', bare('C2-C', { credit: true, credit_reference_id: 'C2', total_cost: { excl_vat: -1, incl_vat: -5.082 } }))).rejects.toThrow(
      /422 .*\/total_cost\/excl_vat must be -4.2, minus that of C2/,
    );
  });

  it('CDR-15 a CDR and its credit may come in one import, whichever stands first', async () => {
    const refused: unknown[] = [];
    async function* lines(): AsyncGenerator<string> {
      const credit = (id: string, of: string, excl_vat: number) => cdr(id, { credit: true, credit_reference_id: of, total_cost: { excl_vat } });
      for (const each of [credit('I1-C', 'I1', -1), cdr('I1'), credit('I2-C', 'I2', -4), cdr('I2')]) yield await Promise.resolve(JSON.stringify(each));
    }
    const summary = await cpo.api.import('cdrs', lines(), { results: 'refused', onLine: (line) => refused.push(line) });
    expect(summary).toMatchObject({ lines: 4, created: 3, refused: 1 });
    expect(refused).toEqual([expect.objectContaining({ line: 1, message: expect.stringContaining('must be -4, minus that of I1') as string })]);
  });

  it('CDR-17 while the service of tariffs is away, one that names a tariff waits, one that is whole does not', async () => {
    const whole = await get(cpo, 'C1');
    await cpo.services.get('tariffs')?.stop();
    await expect(put('cdrs', 'C5', bare('C5'))).rejects.toThrow(/503 .*unavailable/);
    expect(await put('cdrs', 'C6', { ...whole, id: 'C6' })).toMatchObject({ outcome: 'created' });
    expect(await put('cdrs', 'C1', bare('C1'))).toMatchObject({ outcome: 'unchanged' });
    await cpo.services.get('tariffs')?.start();
    await waitUntil(async () => (await put('cdrs', 'C5', bare('C5')))['outcome'] === 'created', { what: 'C5 is taken', timeoutMs: 30_000 });
  });
});

function priceOf(object: Json | undefined): number {
  const { elements } = object as { elements: [{ price_components: [{ price: number }] }] };
  return elements[0].price_components[0].price;
}
