import { HandshakePeer } from '@roamgrid/testkit';
import { CredentialsStack, tokenOf, type CredentialsProcess } from './credentials-stack';

jest.setTimeout(60_000);

describe('credentials, PUT and DELETE by peers', () => {
  const stack = new CredentialsStack();
  let service: CredentialsProcess;
  let replica: CredentialsProcess;
  let peer: HandshakePeer;
  let number = 0;

  beforeAll(async () => {
    await stack.start();
    [service, replica] = await Promise.all([stack.service('credentials-1'), stack.service('credentials-2')]);
  });
  beforeEach(async () => {
    number += 1;
    peer = await HandshakePeer.start(`peer-${number}`, `U${String(number).padStart(2, '0')}`);
  });
  afterEach(() => peer.stop());
  afterAll(async () => {
    service.close();
    replica.close();
    await stack.stop();
  });

  it('CRD-21, CRD-23, CRD-24: PUT gives a new token, and the old one works on for the grace', async () => {
    const { peer: registered, token } = await service.register(peer);
    peer.takeCalls();
    const asked = Date.now();
    const reply = await replica.call('Update', registered.id, token, peer.credentials('B-2'));
    const answered = Date.now();
    const renewed = tokenOf(reply);
    expect(renewed).not.toBe(token);
    expect(peer.calls.map((call) => call.token)).toEqual(['B-2', 'B-2']);
    expect(peer.takeCalls()).toEqual(['GET /versions', 'GET /2.2.1']);
    const tokens = (await service.owner(renewed))?.inbound_tokens ?? [];
    expect(tokens.map(({ expires }) => expires === 0)).toEqual([true, false]);
    expect(tokens[1]?.expires).toBeGreaterThanOrEqual(asked + 300_000);
    expect(tokens[1]?.expires).toBeLessThanOrEqual(answered + 300_000);
    expect((await service.owner(token))?.id).toBe(registered.id);
    expect(tokenOf(await service.call('Show', registered.id, renewed))).toBe(renewed);

    const third = tokenOf(await service.call('Update', registered.id, renewed, peer.credentials('B-3')));
    expect(await service.owner(token)).toBeUndefined();
    expect((await service.owner(third))?.inbound_tokens).toHaveLength(2);
  });

  it('CRD-23: where the new token is not accepted yet, the callback of a PUT uses the previous one', async () => {
    const { peer: registered, token } = await service.register(peer);
    peer.takeCalls();
    const body = peer.credentials('B-later');
    peer.accepted.delete('B-later');
    await service.call('Update', registered.id, token, body);
    const previous = peer.nextToken;
    expect(peer.calls.map((call) => call.token)).toEqual(['B-later', previous, 'B-later', previous]);
  });

  it('CRD-26: a PUT that fails changes nothing', async () => {
    const { peer: registered, token } = await service.register(peer);
    const update = (body: unknown, version?: string) =>
      service.refusal(service.call('Update', registered.id, token, body, version));
    expect(await update(peer.credentials('B-2'), '2.1.1')).toBe('peer.version_unsupported');
    expect(await update({ ...peer.credentials('B-2'), roles: [] })).toBe('object.invalid');
    peer.endpoints = [{ identifier: 'credentials' }];
    expect(await update(peer.credentials('B-2'))).toBe('peer.endpoints_missing');
    peer.answer = (_call, response) => !!response.destroy();
    expect(await update(peer.credentials('B-2'))).toBe('peer.unreachable');
    expect(await service.owner(token)).toEqual(registered);
  });

  it('CRD-36: PUT takes over roles', async () => {
    const { peer: registered, token } = await service.register(peer);
    const body = peer.credentials();
    const [role] = body['roles'] as Record<string, unknown>[];
    const reply = await service.call('Update', registered.id, token, {
      ...body,
      roles: [role, { ...role, party_id: 'X1Y' }],
    });
    expect(reply.peer.roles.map(({ party_id }) => party_id)).toEqual([peer.partyId, 'X1Y']);
  });

  it('CRD-27, CRD-28: DELETE ends all tokens; registering again needs a new token A', async () => {
    const { peer: registered, token } = await service.register(peer);
    const reply = await service.call('Unregister', registered.id, token);
    expect(reply.json).toHaveLength(0);
    expect(reply.peer).toMatchObject({ state: 'removed', inbound_tokens: [], endpoints: [] });
    expect(await service.owner(token)).toBeUndefined();
    for (const method of ['Show', 'Register', 'Update', 'Unregister'] as const) {
      expect(await service.refusal(service.call(method, registered.id, token, peer.credentials()))).toBe(
        'token.unknown',
      );
    }
    const { peers: listed } = await service.client.ListPeers({});
    expect(listed.map(({ id }) => id)).not.toContain(registered.id);
    const again = await service.register(peer);
    expect(again.peer.id).not.toBe(registered.id);
    expect(again.peer.roles[0]?.party_id).toBe(peer.partyId);
  });
});
