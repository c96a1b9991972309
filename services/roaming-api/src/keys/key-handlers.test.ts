import { ApiUnderTest, hosted } from '../../test/api-under-test';
import { ManualClock } from '../../test/manual-clock';

const location = JSON.stringify({ id: 'L1', last_updated: '2026-01-01T00:00:00Z' });

describe('API keys', () => {
  let api: ApiUnderTest;
  const as = (key: string): { headers: Record<string, string> } => ({ headers: { 'x-api-key': key, 'content-type': 'application/json' } });
  const codeOf = async (response: Response): Promise<unknown> => ((await response.json()) as { code: unknown }).code;

  beforeEach(async () => {
    api = await ApiUnderTest.start({ parties: [hosted('CPO'), hosted('CPO', 'TWO')] });
  });

  afterEach(() => api.close());

  it('are made, listed without what is secret, and revoked', async () => {
    const made = await api.admin('POST', '/v1/keys', { name: 'billing', rights: ['read'], parties: ['NL*RGC'], modules: ['tariffs'] });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { key, ...shown } = (await made.json()) as { key: string; id: string };
    expect(made.headers.get('location')).toBe(`https://roaming.example/v1/keys/${shown.id}`);
    expect(shown).toMatchObject({ name: 'billing', rights: ['read'], parties: ['NL*RGC'], modules: ['tariffs'], created_by: 'operator', revoked: null });
    const listed = await (await api.admin('GET', '/v1/keys')).json();
    expect(listed).toEqual({ items: [shown] });
    expect((await api.call('GET', '/v1/tariffs', as(key))).status).toBe(200);

    const ended = await api.admin('DELETE', `/v1/keys/${shown.id}`);
    expect(await ended.json()).toMatchObject({ id: shown.id, revoked: expect.stringMatching(/^\d{4}-/) as unknown });
    const refused = await api.call('GET', '/v1/tariffs', as(key));
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'key.unknown']);
    expect((await api.admin('DELETE', `/v1/keys/${shown.id}`)).status).toBe(200);
    expect((await api.admin('DELETE', '/v1/keys/nobody')).status).toBe(404);
  });

  it.each<[string, unknown, string]>([
    ['no name', { rights: ['read'] }, "the body must have required property 'name'"],
    ['no right', { name: 'x', rights: [] }, '/rights must NOT have fewer than 1 items'],
    ['an unknown right', { name: 'x', rights: ['root'] }, '/rights/0 must be equal to one of the allowed values'],
    ['a party that is not hosted', { name: 'x', rights: ['read'], parties: ['NL*XXX'] }, '/parties: not hosted here: NL*XXX; expected of NL*RGC, NL*TWO'],
    ['an unknown module', { name: 'x', rights: ['read'], modules: ['tarifs'] }, '/modules: expected of locations, tariffs, chargingprofiles, commands'],
    ['admin of one party', { name: 'x', rights: ['admin'], parties: ['NL*RGC'] }, '/rights: admin cannot be limited to parties or modules'],
    ['peers of one module', { name: 'x', rights: ['read', 'peers'], modules: ['tariffs'] }, '/rights: peers cannot be limited to parties or modules'],
    ['a field that there is not', { name: 'x', rights: ['read'], party: 'NL*RGC' }, 'the body must NOT have additional properties (party)'],
  ])('are refused with %s', async (_what, body, detail) => {
    const response = await api.admin('POST', '/v1/keys', body);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'object.invalid', detail });
  });

  it.each([
    ['read', 'GET', '/v1/locations', 200],
    ['read', 'GET', '/v1/status', 200],
    ['read', 'GET', '/v1/locations/export', 200],
    ['read', 'PUT', '/v1/locations/NL/RGC/L1', 403],
    ['read', 'POST', '/v1/driver-view/locations/NL/RGC/L1', 404],
    ['write', 'GET', '/v1/locations', 403],
    ['write', 'PUT', '/v1/locations/NL/RGC/L1', 201],
    ['write', 'GET', '/v1/peers', 403],
    ['peers', 'GET', '/v1/peers', 200],
    ['peers', 'GET', '/v1/keys', 403],
    ['peers', 'GET', '/v1/locations', 403],
    ['admin', 'GET', '/v1/keys', 200],
    ['admin', 'GET', '/v1/peers', 200],
    ['admin', 'PUT', '/v1/locations/NL/RGC/L1', 201],
  ])('with the right %s: %s %s is %i', async (right, method, path, status) => {
    const { key } = await api.key({ rights: [right] });
    const response = await api.call(method, path, { ...as(key), ...(method === 'PUT' && { body: location }) });
    expect(response.status).toBe(status);
    if (status === 403) expect(await codeOf(response)).toBe('key.right_missing');
  });

  it('each have a budget of requests; one that used it up is told when to come back', async () => {
    await api.close();
    api = await ApiUnderTest.start({ clock: new ManualClock(), limits: { requestsPerSecond: 1, requestBurst: 3 } });
    const { key } = await api.key({ rights: ['read'] });
    for (let i = 0; i < 3; i += 1) expect((await api.call('GET', '/v1/tariffs', as(key))).status).toBe(200);
    const refused = await api.call('GET', '/v1/tariffs', as(key));
    expect([refused.status, refused.headers.get('retry-after'), await codeOf(refused)]).toEqual([429, '1', 'overloaded']);
    expect((await api.call('GET', '/v1/tariffs')).status).toBe(200);
    expect((await api.call('GET', '/docs', as(key))).status).toBe(200);
  });

  it('of some modules open no other', async () => {
    const { key } = await api.key({ rights: ['read', 'write'], modules: ['tariffs'] });
    expect((await api.call('GET', '/v1/tariffs', as(key))).status).toBe(200);
    for (const [method, path] of [['GET', '/v1/locations'], ['PUT', '/v1/locations/NL/RGC/L1'], ['GET', '/v1/changes?module=locations']] as const) {
      const response = await api.call(method, path, { ...as(key), ...(method === 'PUT' && { body: location }) });
      expect([path, response.status, await codeOf(response)]).toEqual([path, 403, 'key.other_module']);
    }
    const status = (await (await api.call('GET', '/v1/status', as(key))).json()) as { own: object };
    expect(Object.keys(status.own)).toEqual(['tariffs']);
  });

  it('of one party write only its objects', async () => {
    const { key } = await api.key({ rights: ['write'], parties: ['NL*RGC'] });
    expect((await api.call('PUT', '/v1/locations/NL/RGC/L1', { ...as(key), body: location })).status).toBe(201);
    const refused = await api.call('PUT', '/v1/locations/NL/TWO/L1', { ...as(key), body: location });
    expect([refused.status, await codeOf(refused)]).toEqual([403, 'party.not_yours']);
    const both = await api.call('PUT', '/v1/locations/NL/TWO/L1', { headers: { 'content-type': 'application/json' }, body: location });
    expect(both.status).toBe(201);
  });

  it('of one party see its own objects and what peers sent, in lists, exports, counts and one by one', async () => {
    const store = (key: string, origin: string): unknown => api.objects.locations.stored.set(key, { origin, rev: 1, json: Buffer.from(`{"id":"${key}"}`) });
    store('NL*RGC*A', 'own');
    store('NL*TWO*B', 'own');
    store('DE*ABC*C', 'p1');
    const { key } = await api.key({ rights: ['read'], parties: ['NL*RGC'] });
    const keysOf = async (path: string): Promise<unknown> => {
      const page = (await (await api.call('GET', path, as(key))).json()) as { items: { key: string }[]; total: number };
      return [page.total, page.items.map((item) => item.key)];
    };
    expect(await keysOf('/v1/locations')).toEqual([2, ['NL*RGC*A', 'DE*ABC*C']]);
    expect(await keysOf('/v1/locations?party=NL*TWO')).toEqual([0, []]);
    expect(await keysOf('/v1/locations?origin=own')).toEqual([1, ['NL*RGC*A']]);
    expect(await keysOf('/v1/locations?origin=p1')).toEqual([1, ['DE*ABC*C']]);
    expect(await (await api.call('GET', '/v1/locations/export', as(key))).text()).toBe('{"id":"NL*RGC*A"}\n{"id":"DE*ABC*C"}\n');
    expect((await api.call('GET', '/v1/locations/NL/RGC/A', as(key))).status).toBe(200);
    expect((await api.call('GET', '/v1/locations/DE/ABC/C', as(key))).status).toBe(200);
    expect((await api.call('GET', '/v1/locations/NL/TWO/B', as(key))).status).toBe(404);
    const status = (await (await api.call('GET', '/v1/status', as(key))).json()) as { own: Record<string, unknown> };
    expect(status.own['locations']).toEqual({ stored: 1, parties: { 'NL*RGC': 1 } });
  });
});
