import { setTimeout as pause } from 'node:timers/promises';
import { roamingApiHooks, Target } from '@roamgrid/conformance';
import { authorizationHeader } from '@roamgrid/ocpi';
import { waitUntil } from '@roamgrid/testkit';
import { Agent, request } from 'undici';

import { objectsOf, PlatformStack, type RunningPlatform } from './platform-stack';

jest.setTimeout(120_000);

interface PeerView {
  readonly id: string;
  readonly state: string;
}

describe('credentials, the hard way', () => {
  const stack = new PlatformStack();
  const agent = new Agent({ connections: 8 });
  let cpo: RunningPlatform;
  let emsp: RunningPlatform;
  let gateways: readonly string[];
  let written = 0;

  beforeAll(async () => {
    await stack.startParts();
    const pull = { delta: 500, full: 600_000 };
    [cpo, emsp] = await Promise.all([
      stack.platform({ name: 'cpo', parties: [{ country_code: 'NL', party_id: 'CPO', roles: ['CPO'], name: 'Charging' }], pull }),
      stack.platform({ name: 'emsp', parties: [{ country_code: 'DE', party_id: 'MSP', roles: ['EMSP'], name: 'Driving' }], pull }),
    ]);
    gateways = [cpo.gatewayUrl, await stack.secondGateway(cpo)];
  });
  afterAll(async () => {
    await agent.close();
    await stack.stop();
  });

  async function peersOf({ api }: RunningPlatform): Promise<PeerView[]> {
    return (await api.call<{ items: PeerView[] }>('GET', '/v1/peers')).items;
  }

  afterEach(async () => {
    for (const platform of [cpo, emsp]) {
      for (const { id } of await peersOf(platform)) await platform.api.call('DELETE', `/v1/peers/${id}`);
    }
  });

  /** Writes a Tariff of the CPO; resolves with its id. */
  async function writeTariff(): Promise<string> {
    const id = `T${(written += 1)}`;
    const elements = [{ price_components: [{ type: 'ENERGY', price: 0.25, step_size: 1 }] }];
    const tariff = { country_code: 'NL', party_id: 'CPO', id, currency: 'EUR', elements, last_updated: new Date().toISOString() };
    await cpo.api.call('PUT', `/v1/tariffs/NL/CPO/${id}`, tariff);
    return id;
  }

  /** A peer of the CPO platform that does as it is told. */
  async function openTarget(): Promise<Target> {
    const hooks = roamingApiHooks({ url: cpo.roamingApiUrl, apiKey: cpo.apiKey });
    return Target.open({ invitation: await hooks.invite('hard way'), hooks });
  }

  async function answerOf(gateway: string, path: string, token: string): Promise<number> {
    const headers = { authorization: authorizationHeader(token) };
    const { statusCode, body } = await request(gateway + path, { headers, dispatcher: agent });
    await body.dump();
    return statusCode;
  }

  it.each([0, 5, 10, 20, 40])(
    'CRD-33 CRD-42 two platforms that register with each other at one moment end with one registration, the same on both sides (%i ms apart)',
    async (apart) => {
      const [toCpo, toEmsp] = await Promise.all([cpo.api.invite('emsp'), emsp.api.invite('cpo')]);
      const outcomes = await Promise.allSettled([
        emsp.api.connect('cpo', toCpo.versions_url, toCpo.token),
        pause(apart).then(() => cpo.api.connect('emsp', toEmsp.versions_url, toEmsp.token)),
      ]);
      expect(outcomes.map(({ status }) => status)).toContain('fulfilled');
      for (const platform of [cpo, emsp]) {
        expect((await peersOf(platform)).filter(({ state }) => state === 'registered')).toHaveLength(1);
      }
      const id = await writeTariff();
      const what = 'what the CPO writes arrives at the eMSP';
      await waitUntil(async () => (await objectsOf(emsp, 'tariffs')).has(`NL*CPO*${id}`), { what, timeoutMs: 30_000 });
    },
  );

  it('CRD-24 CRD-37 no request is refused while tokens are replaced again and again, at either gateway', async () => {
    const target = await openTarget();
    const { registration } = target;
    const refused: number[] = [];
    let asked = 0;
    let over = false;
    const load = gateways.flatMap((gateway) =>
      [1, 2].map(async () => {
        while (!over) {
          const status = await answerOf(gateway, '/ocpi/2.2.1/sender/tariffs?limit=1', registration.client.token);
          asked += 1;
          if (status !== 200) refused.push(status);
        }
      }),
    );
    const tokens = new Set([registration.client.token]);
    for (let round = 0; round < 20; round += 1) {
      await registration.update();
      tokens.add(registration.client.token);
    }
    over = true;
    await Promise.all(load);
    expect(tokens.size).toBe(21);
    expect(asked).toBeGreaterThan(100);
    expect(refused).toEqual([]);
    await target.close();
  });

  it('CRD-27 CRD-28 a DELETE ends the token at every gateway without a wait, and a new token A opens the way back', async () => {
    const target = await openTarget();
    const { token } = target.registration.client;
    const path = '/ocpi/2.2.1/sender/tariffs';
    expect(await Promise.all(gateways.map((gateway) => answerOf(gateway, path, token)))).toEqual([200, 200]);
    expect((await target.registration.unregister()).statusCode).toBe(1000);
    for (const gateway of gateways) {
      const what = `${gateway} knows that the peer is gone`;
      await waitUntil(async () => (await answerOf(gateway, path, token)) === 401, { what, timeoutMs: 2_000, intervalMs: 5 });
    }
    const again = await target.register({ roles: target.registration.peer.roles });
    expect(await Promise.all(gateways.map((gateway) => answerOf(gateway, path, again.client.token)))).toEqual([200, 200]);
    await target.close();
  });

  it('CRD-21 CRD-36 a PUT moves a peer to another URL: pushes go there, and no more to the old one', async () => {
    const target = await openTarget();
    const { registration } = target;
    const before = await writeTariff();
    const carries = (id: string) => ({ method, path }: { method: string; path: string }) => method === 'PUT' && path.endsWith(`/${id}`);
    await registration.peer.waitFor('the push at the first URL', carries(before));
    const moved = target.newPeer({ roles: registration.peer.roles });
    await registration.update(moved.credentials());
    const after = await writeTariff();
    await moved.waitFor('the push at the new URL', carries(after));
    expect(registration.peer.requests.some(carries(after))).toBe(false);
    await target.close();
  });
});
