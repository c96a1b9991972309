import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { contractOfEvents, waitUntil } from '@roamgrid/testkit';
import { readEvents } from './change-topics';
import { at, cdr, location, period, session, tariff, token, type Json } from './charging-objects';
import { handshake, objectsOf, PlatformStack, type RunningPlatform } from './platform-stack';

/** The modules of whose objects something happens here. */
const CHANGED = ['cdrs', 'locations', 'sessions', 'tariffs', 'tokens'];

describe('a driver of an eMSP charges at a CPO', () => {
  const stack = new PlatformStack();
  let cpo: RunningPlatform;
  let emsp: RunningPlatform;
  let other: RunningPlatform;
  let backend: Server;
  let decide: (question: Json) => { status: number; body: unknown } | 'silence' = () => ({ status: 500, body: {} });

  beforeAll(async () => {
    backend = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
        const decision = decide(JSON.parse(Buffer.concat(chunks).toString()) as Json);
        if (decision === 'silence') return;
        response.writeHead(decision.status, { 'content-type': 'application/json' }).end(JSON.stringify(decision.body));
      });
    }).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    const url = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/authorize`;
    await stack.startParts();
    const party = (country_code: string, party_id: string, role: string) => ({ country_code, party_id, roles: [role], name: party_id });
    const pull = { delta: 3_600_000, full: 3_600_000 };
    [cpo, emsp, other] = await Promise.all([
      stack.platform({ name: 'cpo', parties: [party('NL', 'RGC', 'CPO')], pull }),
      stack.platform({
        name: 'emsp', parties: [party('DE', 'RGE', 'EMSP')], pull,
        overrides: { tokens: { authorization: { backend: { url, bearerToken: '', deadline: 400, otherwise: 'STORE' }, locationNeeded: false } } },
      }),
      stack.platform({ name: 'other', parties: [party('FR', 'OTH', 'EMSP')], pull }),
    ]);
    await handshake(cpo, emsp);
    await handshake(cpo, other);
  });

  afterAll(async () => {
    backend.closeAllConnections();
    backend.close();
    await stack.stop();
  });

  const put = (platform: RunningPlatform, module: string, object: Json, id: unknown): Promise<Json> =>
    platform.api.call('PUT', `/v1/${module}/${String(object['country_code'])}/${String(object['party_id'])}/${encodeURIComponent(String(id))}`, object);

  const untilThere = (platform: RunningPlatform, module: string, key: string, expected: Json): Promise<void> =>
    waitUntil(
      async () => {
        const found = (await objectsOf(platform, module)).get(key) as Json | undefined;
        return found !== undefined && Object.entries(expected).every(([field, value]) => JSON.stringify(found[field]) === JSON.stringify(value));
      },
      { what: `${key} is at ${platform.name}`, timeoutMs: 30_000, intervalMs: 100 },
    );

  const authorize = (uid: string, more: Json = {}): Promise<Json> => cpo.api.call('POST', '/v1/tokens/authorize', { uid, ...more });

  it('TOK-15 TOK-18 tokens of one uid and two types arrive as two', async () => {
    const odd = 'A/b%c#d ?&+'.padEnd(36, 'x');
    await put(emsp, 'tokens', token('CARD1'), 'CARD1');
    await put(emsp, 'tokens', token('CARD1', { type: 'APP_USER', whitelist: 'ALWAYS' }), 'CARD1');
    await put(emsp, 'tokens', token(odd), odd);
    await untilThere(cpo, 'tokens', 'DE*RGE*CARD1*RFID', token('CARD1'));
    await untilThere(cpo, 'tokens', 'DE*RGE*CARD1*APP_USER', { type: 'APP_USER' });
    expect(odd).toHaveLength(36);
    await untilThere(cpo, 'tokens', `DE*RGE*${odd.toUpperCase()}*RFID`, token(odd));
  });

  it('TOK-27 TOK-13 a NEVER token is asked for, by a fresh reference each time, and the backend of the eMSP decides', async () => {
    decide = () => ({ status: 200, body: { allowed: 'ALLOWED' } });
    const location = { location_id: 'LOC1', evse_uids: ['E1', 'E2'] };
    const [first, second] = [await authorize('CARD1', { location }), await authorize('CARD1', { location })];
    expect(first).toMatchObject({ allowed: 'ALLOWED', decided: 'emsp', location, token: token('CARD1') });
    expect(first['authorization_reference']).not.toBe(second['authorization_reference']);
    decide = () => ({ status: 200, body: { allowed: 'ALLOWED', evse_uids: ['E2'] } });
    expect((await authorize('CARD1', { location }))['location']).toEqual({ location_id: 'LOC1', evse_uids: ['E2'] });
    decide = () => ({ status: 200, body: { allowed: 'NO_CREDIT', info: { language: 'en', text: 'Top up' } } });
    const refused = await authorize('CARD1', { location });
    expect(refused).toMatchObject({ allowed: 'NO_CREDIT', info: { text: 'Top up' } });
    expect(refused).not.toHaveProperty('location');
  });

  it('a backend that answers too late, or nonsense, does not keep the driver waiting: what is configured holds', async () => {
    for (const answer of ['silence', { status: 500, body: {} }, { status: 200, body: { allowed: 'PERHAPS' } }] as const) {
      decide = () => answer;
      expect(await authorize('CARD1')).toMatchObject({ allowed: 'ALLOWED', decided: 'emsp' });
    }
  });

  it('TOK-08 a location that is needed is asked for', async () => {
    decide = () => ({ status: 200, body: { location_needed: true } });
    await expect(authorize('CARD1')).rejects.toThrow('authorization.location_needed');
  });

  it('TOK-24 an ALWAYS token is never asked for, and refused when it is not valid', async () => {
    decide = () => ({ status: 200, body: { allowed: 'BLOCKED' } });
    expect(await authorize('CARD1', { type: 'APP_USER' })).toMatchObject({ allowed: 'ALLOWED', decided: 'whitelist' });
    await put(emsp, 'tokens', token('CARD1', { type: 'APP_USER', whitelist: 'ALWAYS', valid: false, last_updated: at(1) }), 'CARD1');
    await untilThere(cpo, 'tokens', 'DE*RGE*CARD1*APP_USER', { valid: false });
    expect(await authorize('CARD1', { type: 'APP_USER' })).toMatchObject({ allowed: 'BLOCKED', decided: 'whitelist' });
  });

  it('TOK-06 TOK-34 a token that nobody knows is asked for everywhere, and is unknown', async () => {
    await expect(authorize('NOBODYS')).rejects.toThrow('authorization.token_unknown');
  });

  it('SES-22 a session is pushed to its eMSP and nobody else', async () => {
    await put(cpo, 'sessions', session('S1'), 'S1');
    await untilThere(emsp, 'sessions', 'NL*RGC*S1', session('S1'));
    await cpo.api.call('PATCH', '/v1/sessions/NL/RGC/S1', { charging_periods: [period(0)], kwh: 1.5, last_updated: at(60) });
    await cpo.api.call('PATCH', '/v1/sessions/NL/RGC/S1', { charging_periods: [period(60)], kwh: 3, last_updated: at(120) });
    await untilThere(emsp, 'sessions', 'NL*RGC*S1', { kwh: 3, charging_periods: [period(0), period(60)] });
    await cpo.api.call('PATCH', '/v1/sessions/NL/RGC/S1', { status: 'COMPLETED', end_date_time: at(3600), last_updated: at(3600) });
    await untilThere(emsp, 'sessions', 'NL*RGC*S1', { status: 'COMPLETED' });
    await expect(cpo.api.call('PATCH', '/v1/sessions/NL/RGC/S1', { kwh: 9, last_updated: at(3700) })).rejects.toThrow('object.final');
  });

  it('CDR-40 CDR-09 a CDR arrives once, at its eMSP only; the same again is no other', async () => {
    const answers = await Promise.all([put(cpo, 'cdrs', cdr('C1'), 'C1'), put(cpo, 'cdrs', cdr('C1'), 'C1')]);
    expect(answers.map(({ outcome }) => outcome).sort()).toEqual(['created', 'unchanged']);
    await untilThere(emsp, 'cdrs', 'NL*RGC*C1', cdr('C1'));
    await expect(put(cpo, 'cdrs', cdr('C1', { total_cost: { excl_vat: 5 } }), 'C1')).rejects.toThrow('object.immutable');
    expect([(await objectsOf(other, 'sessions')).size, (await objectsOf(other, 'cdrs')).size]).toEqual([0, 0]);
  });

  it('CDR-05 where the eMSP says that the CDR can be read is kept, and is where it can be read', async () => {
    const deliveries = async (): Promise<Json[]> => (await cpo.api.call<{ items: Json[] }>('GET', '/v1/deliveries/cdrs/NL/RGC/C1')).items;
    await waitUntil(async () => (await deliveries())[0]?.['state'] === 'sent', { what: 'the delivery is noted', timeoutMs: 10_000 });
    expect(await deliveries()).toEqual([expect.objectContaining({ state: 'sent', sent_rev: 1, location: `${emsp.gatewayUrl}/ocpi/2.2.1/receiver/cdrs/NL/RGC/C1` })]);
  });

  it('SES-04 SES-05 SES-06 the driver tells how to be charged, through the eMSP; the CPO judges, and keeps what it accepts', async () => {
    const evse = (uid: string, capabilities: string[]): Json => ({
      uid, status: 'CHARGING', capabilities, last_updated: at(0),
      connectors: [{ id: '1', standard: 'IEC_62196_T2', format: 'SOCKET', power_type: 'AC_3_PHASE', max_voltage: 230, max_amperage: 32, tariff_ids: ['CHEAP'], last_updated: at(0) }],
    });
    await put(cpo, 'tariffs', tariff('CHEAP', { type: 'PROFILE_CHEAP' }), 'CHEAP');
    await put(cpo, 'locations', location('LOC2', { evses: [evse('E1', ['CHARGING_PREFERENCES_CAPABLE']), evse('E2', [])] }), 'LOC2');
    for (const [id, evse_uid] of [['S2', 'E1'], ['S3', 'E2']] as const) {
      await put(cpo, 'sessions', session(id, { location_id: 'LOC2', evse_uid }), id);
      await untilThere(emsp, 'sessions', `NL*RGC*${id}`, { id });
    }
    const tell = (id: string, preferences: Json): Promise<unknown> => emsp.api.call('PUT', `/v1/sessions/NL/RGC/${id}/charging_preferences`, preferences);
    const cheap = { profile_type: 'CHEAP', departure_time: at(30_000), energy_need: 20 };
    expect(await tell('S2', { profile_type: 'FAST' })).toBe('PROFILE_TYPE_NOT_SUPPORTED');
    expect(await tell('S2', { profile_type: 'CHEAP' })).toBe('DEPARTURE_REQUIRED');
    expect(await tell('S2', { profile_type: 'CHEAP', departure_time: at(30_000) })).toBe('ENERGY_NEED_REQUIRED');
    expect(await tell('S2', cheap)).toBe('ACCEPTED');
    expect(await cpo.api.call('GET', '/v1/sessions/NL/RGC/S2/charging_preferences')).toMatchObject(cheap);
    expect(await tell('S1', cheap).catch(String)).toMatch(/peer.refused|NOT_POSSIBLE/);
    await expect(tell('S3', cheap)).rejects.toThrow('OCPI status 2001');
    await expect(other.api.call('PUT', '/v1/sessions/NL/RGC/S2/charging_preferences', cheap)).rejects.toThrow('object.unknown');
  });

  it('SES-22 CDR-01 a pull shows each eMSP its own only', async () => {
    for (const platform of [emsp, other]) {
      const peer = (await platform.api.status()).peers.find(({ state }) => state === 'registered');
      const before = peer?.modules['cdrs']?.pull?.full_crawls ?? 0;
      await platform.api.call('POST', `/v1/peers/${peer?.id ?? ''}/pull`, { full: true });
      await waitUntil(
        async () => ((await platform.api.status()).peers.find(({ id }) => id === peer?.id)?.modules['cdrs']?.pull?.full_crawls ?? 0) > before,
        { what: `${platform.name} has pulled`, timeoutMs: 30_000 },
      );
    }
    const sizes = async (platform: RunningPlatform): Promise<number[]> => [(await objectsOf(platform, 'sessions')).size, (await objectsOf(platform, 'cdrs')).size];
    expect([await sizes(emsp), await sizes(other)]).toEqual([[3, 1], [0, 0]]);
    const pulled = (await other.api.status()).peers.flatMap(({ modules }) => [modules['sessions']?.pull?.seen, modules['cdrs']?.pull?.seen]);
    expect(pulled).toEqual([0, 0]);
  });

  it('all that happened stands in the topics of both platforms, as docs/asyncapi.yaml says', async () => {
    const problemsOf = contractOfEvents();
    for (const { name } of [cpo, emsp]) {
      const topics = CHANGED.map((id) => `${name}.${id}.changes`);
      const events = await readEvents(stack.parts.kafkaBrokers, topics, (read) => new Set(read.map(({ topic }) => topic)).size === topics.length);
      expect(events.flatMap((event) => problemsOf(event, name))).toEqual([]);
      const meant = events.filter(({ topic }) => /sessions|cdrs/.test(topic)).map(({ headers }) => headers['audience']);
      expect(new Set(meant)).toEqual(new Set(['DE*RGE']));
    }
    const [event] = await readEvents(stack.parts.kafkaBrokers, ['cpo.cdrs.changes'], (read) => read.length > 0);
    const broken = (changes: Json): string[] => (event ? problemsOf({ ...event, event: { ...event.event, ...changes } }, 'cpo') : []);
    expect([broken({}), broken({ rev: '1' }).length, broken({ object: { id: 'C1' } }).length > 0]).toEqual([[], 1, true]);
  });

  it('TOK-26 TOK-27 while the eMSP cannot be reached ALLOWED_OFFLINE charges and NEVER does not', async () => {
    await put(emsp, 'tokens', token('OFFLINE', { whitelist: 'ALLOWED_OFFLINE' }), 'OFFLINE');
    await put(emsp, 'tokens', token('BLOCKED', { whitelist: 'ALLOWED_OFFLINE', valid: false }), 'BLOCKED');
    await untilThere(cpo, 'tokens', 'DE*RGE*OFFLINE*RFID', { uid: 'OFFLINE' });
    await untilThere(cpo, 'tokens', 'DE*RGE*BLOCKED*RFID', { uid: 'BLOCKED' });
    decide = () => ({ status: 200, body: { allowed: 'ALLOWED' } });
    expect(await authorize('BLOCKED')).toMatchObject({ allowed: 'ALLOWED', decided: 'emsp' }); // TOK-28: asked although it is not valid
    await emsp.services.get('gateway')?.stop();
    expect(await authorize('OFFLINE')).toMatchObject({ allowed: 'ALLOWED', decided: 'offline' });
    expect(await authorize('BLOCKED')).toMatchObject({ allowed: 'BLOCKED', decided: 'offline' });
    expect(await authorize('CARD1')).toMatchObject({ allowed: 'NOT_ALLOWED', decided: 'offline' });
  });
});
