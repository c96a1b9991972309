import { quirkNames } from '@roamgrid/ocpi';
import { ApiUnderTest, peerOf } from '../../test/api-under-test';

const PATH = '/v1/peers/p1/quirks';

describe('quirks of a peer', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });

  afterEach(() => api.close());

  it('are listed with what each changes and when a peer needs it', async () => {
    const { items } = (await (await api.admin('GET', '/v1/quirks')).json()) as { items: Record<string, unknown>[] };
    expect(items.map(({ name }) => name)).toEqual(quirkNames);
    expect(items.find(({ name }) => name === 'push_method')).toMatchObject({
      schema: { enum: ['put', 'patch'] },
      expected: '"put" or "patch"',
      default: 'put',
      changes: expect.stringContaining('PATCH') as unknown,
      needed_when: expect.stringContaining('status') as unknown,
      acts_in: ['push-dispatcher'],
    });
    expect(items.find(({ name }) => name === 'token_encoding')).toMatchObject({
      default: '"raw" for a peer of OCPI 2.1.1, else "base64"',
    });
  });

  it('are shown in the type of each; what an older or newer version stored and nobody knows is left out', async () => {
    const quirks = { page_size: '50', message_ids: 'false', token_encoding: 'raw', from_the_future: 'x', date_from: '?' };
    api.peers[0] = { ...peerOf('p1'), quirks, last_error: 'HTTP 500' };
    const shown = { page_size: 50, message_ids: false, token_encoding: 'raw' };
    expect(await (await api.admin('GET', PATH)).json()).toEqual(shown);
    expect(await (await api.admin('GET', '/v1/peers/p1')).json()).toMatchObject({ quirks: shown, last_error: 'HTTP 500' });
    expect((await api.admin('GET', '/v1/peers/p9/quirks')).status).toBe(404);
  });

  it('are set as a whole by PUT, one by one by PATCH, where null brings one back', async () => {
    const answer = await api.admin('PUT', PATH, { page_size: 50, compress_answers: false });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ page_size: 50, compress_answers: false });
    await api.admin('PATCH', PATH, { requests_per_second: 0.5, page_size: null });
    await api.admin('PUT', PATH, {});
    expect(api.quirkChanges).toEqual([
      { peer_id: 'p1', quirks: { page_size: '50', compress_answers: 'false' }, reset: [], replace: true },
      { peer_id: 'p1', quirks: { requests_per_second: '0.5' }, reset: ['page_size'], replace: false },
      { peer_id: 'p1', quirks: {}, reset: [], replace: true },
    ]);
  });

  it.each<[string, string, unknown, string]>([
    ['an unknown name', 'PUT', { page_sice: 5 }, `unknown quirk "page_sice"; known are ${quirkNames.join(', ')}`],
    ['an unknown name', 'PATCH', { nothing: null }, `unknown quirk "nothing"; known are ${quirkNames.join(', ')}`],
    ['a name of every object', 'PUT', { constructor: 'x' }, `unknown quirk "constructor"; known are ${quirkNames.join(', ')}`],
    ['null in a PUT', 'PUT', { page_size: null }, 'page_size: expected a whole number from 1 to 10000'],
    ['a number as text', 'PUT', { page_size: '50' }, 'page_size: expected a whole number from 1 to 10000'],
    ['a number out of bounds', 'PATCH', { page_size: 0 }, 'page_size: expected a whole number from 1 to 10000'],
    ['a fraction', 'PATCH', { page_size: 1.5 }, 'page_size: expected a whole number from 1 to 10000'],
    ['a truth value as text', 'PATCH', { message_ids: 'false' }, 'message_ids: expected true or false'],
    ['another word', 'PUT', { push_method: 'PATCH' }, 'push_method: expected "put" or "patch"'],
    ['a list', 'PUT', { push_method: ['patch'] }, 'push_method: expected "put" or "patch"'],
  ])('are refused, all of them: %s', async (_what, method, body, detail) => {
    const response = await api.admin(method, PATH, { query_dates: 'seconds', ...(body as object) });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'object.invalid', detail });
    expect(api.quirkChanges).toEqual([]);
  });

  it('can come with an invitation, and with the first call to a peer', async () => {
    const peer = { name: 'P', versions_url: 'https://peer.example/ocpi/versions', token: 't' };
    await api.admin('POST', '/v1/peers', { ...peer, quirks: { token_encoding: 'raw' } });
    expect(api.connected).toEqual([{ ...peer, quirks: { token_encoding: 'raw' } }]);
    const refused = await api.admin('POST', '/v1/peers', { ...peer, quirks: { token_encoding: 'none' } });
    expect(await refused.json()).toMatchObject({ detail: 'token_encoding: expected "base64" or "raw"' });
    const invited = await api.admin('POST', '/v1/peers/invitations', { name: 'N', quirks: { check_routing: false } });
    expect(await invited.json()).toMatchObject({ peer: { quirks: { check_routing: false } } });
  });
});
