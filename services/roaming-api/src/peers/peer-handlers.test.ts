import { RoamgridError } from '@roamgrid/runtime';
import { ApiUnderTest } from '../../test/api-under-test';

const view = {
  id: 'p1',
  name: 'peer p1',
  state: 'registered',
  version: '2.2.1',
  versions_url: 'https://peer.example/ocpi/versions',
  roles: [{ role: 'EMSP', country_code: 'NL', party_id: 'ABC', business_details: { name: 'Roaming test' } }],
  endpoints: [{ identifier: 'locations', role: 'RECEIVER', url: 'https://peer.example/ocpi/locations' }],
  quirks: {},
  last_error: null,
};

describe('peers', () => {
  let api: ApiUnderTest;

  beforeEach(async () => {
    api = await ApiUnderTest.start();
  });

  afterEach(() => api.close());

  it('are shown without any token or hash', async () => {
    expect(await (await api.admin('GET', '/v1/peers')).json()).toEqual({ items: [view] });
    expect(await (await api.admin('GET', '/v1/peers/p1')).json()).toEqual(view);
    const unknown = await api.admin('GET', '/v1/peers/p9');
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ code: 'peer.unknown', detail: 'there is no peer "p9"' });
  });

  it('HCI-11 say why what they are owed waits', async () => {
    const held = 'held: NL*ABC (EMSP) is OFFLINE, says the hub';
    api.healths = [{ peer_id: 'p1', health: 'well', delivered: 0, held }, { peer_id: 'p2', health: 'well', delivered: 0, held: '' }];
    expect(await (await api.admin('GET', '/v1/peers')).json()).toEqual({ items: [{ ...view, held }] });
    expect(await (await api.admin('GET', '/v1/peers/p1')).json()).toEqual({ ...view, held });
  });

  it.each([
    ['GET', '/v1/peers'],
    ['POST', '/v1/peers'],
    ['POST', '/v1/peers/invitations'],
    ['GET', '/v1/peers/p1'],
    ['DELETE', '/v1/peers/p1'],
    ['POST', '/v1/peers/p1/renew'],
    ['POST', '/v1/peers/p1/pull'],
    ['GET', '/v1/quirks'],
    ['GET', '/v1/peers/p1/quirks'],
    ['PUT', '/v1/peers/p1/quirks'],
    ['PATCH', '/v1/peers/p1/quirks'],
  ])('need an admin key: %s %s', async (method, path) => {
    expect((await api.call(method, path)).status).toBe(403);
  });

  it('are connected to with the token they gave, which no answer repeats', async () => {
    const body = { name: 'Peer', versions_url: 'https://peer.example/ocpi/versions', token: 'their-token-a' };
    const response = await api.admin('POST', '/v1/peers', body);
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('https://roaming.example/v1/peers/p%2F3');
    expect(await response.json()).toEqual({ ...view, id: 'p/3', name: 'peer p/3' });
    expect(api.connected).toEqual([{ ...body, quirks: {} }]);
  });

  it.each([
    [{ name: 'Peer', versions_url: 'https://peer.example' }, "the body must have required property 'token'"],
    [
      { name: 'P', versions_url: 'https://x.example', token: 't', mode: 1 },
      'the body must NOT have additional properties (mode)',
    ],
    [{ name: 'P', versions_url: 'ftp://x.example', token: 't' }, '/versions_url must be an absolute http(s) URL'],
    [
      { name: 'P', versions_url: 'https://x.example', token: 's3cret token' },
      '/token must be 1 to 64 printable ASCII characters without blanks (CRD-29)',
    ],
    [
      { name: 'P', versions_url: 'https://x.example', token: 's3cret'.repeat(20) },
      '/token must NOT have more than 64 characters',
    ],
  ])('are not connected to with %j', async (body, detail) => {
    const response = await api.admin('POST', '/v1/peers', body);
    expect(response.status).toBe(422);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'object.invalid', detail });
    expect(text).not.toContain('s3cret');
    expect(api.connected).toEqual([]);
  });

  it('that do not answer are a problem of theirs', async () => {
    api.refusal = new RoamgridError('peer.unreachable', 'https://peer.example/ocpi/versions: connection refused');
    const response = await api.admin('POST', '/v1/peers', {
      name: 'P',
      versions_url: 'https://peer.example',
      token: 't',
    });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      code: 'peer.unreachable',
      detail: 'https://peer.example/ocpi/versions: connection refused',
    });
  });

  it('says of a body that is no JSON where, and repeats nothing of it', async () => {
    const response = await fetch(`${api.url}/v1/peers`, {
      method: 'POST',
      headers: { authorization: 'Bearer admin-key-for-tests', 'content-type': 'application/json' },
      body: '{"token": s3cret}',
    });
    expect(response.status).toBe(400);
    expect(await response.text()).not.toContain('s3cret');
  });

  it('are invited with a token that is shown once', async () => {
    const response = await api.admin('POST', '/v1/peers/invitations', { name: 'Newcomer' });
    expect(response.status).toBe(201);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      peer: { ...view, id: 'p2', name: 'Newcomer', state: 'invited' },
      token: 'one-time-token',
      versions_url: 'https://us.example/ocpi/versions',
    });
    expect((await api.admin('POST', '/v1/peers/invitations', {})).status).toBe(422);
  });

  it('are renewed and disconnected', async () => {
    expect(await (await api.admin('POST', '/v1/peers/p1/renew')).json()).toEqual(view);
    expect(await (await api.admin('DELETE', '/v1/peers/p1')).json()).toEqual({ ...view, state: 'removed' });
  });

  it('are pulled from: all modules, or one in full', async () => {
    const all = await api.admin('POST', '/v1/peers/p1/pull');
    expect(all.status).toBe(202);
    expect(await all.json()).toEqual({ started: 1 });
    await api.admin('POST', '/v1/peers/p1/pull', { module: 'locations', full: true });
    expect(api.pulls).toEqual([
      { peer_id: 'p1', module: '', full: false },
      { peer_id: 'p1', module: 'locations', full: true },
    ]);
    const refused = await api.admin('POST', '/v1/peers/p1/pull', { module: 'location' });
    expect(await refused.json()).toMatchObject({
      code: 'object.invalid',
      detail: '/module: expected one of locations, tariffs',
    });
  });
});
