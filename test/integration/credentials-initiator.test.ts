import { HandshakePeer, sendEnvelope } from '@roamgrid/testkit';
import { CredentialsStack, tokenOf, type CredentialsProcess } from './credentials-stack';

jest.setTimeout(60_000);

const TOKEN_A = 'token-A-of-the-peer';

describe('credentials, calling peers', () => {
  const stack = new CredentialsStack();
  let service: CredentialsProcess;
  let peer: HandshakePeer;
  let number = 0;

  const connect = () => service.client.Connect({ name: peer.name, versions_url: peer.versionsUrl, token: TOKEN_A });
  const listed = async () => (await service.client.ListPeers({})).peers.find(({ name }) => name === peer.name);

  /** What the service would call the peer with, as the push-dispatcher sees it. */
  async function outboundToken(): Promise<string | undefined> {
    const abort = new AbortController();
    let token: string | undefined;
    for await (const event of service.client.Watch({ with_outbound_tokens: true }, abort.signal)) {
      if (event.peer?.name === peer.name) token = event.peer.outbound_token;
      if (event.complete) abort.abort();
    }
    return token;
  }

  beforeAll(async () => {
    await stack.start();
    service = await stack.service('credentials-1');
  });
  beforeEach(async () => {
    number += 1;
    peer = await HandshakePeer.start(`partner-${number}`, `I${String(number).padStart(2, '0')}`);
    peer.accepted.add(TOKEN_A);
  });
  afterEach(() => peer.stop());
  afterAll(async () => {
    service.close();
    await stack.stop();
  });

  it('CRD-02, CRD-03, CRD-10, CRD-12: connects; token B works during the POST, token C is used after it', async () => {
    const owners: unknown[] = [];
    peer.nextToken = 'token-C';
    peer.answer = async (call, response) => {
      if (call.method !== 'POST') return false;
      owners.push(await service.owner(call.body?.token ?? ''));
      peer.accepted.clear();
      sendEnvelope(response, 201, { status_code: 1000, data: peer.credentials() });
      return true;
    };
    const connected = await connect();
    expect(connected).toMatchObject({
      state: 'registered',
      version: '2.2.1',
      outbound_token: '',
      roles: [{ party_id: peer.partyId }],
    });
    const post = peer.calls[2];
    expect(peer.calls.map(({ token }) => token)).toEqual([TOKEN_A, TOKEN_A, TOKEN_A]);
    expect(post?.body).toMatchObject({
      url: 'http://127.0.0.1:8080/ocpi/versions',
      roles: [{ role: 'CPO' }, { role: 'EMSP' }],
    });
    expect(peer.takeCalls()).toEqual(['GET /versions', 'GET /2.2.1', 'POST /2.2.1/credentials']);
    expect(owners).toMatchObject([{ id: connected.id, state: 'connecting' }]);
    const tokenB = post?.body?.token ?? '';
    expect((await service.owner(tokenB))?.inbound_tokens).toMatchObject([{ scope: 'all', expires: 0 }]);
    expect(await outboundToken()).toBe('token-C');
    expect(await service.refusal(connect())).toBe('peer.registered');
  });

  it('CRD-08, VER-11: does not POST where version or endpoints are missing, and stores nothing', async () => {
    peer.versions = ['2.0', 'next'];
    expect(await service.refusal(connect())).toBe('peer.version_unsupported');
    peer.versions = ['2.0', '2.2.1', 'next'];
    peer.endpoints = [{ identifier: 'credentials' }, { identifier: 'parkingspots', role: 'SENDER' }];
    expect(await service.refusal(connect())).toBe('peer.endpoints_missing');
    peer.endpoints = [{ identifier: 'locations', role: 'SENDER' }];
    expect(await service.refusal(connect())).toBe('peer.endpoints_missing');
    expect(peer.takeCalls().filter((call) => !call.startsWith('GET'))).toEqual([]);
    expect(await listed()).toBeUndefined();
  });

  it('CRD-12: a POST that fails leaves a peer without tokens, and connecting again takes it up', async () => {
    const tokensB: string[] = [];
    peer.answer = (call, response) => {
      if (call.method !== 'POST') return false;
      tokensB.push(call.body?.token ?? '');
      if (tokensB.length === 1) sendEnvelope(response, 200, { status_code: 3001, status_message: 'no way back to you' });
      else if (tokensB.length === 2) response.destroy();
      else if (tokensB.length === 3) sendEnvelope(response, 200, { status_code: 1000, data: { token: 'C' } });
      else return false;
      return true;
    };
    expect(await service.refusal(connect())).toBe('peer.refused');
    const failed = await listed();
    expect(failed).toMatchObject({ state: 'connecting', inbound_tokens: [], roles: [] });
    expect(failed?.last_error).toContain('no way back to you');
    expect(await service.refusal(connect())).toBe('peer.unreachable');
    expect(await service.refusal(connect())).toBe('peer.bad_answer');
    expect(await connect()).toMatchObject({ id: failed?.id, state: 'registered' });
    expect(await Promise.all(tokensB.map(async (token) => (await service.owner(token)) !== undefined))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('TRN-07: calls a peer by its quirks from the first call of the handshake on', async () => {
    const quirks = { token_encoding: 'raw', message_ids: 'false', endpoint_slash: 'with' };
    peer.answer = (call, response) => {
      if (call.path !== '/2.2.1/credentials/') return false;
      sendEnvelope(response, 200, { status_code: 1000, data: peer.credentials() });
      return true;
    };
    const request = { name: peer.name, versions_url: peer.versionsUrl, token: TOKEN_A };
    const connected = await service.client.Connect({ ...request, quirks });
    expect(connected).toMatchObject({ state: 'registered', quirks });
    expect(peer.calls.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Token ${TOKEN_A}`));
    expect(peer.calls.flatMap(({ headers }) => Object.keys(headers)).filter((name) => name.startsWith('x-'))).toEqual([]);
    expect(peer.takeCalls()).toEqual(['GET /versions', 'GET /2.2.1', 'POST /2.2.1/credentials/']);

    await service.client.SetQuirks({ peer_id: connected.id, quirks: {}, reset: ['token_encoding'], replace: false });
    peer.nextToken = 'another';
    await service.client.Renew({ peer_id: connected.id });
    const encoded = Buffer.from(`${peer.name}-token-1`).toString('base64');
    expect(peer.calls.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill(`Token ${encoded}`));
  });

  it('CRD-33: gives a registration back whose parties another peer holds', async () => {
    const first = await HandshakePeer.start('holder', peer.partyId);
    await service.register(first);
    await first.stop();
    expect(await service.refusal(connect())).toBe('object.invalid');
    expect(peer.calls.at(-1)).toMatchObject({ method: 'DELETE', token: peer.nextToken });
    expect(await listed()).toMatchObject({ state: 'connecting', inbound_tokens: [] });
  });

  it('CRD-22, CRD-37, CRD-45: renews with a PUT; the old token of the peer works on for the grace', async () => {
    const { id } = await connect();
    const tokenB = peer.calls.at(-1)?.body?.token ?? '';
    const tokenC = peer.nextToken;
    peer.takeCalls();
    peer.nextToken = 'token-C-2';
    const renewed = await service.client.Renew({ peer_id: id });
    expect(peer.calls.map(({ token }) => token)).toEqual([tokenC, tokenC, tokenC]);
    const tokenB2 = peer.calls.at(-1)?.body?.token ?? '';
    expect(peer.takeCalls()).toEqual(['GET /versions', 'GET /2.2.1', 'PUT /2.2.1/credentials']);
    expect(tokenB2).not.toBe(tokenB);
    expect(renewed.inbound_tokens.map(({ expires }) => expires === 0)).toEqual([true, false]);
    expect((await service.owner(tokenB2))?.id).toBe(id);
    expect((await service.owner(tokenB))?.id).toBe(id);
    expect(await outboundToken()).toBe('token-C-2');
  });

  it('CRD-25: after a lost answer to a PUT both tokens work, and the next PUT sends the same one', async () => {
    const { id } = await connect();
    const tokenB = peer.calls.at(-1)?.body?.token ?? '';
    peer.answer = (call, response) => call.method === 'PUT' && !!response.destroy();
    expect(await service.refusal(service.client.Renew({ peer_id: id }))).toBe('peer.unreachable');
    const tokenB2 = peer.calls.at(-1)?.body?.token ?? '';
    expect((await service.owner(tokenB))?.id).toBe(id);
    expect((await service.owner(tokenB2))?.inbound_tokens.map(({ expires }) => expires)).toEqual([0, 0]);
    expect(await outboundToken()).toBe(peer.nextToken);
    peer.answer = () => false;
    await service.client.Renew({ peer_id: id });
    expect(peer.calls.at(-1)?.body?.token).toBe(tokenB2);
    expect((await service.owner(tokenB2))?.inbound_tokens.map(({ expires }) => expires === 0)).toEqual([true, false]);
  });

  it('CRD-26: a PUT that the peer refuses changes nothing', async () => {
    const connected = await connect();
    const tokenB = peer.calls.at(-1)?.body?.token ?? '';
    peer.answer = (call, response) => call.method === 'PUT' && (sendEnvelope(response, 200, { status_code: 3001 }), true);
    expect(await service.refusal(service.client.Renew({ peer_id: connected.id }))).toBe('peer.refused');
    expect(await service.owner(peer.calls.at(-1)?.body?.token ?? '')).toBeUndefined();
    const { rev: _revBefore, last_error: _none, ...before } = connected;
    const { rev: _revAfter, last_error, ...after } = (await service.owner(tokenB)) ?? connected;
    expect(after).toEqual(before);
    expect(last_error).toContain('OCPI status 3001');
  });

  it('CRD-27: parts from a peer with a DELETE, and also from one that is away or never came', async () => {
    const { id } = await connect();
    const tokenB = peer.calls.at(-1)?.body?.token ?? '';
    peer.takeCalls();
    expect(await service.client.Disconnect({ peer_id: id })).toMatchObject({ state: 'removed', inbound_tokens: [] });
    expect(peer.takeCalls()).toEqual(['DELETE /2.2.1/credentials']);
    expect(await service.owner(tokenB)).toBeUndefined();
    expect(await service.refusal(service.client.Disconnect({ peer_id: id }))).toBe('peer.unknown');
    expect(await service.refusal(service.client.Renew({ peer_id: id }))).toBe('peer.unknown');

    peer.accepted.add(TOKEN_A);
    const again = await connect();
    peer.answer = (_call, response) => !!response.destroy();
    expect((await service.client.Disconnect({ peer_id: again.id })).state).toBe('removed');
    const invitation = await service.client.Invite({ name: 'never came' });
    expect((await service.client.Disconnect({ peer_id: invitation.peer.id })).state).toBe('removed');
    expect(await service.owner(invitation.token)).toBeUndefined();
  });

  it('CRD-38: a peer that we connected to may change its credentials with us, not register again', async () => {
    const { id } = await connect();
    const tokenB = peer.calls.at(-1)?.body?.token ?? '';
    expect(await service.refusal(service.call('Register', id, tokenB, peer.credentials('new')))).toBe(
      'peer.registered',
    );
    const reply = await service.call('Update', id, tokenB, peer.credentials('new'));
    expect((await service.owner(tokenOf(reply)))?.id).toBe(id);
    expect(await outboundToken()).toBe('new');
  });
});
