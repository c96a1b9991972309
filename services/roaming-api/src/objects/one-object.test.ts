import { RoamgridError, type GetRequest, type WriteRequest } from '@roamgrid/runtime';
import { ApiUnderTest, hosted } from '../../test/api-under-test';

const json = { 'content-type': 'application/json' };

describe('one object', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });

  afterEach(() => api.close());

  const write = (method: string, path: string, body = '{"id":"L1"}'): Promise<Response> =>
    api.call(method, path, { body, headers: json });

  it('is created with 201, replaced with 200, and read back as the bytes that were stored', async () => {
    const bytes = '{ "id":"L1",\n "price": 1.10 }';
    const created = await write('PUT', '/v1/locations/NL/RGC/L1', bytes);
    expect(created.status).toBe(201);
    expect(await created.json()).toEqual({ outcome: 'created', key: 'NL*RGC*L1', rev: 1 });
    const same = await write('PUT', '/v1/locations/NL/RGC/L1', bytes);
    expect(same.status).toBe(200);
    expect(await same.json()).toEqual({ outcome: 'unchanged', key: 'NL*RGC*L1', rev: 1 });
    const read = await api.call('GET', '/v1/locations/NL/RGC/L1');
    expect(read.headers.get('etag')).toBe('"1"');
    expect(await read.text()).toBe(bytes);
  });

  it('is not sent again to who has this rev', async () => {
    await write('PUT', '/v1/locations/NL/RGC/L1');
    const path = '/v1/locations/NL/RGC/L1';
    expect((await api.call('GET', path, { headers: { 'if-none-match': '"1"' } })).status).toBe(304);
    expect((await api.call('GET', path, { headers: { 'if-none-match': '"2"' } })).status).toBe(200);
  });

  it('is written as the company itself, whatever the body says', async () => {
    await write('PUT', '/v1/locations/NL/RGC/L%2F1', '{"country_code":"DE"}');
    expect(api.objects.locations.requests<WriteRequest>('Put')[0]).toMatchObject({
      caller: { origin: 'own', roles: [{ role: 'CPO', country_code: 'NL', party_id: 'RGC' }] },
      version: '2.2.1',
      path: { party: { country_code: 'NL', party_id: 'RGC' }, ids: ['L/1'], nested: [] },
      json: Buffer.from('{"country_code":"DE"}'),
    });
  });

  it('has nested objects as its declaration says', async () => {
    await write('PUT', '/v1/locations/NL/RGC/L1/E1');
    await write('PATCH', '/v1/locations/NL/RGC/L1/E1/C1');
    await api.call('GET', '/v1/locations/NL/RGC/L1/E1/C1');
    expect(api.objects.locations.requests<WriteRequest>('Put')[0]?.path).toMatchObject({ ids: ['L1'], nested: ['E1'] });
    expect(api.objects.locations.requests<WriteRequest>('Patch')[0]?.path).toMatchObject({
      ids: ['L1'],
      nested: ['E1', 'C1'],
    });
    expect(api.objects.locations.requests<GetRequest>('Get')[0]).toMatchObject({
      origin: '',
      ids: ['L1'],
      nested: ['E1', 'C1'],
    });
    expect((await api.call('GET', '/v1/tariffs/NL/RGC/T1/E1')).status).toBe(404);
  });

  it('is deleted only where the declaration allows', async () => {
    await write('PUT', '/v1/tariffs/NL/RGC/T1');
    const deleted = await api.call('DELETE', '/v1/tariffs/NL/RGC/T1');
    expect(await deleted.json()).toEqual({ outcome: 'deleted', key: 'NL*RGC*T1', rev: 2 });
    const refused = await api.call('DELETE', '/v1/locations/NL/RGC/L1');
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, HEAD, PUT, PATCH');
  });

  it('is patched only where the declaration allows (TAR-05)', async () => {
    const refused = await write('PATCH', '/v1/tariffs/NL/RGC/T1');
    expect(refused.status).toBe(405);
    expect(refused.headers.get('allow')).toBe('GET, HEAD, PUT, DELETE');
  });

  it('of a party that is not hosted here is refused with the sentence of the object service', async () => {
    const refused = await write('PUT', '/v1/locations/DE/XYZ/L1');
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      code: 'party.not_yours',
      detail: 'DE*XYZ is no party hosted by this platform',
    });
  });

  it('that is unknown is a problem without ETag', async () => {
    const response = await api.call('GET', '/v1/locations/NL/RGC/L9');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'object.unknown' });
    expect(response.headers.get('etag')).toBeNull();
  });

  it('cannot be written while its service is away', async () => {
    await api.stop('locations');
    const response = await write('PUT', '/v1/locations/NL/RGC/L1');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toMatchObject({
      code: 'unavailable',
      detail: 'a service behind this API does not answer at the moment; try again',
    });
  });

  it('hides the cause of a defect in its service', async () => {
    api.objects.locations.before = () => {
      throw new RoamgridError('internal', 'secret cause');
    };
    const response = await write('PUT', '/v1/locations/NL/RGC/L1');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });
});

describe('one object without the role', () => {
  let api: ApiUnderTest;

  beforeAll(async () => {
    api = await ApiUnderTest.start({ parties: [hosted('EMSP'), hosted('HUB', 'RGH')] });
  });

  afterAll(() => api.close());

  it('is refused before its service is asked, and can be read', async () => {
    for (const method of ['PUT', 'PATCH']) {
      const refused = await api.call(method, '/v1/locations/NL/RGC/L1', { body: '{}', headers: json });
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({
        code: 'party.role_missing',
        detail: expect.stringContaining('NL*RGC (EMSP), NL*RGH (HUB)') as string,
      });
    }
    expect((await api.call('DELETE', '/v1/tariffs/NL/RGC/T1')).status).toBe(403);
    expect([...api.objects.locations.calls, ...api.objects.tariffs.calls]).toEqual([]);
    expect((await api.call('GET', '/v1/locations/NL/RGC/L1')).status).toBe(404);
  });
});
