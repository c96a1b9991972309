import { HandshakePeer, sendEnvelope, type Answer } from '@roamgrid/testkit';
import { CredentialsStack, tokenOf, type CredentialsProcess } from './credentials-stack';

jest.setTimeout(60_000);

describe('credentials, POST and GET by peers', () => {
  const stack = new CredentialsStack();
  let service: CredentialsProcess;
  let replica: CredentialsProcess;
  let peer: HandshakePeer;
  const peers: HandshakePeer[] = [];
  let number = 0;

  async function newPeer(): Promise<HandshakePeer> {
    number += 1;
    const made = await HandshakePeer.start(`peer-${number}`, `R${String(number).padStart(2, '0')}`);
    peers.push(made);
    return made;
  }

  beforeAll(async () => {
    await stack.start();
    [service, replica] = await Promise.all([stack.service('credentials-1'), stack.service('credentials-2')]);
  });
  beforeEach(async () => {
    peer = await newPeer();
  });
  afterEach(async () => {
    for (const each of peers.splice(0)) await each.stop();
  });
  afterAll(async () => {
    service.close();
    replica.close();
    await stack.stop();
  });

  it('CRD-01, CRD-04, CRD-09, CRD-11: an invited peer registers and gets token C; token A ends', async () => {
    const invitation = await service.client.Invite({ name: 'Partner' });
    expect(invitation).toMatchObject({
      peer: { state: 'invited' },
      versions_url: 'http://127.0.0.1:8080/ocpi/versions',
    });
    expect((await service.owner(invitation.token))?.inbound_tokens).toMatchObject([
      { scope: 'registration', expires: 0 },
    ]);

    const reply = await service.call('Register', invitation.peer.id, invitation.token, peer.credentials('token-B'));
    const ours = JSON.parse(reply.json.toString()) as { token: string };
    expect(ours).toMatchObject({
      url: 'http://127.0.0.1:8080/ocpi/versions',
      roles: [
        { role: 'CPO', country_code: 'NL', party_id: 'OWN', business_details: { name: 'Our Company' } },
        { role: 'EMSP', country_code: 'NL', party_id: 'OWN', business_details: { name: 'Our Company' } },
      ],
    });
    expect(ours.token).toMatch(/^[\x21-\x7e]{1,64}$/);
    expect([invitation.token, 'token-B']).not.toContain(ours.token);
    expect(reply.peer).toMatchObject({
      state: 'registered',
      version: '2.2.1',
      versions_url: peer.versionsUrl,
      outbound_token: '',
      roles: [{ role: 'CPO', country_code: 'DE', party_id: peer.partyId }],
      inbound_tokens: [{ scope: 'all', expires: 0 }],
    });
    expect(reply.peer.endpoints).toContainEqual({
      identifier: 'locations',
      role: 'SENDER',
      url: `${peer.base}/2.2.1/locations`,
    });
    expect(peer.calls.map(({ token }) => token)).toEqual(['token-B', 'token-B']);
    expect(
      peer.calls.flatMap(({ headers }) => Object.keys(headers)).filter((name) => name.startsWith('ocpi-')),
    ).toEqual([]);
    expect(peer.takeCalls()).toEqual(['GET /versions', 'GET /2.2.1']);

    expect(await service.owner(invitation.token)).toBeUndefined();
    expect(await service.refusal(service.call('Show', invitation.peer.id, invitation.token))).toBe('token.unknown');
    expect(
      await service.refusal(service.call('Register', invitation.peer.id, invitation.token, peer.credentials())),
    ).toBe('token.unknown');
    expect((await service.owner(ours.token))?.id).toBe(invitation.peer.id);
  });

  const failures: [string, string, Answer][] = [
    ['CRD-05: the connection breaks', 'peer.unreachable', (_call, response) => !!response.destroy()],
    ['CRD-05: HTTP 500', 'peer.refused', (_call, response) => (sendEnvelope(response, 500, { status_code: 3000 }), true)],
    [
      'CRD-05: HTTP 200 with OCPI 2001',
      'peer.refused',
      (_call, response) => (sendEnvelope(response, 200, { status_code: 2001 }), true),
    ],
    ['CRD-05: no JSON', 'peer.bad_answer', (_call, response) => (response.end('<html>'), true)],
    [
      'CRD-05: versions that are no list',
      'peer.bad_answer',
      (_call, response) => (sendEnvelope(response, 200, { status_code: 1000, data: {} }), true),
    ],
    [
      'CRD-05: an answer without end',
      'peer.bad_answer',
      (_call, response) => (response.end(Buffer.alloc(2_000_000, 32)), true),
    ],
    [
      'CRD-41: a redirect',
      'peer.refused',
      (_call, response) => (response.writeHead(302, { location: '/elsewhere' }).end(), true),
    ],
    [
      'CRD-05: details of a wrong shape',
      'peer.bad_answer',
      (call, response) =>
        call.path === '/2.2.1' && (sendEnvelope(response, 200, { status_code: 1000, data: [{ version: '2.2.1' }] }), true),
    ],
  ];

  it.each(failures)('%s: %s, and token A still works', async (_title, code, answer) => {
    const { peer: invited, token } = await service.client.Invite({ name: 'Partner' });
    peer.answer = answer;
    expect(await service.refusal(service.call('Register', invited.id, token, peer.credentials()))).toBe(code);
    expect(peer.takeCalls()).not.toContain('GET /elsewhere');
    expect(await service.owner(token)).toMatchObject({ state: 'invited', rev: 1, roles: [], endpoints: [] });
    peer.answer = () => false;
    expect((await service.call('Register', invited.id, token, peer.credentials())).peer.state).toBe('registered');
  });

  it('CRD-06, CRD-07, VER-12: version or endpoints missing, and token A still works', async () => {
    const { peer: invited, token } = await service.client.Invite({ name: 'Partner' });
    const register = () => service.call('Register', invited.id, token, peer.credentials());
    peer.versions = ['2.1.1', '2.3.0', '9.9-draft'];
    expect(await service.refusal(register())).toBe('peer.version_unsupported');
    peer.versions = ['9.9-draft', '2.2.1'];
    for (const endpoints of [
      [{ identifier: 'credentials', role: 'SENDER' }],
      [
        { identifier: 'credentials', role: 'SENDER' },
        { identifier: 'locations', role: 'RECEIVER' },
      ],
      [{ identifier: 'locations', role: 'SENDER' }],
    ]) {
      peer.endpoints = endpoints;
      expect(await service.refusal(register())).toBe('peer.endpoints_missing');
    }
    peer.endpoints = [{ identifier: 'credentials' }, { identifier: 'locations', role: 'SENDER' }];
    expect((await register()).peer.state).toBe('registered');
  });

  it('CRD-41: a versions URL at a private address is not called', async () => {
    const { peer: invited, token } = await service.client.Invite({ name: 'Partner' });
    for (const url of ['http://10.0.0.1/versions', 'http://169.254.169.254/latest', 'http://[::1]/versions']) {
      const refused = service.call('Register', invited.id, token, { ...peer.credentials(), url });
      expect(await service.refusal(refused)).toBe('peer.address_forbidden');
    }
    expect((await service.owner(token))?.state).toBe('invited');
  });

  it('CRD-29, CRD-31, CRD-32: a Credentials object that breaks the rules', async () => {
    const { peer: invited, token } = await service.client.Invite({ name: 'Partner' });
    const good = peer.credentials();
    const [role] = good['roles'] as Record<string, unknown>[];
    for (const bad of [
      { ...good, token: 'with blank' },
      { ...good, token: 'x'.repeat(65) },
      { ...good, roles: [] },
      { ...good, roles: [role, { ...role, party_id: peer.partyId.toLowerCase() }] },
      { token: 'x', url: good['url'], party_id: 'R01', country_code: 'DE', business_details: { name: 'flat' } },
    ]) {
      expect(await service.refusal(service.call('Register', invited.id, token, bad))).toBe('object.invalid');
    }
    expect(peer.takeCalls()).toEqual([]);
  });

  it('CRD-42: of many POSTs with the same token A at two replicas exactly one succeeds', async () => {
    const { peer: invited, token } = await service.client.Invite({ name: 'Partner' });
    const tokensB = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `B-${n}`);
    const replies = await Promise.allSettled(
      tokensB.map((b, i) => (i % 2 === 0 ? service : replica).call('Register', invited.id, token, peer.credentials(b))),
    );
    const won = replies.flatMap((reply) => (reply.status === 'fulfilled' ? [reply.value] : []));
    const lost = replies.flatMap((reply) =>
      reply.status === 'rejected' ? [(reply.reason as { code: string }).code] : [],
    );
    expect(won).toHaveLength(1);
    expect(lost).toHaveLength(7);
    expect(lost.filter((code) => code !== 'peer.registered' && code !== 'token.unknown')).toEqual([]);
    const [winner] = won;
    if (!winner) throw new Error('nobody won');
    expect(await service.owner(tokenOf(winner))).toMatchObject({ id: invited.id, rev: 2 });
  });

  it('CRD-14, CRD-15, CRD-16: POST only once, PUT and DELETE only after it', async () => {
    const { peer: invited, token } = await service.client.Invite({ name: 'Partner' });
    expect(await service.refusal(service.call('Update', invited.id, token, peer.credentials()))).toBe(
      'peer.not_registered',
    );
    expect(await service.refusal(service.call('Unregister', invited.id, token))).toBe('peer.not_registered');
    const reply = await service.call('Register', invited.id, token, peer.credentials());
    const again = service.call('Register', invited.id, tokenOf(reply), peer.credentials('other'));
    expect(await service.refusal(again)).toBe('peer.registered');
  });

  it('CRD-19, CRD-20: GET credentials answers with the token that the caller uses', async () => {
    const invitation = await service.client.Invite({ name: 'Partner' });
    expect(tokenOf(await service.call('Show', invitation.peer.id, invitation.token))).toBe(invitation.token);
    const { peer: registered, token } = await service.register(peer);
    expect(tokenOf(await replica.call('Show', registered.id, token))).toBe(token);
    expect(await service.refusal(service.call('Show', invitation.peer.id, token))).toBe('token.unknown');
  });

  it('CRD-33: a party of another peer, or of ours, can not be taken', async () => {
    await service.register(peer);
    const thief = await newPeer();
    const claim = (country_code: string, party_id: string): Record<string, unknown> => ({
      ...thief.credentials(),
      roles: [{ role: 'CPO', country_code, party_id, business_details: { name: 'Other' } }],
    });
    const { peer: invited, token } = await service.client.Invite({ name: 'Other' });
    for (const credentials of [claim('de', peer.partyId.toLowerCase()), claim('NL', 'OWN')]) {
      expect(await service.refusal(service.call('Register', invited.id, token, credentials))).toBe('object.invalid');
    }
    await service.call('Register', invited.id, token, thief.credentials());
  });

  it('CRD-33: of two invited peers that claim one party at once, one gets it', async () => {
    const other = await newPeer();
    const claim = { ...other.credentials(), roles: peer.credentials()['roles'] };
    const invitations = await Promise.all([
      service.client.Invite({ name: 'One' }),
      service.client.Invite({ name: 'Two' }),
    ]);
    const bodies = [peer.credentials(), claim];
    const codes = await Promise.all(
      invitations.map((each, i) =>
        service.refusal([service, replica][i]!.call('Register', each.peer.id, each.token, bodies[i])),
      ),
    );
    expect(codes.sort()).toEqual(['object.invalid', undefined]);
  });
});
