import type { ListRequest } from '@roamgrid/runtime';
import { ApiUnderTest } from '../../test/api-under-test';

describe('an export', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });

  afterEach(() => api.close());

  const store = (key: string, json: string, origin = 'own'): unknown =>
    api.objects.locations.stored.set(key, { origin, rev: 2, json: Buffer.from(json) });

  it('streams the objects as they are stored, one a line, over all pages', async () => {
    const written = Array.from({ length: 450 }, (_, i) => `{"id":"L${i}","kwh":1.50,"name":"a, \\"b\\" [${i}]"}`);
    written.forEach((json, i) => store(`NL*RGC*L${i}`, json));
    const response = await api.call('GET', '/v1/locations/export');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    expect((await response.text()).split('\n')).toEqual([...written, '']);
    expect(api.objects.locations.requests<ListRequest>('List')).toHaveLength(3);
  });

  it('says of each object whose it is, where asked', async () => {
    store('NL*RGC*A', '{\n  "id": "A"\n}');
    const text = await (await api.call('GET', '/v1/locations/export?described=true')).text();
    expect(text.trimEnd()).not.toContain('\n');
    expect(JSON.parse(text)).toMatchObject({ key: 'NL*RGC*A', party: 'NL*RGC', origin: 'own', rev: 2, object: { id: 'A' } });
  });

  it('of a selection asks for that alone, and of nothing is empty', async () => {
    store('NL*RGC*A', '{"id":"A"}');
    const query = '?origin=p1&party=NL*RGC&updated_from=2026-01-01T00:00:00Z&updated_to=2026-02-01T00:00:00Z';
    const response = await api.call('GET', `/v1/locations/export${query}`);
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(api.objects.locations.requests<ListRequest>('List')[0]).toMatchObject({
      origin: 'p1', parties: [{ country_code: 'NL', party_id: 'RGC' }], date_from: Date.UTC(2026, 0, 1), date_to: Date.UTC(2026, 1, 1),
    });
  });

  it('that fails in the middle ends in a cut connection, not as if it were whole', async () => {
    for (let i = 0; i < 250; i += 1) store(`NL*RGC*L${i}`, `{"id":"L${i}"}`);
    let lists = 0;
    api.objects.locations.before = (name) => {
      if (name === 'List' && (lists += 1) === 2) throw new Error('away');
    };
    const response = await api.call('GET', '/v1/locations/export');
    await expect(response.text()).rejects.toThrow();
  });

  it('can be imported again', async () => {
    store('NL*RGC*A', '{"country_code":"NL","party_id":"RGC","id":"A","last_updated":"2026-01-01T00:00:00Z"}');
    const body = await (await api.call('GET', '/v1/locations/export?origin=own')).text();
    const answer = await api.call('POST', '/v1/locations/import', { headers: { 'content-type': 'application/x-ndjson' }, body });
    const [line, summary] = (await answer.text()).trimEnd().split('\n').map((text) => JSON.parse(text) as unknown);
    expect(line).toMatchObject({ line: 1, outcome: 'unchanged' });
    for (const each of [line, summary]) expect(api.document.problemOfValue('ImportLine', each)).toBeUndefined();
  });

  it.each(['?described=yes', '?limit=5', '?party=x'])('refuses %s', async (query) => {
    expect((await api.call('GET', `/v1/locations/export${query}`)).status).toBe(400);
  });
});
