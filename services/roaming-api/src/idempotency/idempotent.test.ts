import { RoamgridError } from '@roamgrid/runtime';
import { ApiUnderTest } from '../../test/api-under-test';
import { ManualClock } from '../../test/manual-clock';

const invite = (api: ApiUnderTest, idempotencyKey: string, name = 'Peer'): Promise<Response> =>
  api.admin('POST', '/v1/peers/invitations', { name }, { 'idempotency-key': idempotencyKey });

const connecting = { name: 'P', versions_url: 'https://peer.example/versions', token: 'token-a' };
const connect = (api: ApiUnderTest, idempotencyKey: string, body: unknown = connecting): Promise<Response> =>
  api.admin('POST', '/v1/peers', body, { 'idempotency-key': idempotencyKey });

describe('a request with an Idempotency-Key', () => {
  let api: ApiUnderTest;
  const clock = new ManualClock();

  beforeEach(async () => {
    api = await ApiUnderTest.start({ clock });
  });

  afterEach(() => api.close());

  it('is done once, and its repetitions get the same answer, marked', async () => {
    const first = await connect(api, 'a-1');
    const again = await connect(api, 'a-1');
    expect(api.connected).toHaveLength(1);
    expect([again.status, await again.json()]).toEqual([first.status, await first.json()]);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await connect(api, 'a-2');
    await api.admin('POST', '/v1/peers', connecting);
    await api.admin('POST', '/v1/peers', connecting);
    expect(api.connected).toHaveLength(4);
  });

  it('that makes a key makes one key', async () => {
    const make = (): Promise<Response> => api.admin('POST', '/v1/keys', { name: 'x', rights: ['read'] }, { 'idempotency-key': 'k' });
    const [first, again] = [await (await make()).json(), await (await make()).json()];
    expect(again).toEqual(first);
    expect(api.keyRecords.stored.size).toBe(1);
  });

  it('is refused with another body, and is another one for another operation or caller', async () => {
    await connect(api, 'b');
    const other = await connect(api, 'b', { ...connecting, name: 'Q' });
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([422, 'idempotency.other_request']);
    expect((await invite(api, 'b')).headers.get('idempotency-replayed')).toBeNull();
    const { key } = await api.key({ rights: ['peers'] });
    const headers = { 'x-api-key': key, 'content-type': 'application/json', 'idempotency-key': 'b' };
    const own = await api.call('POST', '/v1/peers', { headers, body: JSON.stringify(connecting) });
    expect([own.status, own.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect(api.connected).toHaveLength(2);
  });

  it('is told to come back while the first one is under way', async () => {
    let go = (): void => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    const entered = api.holdConnect(held);
    const first = connect(api, 'c');
    await entered;
    const early = await connect(api, 'c');
    expect([early.status, early.headers.get('retry-after'), ((await early.json()) as { code: string }).code]).toEqual([409, '1', 'idempotency.running']);
    go();
    expect((await first).status).toBe(201);
    expect((await connect(api, 'c')).headers.get('idempotency-replayed')).toBe('true');
    expect(api.connected).toHaveLength(1);
  });

  it('that was refused or failed may be tried again', async () => {
    api.refusal = new RoamgridError('peer.unreachable', 'no answer');
    expect((await connect(api, 'd')).status).toBe(502);
    api.refusal = undefined;
    const again = await connect(api, 'd');
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null]);
    expect((await connect(api, 'e', { ...connecting, token: '' })).status).toBe(422);
    expect((await connect(api, 'e')).status).toBe(201);
  });

  it('whose process fell silent is taken over after two minutes', async () => {
    await connect(api, 'f');
    for (const [id, record] of api.idempotency.stored) api.idempotency.stored.set(id, { ...record, answer: null });
    expect((await connect(api, 'f')).status).toBe(409);
    clock.advance(119_999);
    expect((await connect(api, 'f')).status).toBe(409);
    clock.advance(1);
    expect((await connect(api, 'f')).status).toBe(201);
    expect(api.connected).toHaveLength(2);
  });

  it('is forgotten after a day', async () => {
    await connect(api, 'g');
    clock.advance(24 * 3_600_000 - 1);
    expect((await connect(api, 'g')).headers.get('idempotency-replayed')).toBe('true');
    clock.advance(1);
    expect((await connect(api, 'g')).headers.get('idempotency-replayed')).toBeNull();
  });

  it('leaves no secret in the store', async () => {
    await invite(api, 'h');
    const [record] = api.idempotency.stored.values();
    expect(record?.answer?.length).toBeGreaterThan(0);
    expect(record?.answer?.includes('one-time-token')).toBe(false);
    expect(JSON.stringify(record)).not.toContain('"h"');
  });

  it.each(['with blank', 'x'.repeat(256), 'é'])('is refused under %j', async (idempotencyKey) => {
    const response = await invite(api, idempotencyKey);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'parameter.invalid']);
  });
});
