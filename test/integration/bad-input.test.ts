import { HandshakePeer } from '@roamgrid/testkit';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformStack, type RunningPlatform } from './platform-stack';

const PARTIES = [
  { country_code: 'NL', party_id: 'RGC', roles: ['CPO', 'EMSP'], name: 'Roamgrid Charge' },
  { country_code: 'DE', party_id: 'RGC', roles: ['CPO'], name: 'Roamgrid Charge' },
];

interface Answer {
  readonly http: number;
  readonly status: number;
  readonly message: string;
  readonly data: unknown;
  readonly headers: Headers;
}

const samples = readFileSync(join(__dirname, '../../samples/locations.ndjson'), 'utf8').trim().split('\n');
const sample = JSON.parse(samples[0] ?? '') as Record<string, unknown>;

describe('bad input over OCPI', () => {
  const stack = new PlatformStack();
  let platform: RunningPlatform;
  let peer: HandshakePeer;
  let other: HandshakePeer;
  let token = '';
  let otherToken = '';

  beforeAll(async () => {
    await stack.startParts();
    platform = await stack.platform({ name: 'hardened', parties: PARTIES });
    peer = await HandshakePeer.start('bad', 'BAD');
    other = await HandshakePeer.start('other', 'OTH');
    peer.roles = ['CPO', 'EMSP']; // the lists are for eMSPs (ROL-12)
    token = await register(peer);
    otherToken = await register(other);
    await platform.api.import('locations', lines(), { results: 'refused' });
  });

  afterAll(async () => {
    await Promise.all([peer.stop(), other.stop()]);
    await stack.stop();
  });

  async function register(newPeer: HandshakePeer): Promise<string> {
    const { token: tokenA } = await platform.api.invite(newPeer.name);
    const answer = await call('POST', '/ocpi/2.2.1/credentials', { token: tokenA, body: JSON.stringify(newPeer.credentials()) });
    expect(answer.status).toBe(1000);
    return (answer.data as { token: string }).token;
  }

  async function call(method: string, path: string, options: { token?: string; body?: string | Buffer; headers?: Record<string, string> } = {}): Promise<Answer> {
    const given = 'token' in options ? options.token : token;
    const response = await fetch(platform.gatewayUrl + path, {
      method,
      headers: {
        ...(given !== undefined && { authorization: `Token ${Buffer.from(given).toString('base64')}` }),
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
        ...options.headers,
      },
      ...(options.body !== undefined && { body: options.body }),
    });
    const text = await response.text();
    const envelope = JSON.parse(text) as { status_code: number; status_message?: string; data?: unknown; timestamp: string };
    expect(Date.parse(envelope.timestamp)).not.toBeNaN();
    expect(text).not.toMatch(/\bat .*\.(js|ts):\d+/); // no stack
    return { http: response.status, status: envelope.status_code, message: envelope.status_message ?? '', data: envelope.data, headers: response.headers };
  }

  const receiver = '/ocpi/2.2.1/receiver/locations';
  const sender = '/ocpi/2.2.1/sender/locations';
  const ofPeer = (id: string, change: Record<string, unknown> = {}): string =>
    JSON.stringify({ ...sample, country_code: 'DE', party_id: 'BAD', id, ...change });

  async function expectNothingStored(id: string): Promise<void> {
    expect((await call('GET', `${receiver}/DE/BAD/${id}`)).http).toBe(404);
  }

  it.each([
    ['not JSON', 'hello'],
    ['truncated', ofPeer('B1').slice(0, -20)],
    ['empty', ''],
    ['nested 10,000 deep', `${'['.repeat(10_000)}${']'.repeat(10_000)}`],
    ['not UTF-8', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')])],
    ['with a byte order mark', `\ufeff${ofPeer('B1')}`],
  ])('TRN-22 TRN-44 a body that is %s: HTTP 400, nothing stored', async (_what, body) => {
    const answer = await call('PUT', `${receiver}/DE/BAD/B1`, { body });
    expect([answer.http, answer.status]).toEqual([400, 2001]);
    await expectNothingStored('B1');
  });

  it('TRN-44 a body of 20 MB: HTTP 413', async () => {
    const answer = await call('PUT', `${receiver}/DE/BAD/B2`, { body: ofPeer('B2', { name: 'x'.repeat(20_000_000) }) });
    expect([answer.http, answer.status]).toEqual([413, 2001]);
    await expectNothingStored('B2');
  });

  it.each([
    ['a wrong type', { publish: 'yes' }, '/publish'],
    ['a name too long', { name: 'x'.repeat(256) }, '/name'],
    ['an unknown value of a closed enum', { evses: [{ ...(sample['evses'] as Record<string, unknown>[])[0], status: 'SLEEPING' }] }, '/evses/0/status'],
    ['null for a required field', { country: null }, '/country'],
    ['a missing required field', { time_zone: undefined }, '/time_zone'],
    ['a DateTime with an offset', { last_updated: '2026-01-01T00:00:00+01:00' }, '/last_updated'],
  ])('TRN-23 TRN-30 %s: 200/2001 that names the place, nothing stored', async (_what, change, place) => {
    const answer = await call('PUT', `${receiver}/DE/BAD/B3`, { body: ofPeer('B3', change) });
    expect([answer.http, answer.status]).toEqual([200, 2001]);
    expect(answer.message).toContain(place);
    await expectNothingStored('B3');
  });

  it('TRN-36 explicit null for optional fields is legal and kept as sent', async () => {
    const body = ofPeer('NULLS', { parking_type: null, directions: null, images: null });
    expect((await call('PUT', `${receiver}/DE/BAD/NULLS`, { body })).http).toBe(201);
    expect(JSON.stringify((await call('GET', `${receiver}/DE/BAD/NULLS`)).data)).toBe(body);
  });

  it('TRN-39 LOC-64 unknown fields and open literals survive', async () => {
    const body = ofPeer('OPEN', { x_own: { a: 1.10 }, facilities: ['ROLLER_COASTER'] });
    expect((await call('PUT', `${receiver}/DE/BAD/OPEN`, { body })).http).toBe(201);
    expect(JSON.stringify((await call('GET', `${receiver}/DE/BAD/OPEN`)).data)).toBe(body);
  });

  it('TRN-69 TRN-70 a key that differs from the URL: 200/2001', async () => {
    for (const [path, body] of [
      ['DE/BAD/B4', ofPeer('B5')],
      ['DE/BAD/B4', ofPeer('B4', { party_id: 'OTH' })],
    ] as const) {
      const answer = await call('PUT', `${receiver}/${path}`, { body });
      expect([answer.http, answer.status]).toEqual([200, 2001]);
    }
    await expectNothingStored('B4');
  });

  it("TRN-68 another peer's party: 404, and neither side sees or gets anything", async () => {
    const foreign = JSON.stringify({ ...sample, country_code: 'DE', party_id: 'OTH', id: 'MINE' });
    expect((await call('PUT', `${receiver}/DE/OTH/MINE`, { token: otherToken, body: foreign })).http).toBe(201);
    const changed = foreign.replace('"publish":true', '"publish":false');
    expect((await call('PUT', `${receiver}/DE/OTH/MINE`, { body: changed })).http).toBe(404);
    expect((await call('GET', `${receiver}/DE/OTH/MINE`)).http).toBe(404);
    expect(JSON.stringify((await call('GET', `${receiver}/DE/OTH/MINE`, { token: otherToken })).data)).toBe(foreign);
  });

  it('RTE-13 a party of ours cannot be written by a peer', async () => {
    const answer = await call('PUT', `${receiver}/NL/RGC/RG-0001`, { body: JSON.stringify({ ...sample, name: 'taken over' }) });
    expect(answer.http).toBe(404);
    expect(JSON.stringify((await call('GET', `${sender}/RG-0001`)).data)).not.toContain('taken over');
  });

  it('TRN-01 TRN-02 TRN-09 no token, a wrong token, token A on a module: 401 with an envelope', async () => {
    const { token: tokenA } = await platform.api.invite('visitor');
    for (const wrong of [undefined, 'nobodys-token', tokenA]) {
      for (const [method, path] of [['GET', sender], ['PUT', `${receiver}/DE/BAD/B6`], ['GET', '/ocpi/nothing/here']] as const) {
        const answer = await call(method, path, { token: wrong as string, ...(method === 'PUT' && { body: '{}' }) });
        expect([wrong, path, answer.http, answer.status]).toEqual([wrong, path, path === '/ocpi/nothing/here' && wrong === tokenA ? 404 : 401, 2000]);
      }
    }
  });

  it.each(['date_from=yesterday', 'date_to=2026-13-01T00:00:00Z', 'limit=-1', 'limit=ten', 'offset=-1', 'offset=1e3', 'limit=1&limit=2'])(
    'PAG-22 %s: 200/2001',
    async (query) => {
      const answer = await call('GET', `${sender}?${query}`);
      expect([answer.http, answer.status]).toEqual([200, 2001]);
    },
  );

  it('PAG-08 PAG-13 PAG-23 limit 0, limit 10^9, offset beyond the end', async () => {
    const none = await call('GET', `${sender}?limit=0`);
    expect([none.status, none.data, none.headers.get('x-total-count'), none.headers.get('link')]).toEqual([1000, [], '300', null]);
    const most = await call('GET', `${sender}?limit=1000000000`);
    expect([most.status, (most.data as unknown[]).length, most.headers.get('x-limit')]).toEqual([1000, 300, '500']);
    const beyond = await call('GET', `${sender}?offset=999999`);
    expect([beyond.status, beyond.data, beyond.headers.get('link')]).toEqual([1000, [], null]);
  });

  it('a cursor that was tampered with, or made for another list: 200/2001', async () => {
    const link = (await call('GET', `${sender}?limit=10`)).headers.get('link') ?? '';
    const next = new URL(/<(.*)>/.exec(link)?.[1] ?? '');
    const cursor = next.searchParams.get('cursor') ?? '';
    expect((await call('GET', next.pathname + next.search)).status).toBe(1000);
    for (const wrong of [`A${cursor.slice(1)}`, `${cursor}x`, 'nonsense', '.']) {
      next.searchParams.set('cursor', wrong);
      expect((await call('GET', next.pathname + next.search)).status).toBe(2001);
    }
    next.searchParams.set('cursor', cursor);
    next.searchParams.set('date_from', '2020-01-01T00:00:00Z');
    expect((await call('GET', next.pathname + next.search)).status).toBe(2001);
    next.searchParams.delete('date_from');
    expect((await call('GET', next.pathname + next.search, { token: otherToken })).status).toBe(2001);
  });

  it('TRN-56 a path that is no percent-encoded UTF-8 has an envelope', async () => {
    expect((await call('GET', `${sender}/%zz`)).status).toBe(2001);
  });

  async function* lines(): AsyncGenerator<string> {
    yield* samples;
  }
});
