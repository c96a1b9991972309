import { ApiUnderTest } from '../../test/api-under-test';

const AT = Date.parse('2026-06-01T08:00:00Z');

interface Page {
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly next_cursor?: string;
}

describe('what went wrong, as an operator lists it', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
    const { deadLetters, attempts, quarantined } = api.operations;
    for (let i = 1; i <= 5; i += 1) {
      const about = { peer_id: i < 5 ? 'p1' : 'p2', module: i < 4 ? 'locations' : 'tariffs', key: `NL*RGC*O${i}` };
      deadLetters.push({ ...about, rev: i, at: AT + i, reason: 'HTTP 400', http: 400, ocpi: 2001, response: '{}' });
      attempts.push({ ...about, rev: i, at: AT + i, method: 'PUT', http: 0, ocpi: 0, milliseconds: 3, outcome: 'retry', reason: 'no answer', response: '' });
      quarantined.push({ ...about, position: 'page 1, object 1', code: 'object.invalid', message: 'no id', beginning: '{', size: 9, first_seen: AT, last_seen: AT + i });
    }
  });

  afterEach(() => api.close());

  const get = async (path: string): Promise<Page> => (await (await api.admin('GET', path)).json()) as Page;
  const keys = (page: Page): unknown[] => page.items.map(({ key }) => key);

  it('dead letters, with the answer that the peer gave', async () => {
    expect((await get('/v1/operations/dead-letters?peer=p2')).items).toEqual([
      { peer: 'p2', module: 'tariffs', key: 'NL*RGC*O5', rev: 5, at: '2026-06-01T08:00:00.005Z', reason: 'HTTP 400', http_status: 400, ocpi_status: 2001, response: '{}' },
    ]);
  });

  it('attempts, of one object too', async () => {
    const { items } = await get(`/v1/operations/attempts?key=${encodeURIComponent('NL*RGC*O2')}`);
    expect(items).toEqual([
      {
        ...{ at: '2026-06-01T08:00:00.002Z', peer: 'p1', module: 'locations', key: 'NL*RGC*O2', rev: 2, method: 'PUT', milliseconds: 3 },
        ...{ outcome: 'retry', reason: 'no answer', http_status: null, ocpi_status: null, response: null },
      },
    ]);
  });

  it('what is quarantined, with the reason and the beginning of what arrived', async () => {
    api.operations.quarantined.splice(1, 4, { ...api.operations.quarantined[1], key: '' } as never);
    const { items } = await get('/v1/operations/quarantine?module=locations');
    expect(items[0]).toEqual({
      ...{ peer: 'p1', module: 'locations', key: 'NL*RGC*O1', position: 'page 1, object 1', code: 'object.invalid', message: 'no id', beginning: '{', size: 9 },
      ...{ first_seen: '2026-06-01T08:00:00.000Z', last_seen: '2026-06-01T08:00:00.001Z' },
    });
    expect(items[1]).toMatchObject({ key: null });
  });

  it.each(['dead-letters', 'quarantine', 'attempts'])('%s come page by page, by peer and module', async (name) => {
    const path = `/v1/operations/${name}`;
    expect(keys(await get(`${path}?peer=p1&module=locations`))).toHaveLength(3);
    const first = await get(`${path}?peer=p1&limit=3`);
    expect(keys(first)).toEqual(['NL*RGC*O1', 'NL*RGC*O2', 'NL*RGC*O3']);
    const second = await get(`${path}?peer=p1&limit=3&cursor=${first.next_cursor ?? ''}`);
    expect([keys(second), second.next_cursor]).toEqual([['NL*RGC*O4'], undefined]);
    const otherwise = await api.admin('GET', `${path}?peer=p2&limit=3&cursor=${first.next_cursor ?? ''}`);
    expect([otherwise.status, await otherwise.json()]).toEqual([400, expect.objectContaining({ code: 'parameter.invalid' })]);
  });

  it.each(['limit=0', 'limit=501', 'module=parking', 'cursor=x', 'since=1'])('refuse ?%s', async (query) => {
    expect((await api.admin('GET', `/v1/operations/dead-letters?${query}`)).status).toBe(400);
  });

  it('need the right `operations`, which cannot be limited and opens nothing else', async () => {
    const { key } = await api.key({ rights: ['operations'] });
    const headers = { 'x-api-key': key };
    const other = { 'x-api-key': (await api.key({ rights: ['read', 'write', 'peers'] })).key };
    for (const path of ['/v1/operations', '/v1/operations/dead-letters', '/v1/operations/quarantine', '/v1/operations/attempts']) {
      expect([path, (await api.call('GET', path, { headers })).status]).toEqual([path, 200]);
      expect([path, (await api.call('GET', path, { headers: other })).status]).toEqual([path, 403]);
    }
    for (const path of ['/v1/peers/p1/retry', '/v1/peers/p1/resume', '/v1/peers/p1/resync']) {
      expect([path, (await api.call('POST', path, { headers })).status]).toEqual([path, 200]);
      expect([path, (await api.call('POST', path, { headers: other })).status]).toEqual([path, 403]);
    }
    expect((await api.call('GET', '/v1/peers', { headers })).status).toBe(403);
    expect((await api.call('GET', '/v1/locations', { headers })).status).toBe(403);
    const narrow = { name: 'narrow', rights: ['operations'] };
    for (const limit of [{ parties: ['NL*RGC'] }, { modules: ['locations'] }]) {
      const response = await api.admin('POST', '/v1/keys', { ...narrow, ...limit });
      expect([response.status, await response.json()]).toEqual([422, expect.objectContaining({ detail: '/rights: operations cannot be limited to parties or modules' })]);
    }
  });
});
