import { ApiUnderTest, hosted } from '../../test/api-under-test';

type View = Record<string, unknown> & { id: string };

const start = {
  kind: 'START_SESSION',
  to: 'DE*CPO',
  request: { token: { uid: '012345678', type: 'RFID' }, location_id: 'LOC1', evse_uid: 'E1' },
};
const ABC = { country_code: 'NL', party_id: 'ABC' };
const XYZ = { country_code: 'NL', party_id: 'XYZ' };

describe('conversations in the roaming API', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await ApiUnderTest.start({ parties: [hosted('CPO'), hosted('EMSP', 'ABC'), hosted('HUB', 'ABC'), hosted('EMSP', 'XYZ')] });
  });
  afterEach(() => api.close());

  const post = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<{ status: number; body: View; headers: Headers }> => {
    const init = { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
    const response = await api.call('POST', path, init);
    return { status: response.status, body: (await response.json()) as View, headers: response.headers };
  };
  const read = async (path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: View }> => {
    const response = await api.call('GET', path, { headers });
    return { status: response.status, body: (await response.json()) as View };
  };
  const ids = async (query: string, headers: Record<string, string> = {}): Promise<string[]> => {
    const { body } = await read(`/v1/commands${query}`, headers);
    return (body['items'] as View[]).map(({ id }) => id);
  };

  describe('beginning', () => {
    it('answers 202 with a handle, whose URL reads the same conversation', async () => {
      const { status, body, headers } = await post('/v1/commands', { ...start, from: 'nl*abc' });
      expect([status, body]).toEqual([202, expect.objectContaining({ id: 'C1', kind: 'START_SESSION', state: 'REQUESTED', ...ABC })]);
      expect(headers.get('location')).toBe('https://roaming.example/v1/commands/NL/ABC/C1');
      expect((await read('/v1/commands/NL/ABC/C1')).body).toEqual(body);
      expect(api.conversations.commands.requests('Begin')).toEqual([
        { kind: 'START_SESSION', from: ABC, to: { country_code: 'DE', party_id: 'CPO' }, json: start.request, id: '' },
      ]);
    });

    it('begins nothing new when it is repeated with its Idempotency-Key', async () => {
      const once = { 'idempotency-key': 'driver-7-start' };
      const first = await post('/v1/commands', { ...start, from: 'NL*ABC' }, once);
      const again = await post('/v1/commands', { ...start, from: 'NL*ABC' }, once);
      expect(again).toMatchObject({ status: 202, body: first.body });
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect(again.headers.get('location')).toBe(first.headers.get('location'));
      expect((await post('/v1/commands', { ...start, from: 'NL*XYZ' }, once)).body).toMatchObject({ code: 'idempotency.other_request' });
      await post('/v1/commands', { ...start, from: 'NL*ABC' });
      expect(api.conversations.commands.requests('Begin')).toHaveLength(2);
    });

    it('needs no party that asks where only one can be meant, by the key or by what is hosted', async () => {
      expect(await post('/v1/commands', start)).toMatchObject({ status: 422, body: { code: 'object.invalid', detail: expect.stringContaining('NL*ABC, NL*XYZ') as string } });
      const { key } = await api.key({ rights: ['write'], parties: ['NL*XYZ', 'NL*RGC'] });
      expect((await post('/v1/commands', start, { 'x-api-key': key })).body).toMatchObject(XYZ);
      const { key: none } = await api.key({ rights: ['write'], parties: ['NL*RGC'] });
      expect((await post('/v1/commands', start, { 'x-api-key': none })).body).toMatchObject({ code: 'object.invalid', detail: expect.stringContaining('none') as string });
    });

    it('leaves a party that is not hosted to the service', async () => {
      await post('/v1/commands', { ...start, from: 'FR*ZZZ' });
      expect(api.conversations.commands.requests('Begin')).toMatchObject([{ from: { country_code: 'FR', party_id: 'ZZZ' } }]);
    });

    it.each([
      [{ ...start, kind: 'START_ENGINE' }, '/kind'],
      [{ ...start, to: 'Germany' }, '/to'],
      [{ ...start, request: 'please' }, '/request'],
      [{ ...start, deadline: 7 }, 'deadline'],
      [{ ...start, request: { ...start.request, response_url: 'https://mine.example' } }, '/request/response_url'],
    ])('refuses %j', async (body, place) => {
      expect(await post('/v1/commands', body)).toMatchObject({ status: 422, body: { code: 'object.invalid', detail: expect.stringContaining(place) as string } });
      expect(api.conversations.commands.calls).toEqual([]);
    });

    it('needs the right to write, the module and the party', async () => {
      const whole = { ...start, from: 'NL*ABC' };
      const { key: reader } = await api.key({ rights: ['read'] });
      expect(await post('/v1/commands', whole, { 'x-api-key': reader })).toMatchObject({ status: 403, body: { code: 'key.right_missing' } });
      const { key: profiles } = await api.key({ rights: ['write'], modules: ['chargingprofiles'] });
      expect(await post('/v1/commands', whole, { 'x-api-key': profiles })).toMatchObject({ status: 403, body: { code: 'key.other_module' } });
      const { key: other } = await api.key({ rights: ['write'], parties: ['NL*XYZ'] });
      expect(await post('/v1/commands', whole, { 'x-api-key': other })).toMatchObject({ status: 403, body: { code: 'party.not_yours' } });
      expect(api.conversations.commands.calls).toEqual([]);
    });

    it('CHP-03 is the same of charging profiles', async () => {
      const body = { kind: 'CLEAR', from: 'NL*ABC', to: 'DE*CPO', request: { session_id: 'S1' } };
      expect(await post('/v1/chargingprofiles', body)).toMatchObject({ status: 202, body: { module: 'chargingprofiles', kind: 'CLEAR' } });
    });
  });

  describe('reading', () => {
    beforeEach(() => {
      for (let i = 0; i < 5; i += 1) {
        api.conversations.commands.keep(i % 2 ? XYZ : ABC, { kind: 'STOP_SESSION', request: { session_id: `S${i}` }, ...(i === 4 && { direction: 'asked', state: 'WAITING' }) });
      }
    });

    it('lists the newest first, page by page', async () => {
      const first = await read('/v1/commands?limit=2');
      expect((first.body['items'] as View[]).map(({ id }) => id)).toEqual(['C5', 'C4']);
      const cursor = encodeURIComponent(String(first.body['next_cursor']));
      const second = await read(`/v1/commands?limit=3&cursor=${cursor}`);
      expect((second.body['items'] as View[]).map(({ id }) => id)).toEqual(['C3', 'C2', 'C1']);
      expect(second.body).not.toHaveProperty('next_cursor');
      expect(await read(`/v1/commands?state=WAITING&cursor=${cursor}`)).toMatchObject({ status: 400, body: { code: 'parameter.invalid' } });
      expect(await read('/v1/commands?cursor=invented')).toMatchObject({ status: 400, body: { code: 'parameter.invalid' } });
    });

    it('lists by direction, state and party', async () => {
      expect(await ids('?direction=asked')).toEqual(['C5']);
      expect(await ids('?state=REQUESTED&direction=asking')).toEqual(['C4', 'C3', 'C2', 'C1']);
      expect(await ids('?party=NL*XYZ')).toEqual(['C4', 'C2']);
      for (const query of ['direction=both', 'state=DONE', 'limit=0', 'limit=201', 'party=XYZ', 'kind=STOP_SESSION']) {
        expect(await read(`/v1/commands?${query}`)).toMatchObject({ status: 400, body: { code: 'parameter.invalid' } });
      }
    });

    it('shows a key of a party what is of that party', async () => {
      const { key } = await api.key({ rights: ['read'], parties: ['NL*XYZ'] });
      const as = { 'x-api-key': key };
      expect(await ids('', as)).toEqual(['C4', 'C2']);
      expect(await ids('?party=NL*ABC', as)).toEqual([]);
      expect((await read('/v1/commands/NL/XYZ/C2', as)).status).toBe(200);
      expect(await read('/v1/commands/NL/ABC/C1', as)).toMatchObject({ status: 404, body: { code: 'conversation.unknown' } });
      expect(await read('/v1/commands/NL/ABC/C9')).toMatchObject({ status: 404, body: { code: 'conversation.unknown' } });
    });

    it('needs the right to read, and the module', async () => {
      const { key: writer } = await api.key({ rights: ['write'] });
      const { key: other } = await api.key({ rights: ['read'], modules: ['locations', 'chargingprofiles'] });
      for (const path of ['/v1/commands', '/v1/commands/NL/ABC/C1']) {
        expect((await read(path, { 'x-api-key': writer })).body).toMatchObject({ code: 'key.right_missing' });
        expect((await read(path, { 'x-api-key': other })).body).toMatchObject({ code: 'key.other_module' });
      }
    });
  });

  describe('answering', () => {
    const path = '/v1/commands/NL/RGC/C1/result';
    beforeEach(() => {
      api.conversations.commands.keep({ country_code: 'NL', party_id: 'RGC' }, { kind: 'STOP_SESSION', direction: 'asked', state: 'WAITING', request: { session_id: 'S1' }, told: true });
    });

    it('gives the result, once', async () => {
      expect(await post(path, { result: 'ACCEPTED' })).toMatchObject({ status: 200, body: { id: 'C1', state: 'COMPLETED', result: { result: 'ACCEPTED' } } });
      expect(await post(path, { result: 'FAILED' })).toMatchObject({ status: 409, body: { code: 'conversation.over' } });
      expect(await post('/v1/commands/NL/RGC/C7/result', { result: 'FAILED' })).toMatchObject({ status: 404, body: { code: 'conversation.unknown' } });
    });

    it('is for a key of that party, with the right to write', async () => {
      const { key: other } = await api.key({ rights: ['write'], parties: ['NL*ABC'] });
      expect(await post(path, { result: 'ACCEPTED' }, { 'x-api-key': other })).toMatchObject({ status: 404, body: { code: 'conversation.unknown' } });
      const { key: reader } = await api.key({ rights: ['read'] });
      expect(await post(path, { result: 'ACCEPTED' }, { 'x-api-key': reader })).toMatchObject({ status: 403, body: { code: 'key.right_missing' } });
      expect(api.conversations.commands.calls).toEqual([]);
    });
  });

  describe('telling unasked', () => {
    const path = '/v1/chargingprofiles/NL/RGC/active';
    const notice = (session_id: string): unknown => ({
      session_id,
      start_date_time: '2026-06-01T08:00:00Z',
      charging_profile: { charging_rate_unit: 'W', charging_profile_period: [{ start_period: 0, limit: 11_000 }] },
    });

    it('CHP-12 names who is told, which may be nobody', async () => {
      expect(await post(path, notice('S1'))).toMatchObject({ status: 202, body: { items: [{ kind: 'ACTIVE_PROFILE', request: { session_id: 'S1' } }] } });
      expect((await post(path, notice('nobody'))).body).toEqual({ items: [] });
      expect(api.conversations.chargingprofiles.requests('Notify')).toMatchObject([{ kind: 'ACTIVE_PROFILE', party: { country_code: 'NL', party_id: 'RGC' } }, {}]);
    });

    it('is for a party that answers, and a key that acts for it', async () => {
      expect((await post('/v1/chargingprofiles/NL/ABC/active', notice('S1'))).body).toMatchObject({ code: 'party.not_yours' });
      const { key } = await api.key({ rights: ['write'], parties: ['NL*ABC'] });
      expect(await post(path, notice('S1'), { 'x-api-key': key })).toMatchObject({ status: 403, body: { code: 'party.not_yours' } });
      expect(api.conversations.chargingprofiles.calls).toEqual([]);
    });

    it('is no conversation of that name', async () => {
      const response = await api.call('GET', path);
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    });
  });

  it('is away while its service is', async () => {
    await api.stop('commands');
    expect(await post('/v1/commands', { ...start, from: 'NL*ABC' })).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect((await read('/v1/chargingprofiles')).status).toBe(200);
  });
});
