import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';

import { connectGrpc, createLogger, credentialsContract, PeerDirectory, systemClock, type Peer } from '@roamgrid/runtime';
import { HandshakePeer, waitUntil } from '@roamgrid/testkit';
import mongoose from 'mongoose';

import { CredentialsStack, SEALING_KEYS, tokenOf, type CredentialsProcess } from './credentials-stack';

jest.setTimeout(90_000);

describe('the directory of peers', () => {
  const stack = new CredentialsStack();
  const directories: { directory: PeerDirectory; end: Promise<void> }[] = [];
  let service: CredentialsProcess;
  let replica: CredentialsProcess;
  let peer: HandshakePeer;
  let number = 0;

  /** A directory that follows a replica, with every peer it was told of. */
  async function follow(
    followed: CredentialsProcess,
    withTokens = false,
  ): Promise<{ directory: PeerDirectory; told: Peer[] }> {
    const directory = new PeerDirectory(connectGrpc(credentialsContract, followed.address), createLogger('test', 'silent'), systemClock);
    const told: Peer[] = [];
    directory.on('peer', (each) => told.push(each));
    const complete = once(directory, 'complete');
    directories.push({ directory, end: directory.follow(withTokens) });
    await complete;
    return { directory, told };
  }

  const until = (what: string, probe: () => boolean): Promise<void> =>
    waitUntil(() => Promise.resolve(probe()), { what, timeoutMs: 30_000, intervalMs: 20 });

  beforeAll(async () => {
    await stack.start();
    [service, replica] = await Promise.all([stack.service('credentials-1'), stack.service('credentials-2')]);
  });
  beforeEach(async () => {
    number += 1;
    peer = await HandshakePeer.start(`peer-${number}`, `D${String(number).padStart(2, '0')}`);
  });
  afterEach(async () => {
    for (const { directory, end } of directories.splice(0)) {
      directory.close();
      await end;
    }
    await peer.stop();
  });
  afterAll(async () => {
    service.close();
    replica.close();
    await stack.stop();
  });

  it('is told whole, then change by change, whichever replica made the change', async () => {
    const before = await service.client.Invite({ name: 'before' });
    const { directory, told } = await follow(replica);
    expect(directory.platform).toMatchObject({
      versions_url: 'http://127.0.0.1:8080/ocpi/versions',
      parties: [{ role: 'CPO', country_code: 'NL', party_id: 'OWN' }, { role: 'EMSP' }],
    });
    expect(JSON.parse(String(directory.platform?.parties[0]?.business_details))).toEqual({ name: 'Our Company' });
    expect(directory.peer(before.peer.id)?.state).toBe('invited');

    const { peer: registered, token } = await service.register(peer);
    const renewed = tokenOf(await service.call('Update', registered.id, token, peer.credentials('B-2')));
    await service.call('Unregister', registered.id, renewed);
    const mine = () => told.filter(({ id }) => id === registered.id);
    await until('the removal is told', () => mine().at(-1)?.state === 'removed');
    // A change that was overtaken may be told as what came after it; nothing goes back.
    const revs = mine().map(({ rev }) => rev);
    expect(revs).toEqual([...revs].sort((a, b) => a - b));
    expect(revs.at(-1)).toBe(4);
    expect(directory.peer(registered.id)).toBeUndefined();
    await service.client.Disconnect({ peer_id: before.peer.id });
  });

  it('CRD-43: tells tokens that peers gave us only to those who ask', async () => {
    const plain = await follow(service);
    const calling = await follow(service, true);
    const { peer: registered } = await service.register(peer);
    await until('both are told', () =>
      [plain, calling].every(({ directory }) => directory.peer(registered.id)?.state === 'registered'),
    );
    expect(plain.told.map(({ outbound_token }) => outbound_token).filter((token) => token !== '')).toEqual([]);
    expect(calling.directory.peer(registered.id)?.outbound_token).toBe(peer.nextToken);
    expect((await follow(service, true)).directory.peer(registered.id)?.outbound_token).toBe(peer.nextToken);
  });

  it('tells quirks at once, whichever replica set them; unknown ones change nothing', async () => {
    const { directory } = await follow(replica);
    const { peer: registered } = await service.register(peer);
    const peer_id = registered.id;
    const set = (quirks: Record<string, string>, reset: string[] = [], replace = false) =>
      service.client.SetQuirks({ peer_id, quirks, reset, replace });
    const told = (quirks: Record<string, string>) =>
      until('the quirks are told', () => isDeepStrictEqual({ ...directory.peer(peer_id)?.quirks }, quirks));
    expect(await set({ page_size: '50', message_ids: 'false' })).toMatchObject({ state: 'registered', outbound_token: '' });
    await told({ page_size: '50', message_ids: 'false' });
    await Promise.all([set({ push_method: 'patch' }), set({ token_encoding: 'raw' }, ['page_size'])]);
    const both = { message_ids: 'false', push_method: 'patch', token_encoding: 'raw' };
    await until('both are told', () => isDeepStrictEqual({ ...directory.peer(peer_id)?.quirks }, both));

    const { rev } = await set({ date_from: 'false' }, [], true);
    const refused = [set({ date_from: 'true', page_sice: '5' }), set({ date_from: 'no' }), set({}, ['what'])];
    for (const call of refused) expect(await service.refusal(call)).toBe('object.invalid');
    const { peers } = await service.client.ListPeers({});
    expect(peers.find(({ id }) => id === peer_id)).toMatchObject({ rev, quirks: { date_from: 'false' } });
    const nobody = { peer_id: 'nobody', quirks: {}, reset: [], replace: true };
    expect(await service.refusal(service.client.SetQuirks(nobody))).toBe('peer.unknown');
    expect(await service.refusal(service.client.Invite({ name: 'x', quirks: { page_sice: '5' } }))).toBe('object.invalid');
    await told({ date_from: 'false' });
  });

  it('goes on after MongoDB was killed and came back', async () => {
    const { directory } = await follow(service, true);
    const { peer: registered, token } = await service.register(peer);
    await until('the registration is told', () => directory.peer(registered.id)?.state === 'registered');
    await stack.mongod.kill();
    await stack.mongod.whenReady();
    await waitUntil(async () => (await service.client.ListPeers({})).peers.length > 0, {
      what: 'reads again',
      timeoutMs: 30_000,
    });
    const reply = await replica.call('Update', registered.id, token, peer.credentials('after-the-restart'));
    await until('the change is told', () => directory.peer(registered.id)?.rev === reply.peer.rev);
    expect(directory.peer(registered.id)?.outbound_token).toBe('after-the-restart');
    expect(service.process.restarts).toBe(0);
  });

  it('goes on after the followed replica was killed, and learns what it missed', async () => {
    const third = await stack.service('credentials-3');
    const { peer: registered, token } = await service.register(peer);
    const { directory } = await follow(third);
    await third.process.kill();
    await service.call('Unregister', registered.id, token);
    expect(directory.peer(registered.id)?.state).toBe('registered');
    await third.process.start();
    await until('the removal is told', () => directory.peer(registered.id) === undefined);
    third.close();
  });

  it('CRD-43: stores no token in the clear and logs none; a new sealing key takes over', async () => {
    const { peer: registered, token } = await service.register(peer);
    const connection = await mongoose.createConnection(stack.mongodbUri).asPromise();
    const stored = async () => JSON.stringify(await connection.collection('peers').find().toArray());
    const seals = async () => (await stored()).match(/k[12]\.[\w-]{20,}/g)?.map((seal) => seal.slice(0, 2)) ?? [];
    expect(new Set(await seals())).toEqual(new Set(['k1']));
    const logs = () => [service, replica].map(({ logFile }) => readFileSync(logFile, 'utf8')).join('');
    for (const secret of [token, peer.nextToken, Buffer.from(peer.nextToken).toString('base64')]) {
      expect(await stored()).not.toContain(secret);
      expect(logs()).not.toContain(secret);
    }
    const rotated = await stack.service('credentials-4', {
      SEALING: JSON.stringify({ keyId: 'k2', keys: SEALING_KEYS }),
    });
    expect(new Set(await seals())).toEqual(new Set(['k2']));
    expect(tokenOf(await rotated.call('Show', registered.id, token))).toBe(token);
    expect(await rotated.owner(token)).toEqual(registered);
    rotated.close();
    await connection.close();
  });
});
