import { comparePlatforms, waitUntil } from '@roamgrid/testkit';
import { at, location, period, session, token, type Json } from './charging-objects';
import { PlatformStack, type RunningPlatform } from './platform-stack';

const LOCATIONS = 240;

describe('two platforms, from the first call to the last', () => {
  const stack = new PlatformStack();
  let cpo: RunningPlatform;
  let emsp: RunningPlatform;

  beforeAll(async () => {
    await stack.startParts();
    const party = (country_code: string, party_id: string, role: string) => ({ country_code, party_id, roles: [role], name: party_id });
    const pull = { delta: 3_600_000, full: 3_600_000 };
    const overrides = { 'pull-scheduler': { limits: { pageObjects: 20 } } };
    [cpo, emsp] = await Promise.all([
      stack.platform({ name: 'cpo', parties: [party('NL', 'RGC', 'CPO')], pull }),
      stack.platform({ name: 'emsp', parties: [party('DE', 'RGE', 'EMSP')], pull, overrides }),
    ]);
  });

  afterAll(() => stack.stop());

  async function* lines(objects: readonly Json[]): AsyncGenerator<string> {
    for (const object of objects) yield await Promise.resolve(JSON.stringify(object));
  }

  const put = (platform: RunningPlatform, module: string, object: Json, id: string): Promise<Json> =>
    platform.api.call('PUT', `/v1/${module}/${String(object['country_code'])}/${String(object['party_id'])}/${id}`, object);

  const patchLocation = (id: string, change: Json): Promise<Json> => cpo.api.call('PATCH', `/v1/locations/NL/RGC/${id}`, change);

  const untilEqual = (owner: RunningPlatform, receiver: RunningPlatform, module: string): Promise<void> =>
    waitUntil(async () => (await comparePlatforms(owner.api, receiver.api, module)).differences.length === 0, {
      what: `${receiver.name} has the ${module} of ${owner.name}`,
      timeoutMs: 60_000,
      intervalMs: 200,
    });

  const partner = async (platform: RunningPlatform) => {
    const found = (await platform.api.status()).peers.find(({ state }) => state === 'registered');
    if (!found) throw new Error(`${platform.name} has no partner`);
    return found;
  };

  it('E2E-01 a token A opens the handshake and is refused after it; then both sides call each other', async () => {
    await cpo.api.import('locations', lines(Array.from({ length: LOCATIONS }, (_, i) => location(`L${i}`))), { results: 'refused' });
    const { token: tokenA, versions_url } = await cpo.api.invite('emsp');
    const versions = (): Promise<number> =>
      fetch(versions_url, { headers: { authorization: `Token ${Buffer.from(tokenA).toString('base64')}` } }).then(({ status }) => status);
    expect(await versions()).toBe(200);
    await emsp.api.connect('cpo', versions_url, tokenA);
    expect(await versions()).toBe(401);
    await put(emsp, 'tokens', token('CARD1'), 'CARD1');
    await untilEqual(emsp, cpo, 'tokens');
  });

  it('E2E-02 a pull of many pages and pushes at the same time end at the newest state of everything', async () => {
    const { id } = await partner(emsp);
    const crawls = async (): Promise<number> => (await partner(emsp)).modules['locations']?.pull?.full_crawls ?? 0;
    const before = await crawls();
    await emsp.api.call('POST', `/v1/peers/${id}/pull`, { full: true });
    let changes = 0;
    while ((await crawls()) === before || changes < 30) {
      await patchLocation(`L${(changes * 37) % LOCATIONS}`, { name: `changed ${(changes += 1)}`, last_updated: at(changes) });
    }
    await untilEqual(cpo, emsp, 'locations');
    expect((await comparePlatforms(cpo.api, emsp.api, 'locations')).objects).toBe(LOCATIONS);
  });

  it('E2E-03 a card that is always asked for: the reference of its authorization stands in session and CDR', async () => {
    const where = { location_id: 'L1', evse_uids: ['E1'] };
    const info = await cpo.api.call<Json>('POST', '/v1/tokens/authorize', { uid: 'CARD1', location: where });
    expect(info).toMatchObject({ allowed: 'ALLOWED', decided: 'emsp', location: where });
    const reference = { authorization_reference: info['authorization_reference'] };
    const evse = { evse_id: 'NL*RGC*E1', uid: 'E1', status: 'CHARGING', last_updated: at(100) };
    const connector = { id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32, last_updated: at(100) };
    await put(cpo, 'locations', location('L1', { evses: [{ ...evse, connectors: [connector] }], last_updated: at(100) }), 'L1');
    await put(cpo, 'sessions', session('S1', { location_id: 'L1', start_date_time: at(200), last_updated: at(200), ...reference }), 'S1');
    for (const second of [260, 320]) {
      await cpo.api.call('PATCH', '/v1/sessions/NL/RGC/S1', { charging_periods: [period(second)], kwh: second / 100, last_updated: at(second) });
    }
    await cpo.api.call('PATCH', '/v1/sessions/NL/RGC/S1', { status: 'COMPLETED', end_date_time: at(380), last_updated: at(380) });
    const bill = { country_code: 'NL', party_id: 'RGC', id: 'C1', session_id: 'S1', total_cost: { excl_vat: 2 }, total_energy: 3, total_time: 0.05 };
    await put(cpo, 'cdrs', { ...bill, last_updated: at(400) }, 'C1');
    await untilEqual(cpo, emsp, 'sessions');
    await untilEqual(cpo, emsp, 'cdrs');
    const [there, billed] = [await emsp.api.call<Json>('GET', '/v1/sessions/NL/RGC/S1'), await emsp.api.call<Json>('GET', '/v1/cdrs/NL/RGC/C1')];
    expect(there).toMatchObject({ status: 'COMPLETED', charging_periods: [period(260), period(320)], ...reference });
    expect(billed).toMatchObject({ charging_periods: [period(260), period(320)], ...reference });
  });

  it('E2E-13 tokens renewed by either side while objects flow lose nothing', async () => {
    let changes = 0;
    const changing = (async () => {
      for (; changes < 120; changes += 1) await patchLocation(`L${changes % 20}`, { name: `renewed ${changes}`, last_updated: at(10_000 + changes) });
    })();
    for (const platform of [emsp, cpo, emsp]) await platform.api.call('POST', `/v1/peers/${(await partner(platform)).id}/renew`);
    await changing;
    await untilEqual(cpo, emsp, 'locations');
    expect((await partner(cpo)).modules['locations']?.push?.failed).toBe(0);
  });

  it('E2E-15 after an outage the newest state follows, removed EVSEs and invalid tokens included, and no old one', async () => {
    const delivered = async (): Promise<number> => (await partner(cpo)).modules['locations']?.push?.delivered ?? 0;
    const before = await delivered();
    const gateway = emsp.services.get('gateway');
    await gateway?.stop();
    for (let i = 0; i < 60; i += 1) await patchLocation('L5', { name: `during the outage ${i}`, last_updated: at(20_000 + i) });
    await put(cpo, 'locations', location('L1', { evses: [], last_updated: at(20_000) }), 'L1');
    await gateway?.start();
    await untilEqual(cpo, emsp, 'locations');
    const { evses } = await emsp.api.call<{ evses: Json[] }>('GET', '/v1/locations/NL/RGC/L1');
    expect(evses).toEqual([expect.objectContaining({ uid: 'E1', status: 'REMOVED' })]);
    expect((await delivered()) - before).toBeLessThanOrEqual(4);
    await put(emsp, 'tokens', token('CARD1', { valid: false, last_updated: at(20_000) }), 'CARD1');
    await untilEqual(emsp, cpo, 'tokens');
  });

  it('E2E-16 where a side ends the registration nothing moves any more, and what is there stays', async () => {
    const { id } = await partner(emsp);
    await emsp.api.call('DELETE', `/v1/peers/${id}`);
    await waitUntil(async () => (await cpo.api.status()).peers.every(({ state }) => state !== 'registered'), { what: 'the CPO knows', timeoutMs: 10_000 });
    await patchLocation('L9', { name: 'after the end', last_updated: at(30_000) });
    await put(emsp, 'tokens', token('CARD1', { last_updated: at(30_000) }), 'CARD1');
    const waiting = (await cpo.api.status()).peers.flatMap(({ modules }) => modules['locations']?.push?.waiting ?? 0);
    expect(waiting.every((count) => count === 0)).toBe(true);
    const kept = await emsp.api.call<Json>('GET', '/v1/locations/NL/RGC/L9');
    expect(kept['name']).not.toBe('after the end');
    expect(await cpo.api.call('GET', '/v1/tokens/DE/RGE/CARD1')).toMatchObject({ valid: false });
  });
});
