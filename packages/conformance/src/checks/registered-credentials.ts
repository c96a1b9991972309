import { defineCheck, type Check } from '../check/define-check';
import {
  expectEqual,
  expectMethodNotAllowed,
  expectStatus,
  expectSuccess,
  expectTaken,
  expectThat,
  expectUnauthorised,
  show,
} from '../check/expect';
import { field, textField } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient } from '../http/platform-client';
import { sampleLocation } from '../samples/sample-location';
import type { Registration } from '../target/registration';
import { expectEcho, messageIds } from './message-ids';

const T0 = '2026-01-05T10:00:00Z';

/** Rows about the credentials endpoint of a peer that is registered, or is not. */
export const registeredCredentialsChecks: readonly Check[] = [
  defineCheck({
    ids: ['CRD-14', 'CRD-17', 'CRD-18'],
    title: 'POST and PATCH by a registered peer: 405 with envelope and ids',
    run: async ({ registration }) => {
      for (const method of ['POST', 'PATCH'] as const) {
        const headers = messageIds();
        const body = registration.peer.credentials();
        const answer = await registration.call(method, registration.credentialsUrl, { body, headers });
        expectMethodNotAllowed(answer);
        expectEcho(answer, headers);
      }
      expectSuccess(await registration.credentials());
    },
  }),
  defineCheck({
    ids: ['CRD-15', 'CRD-16', 'CRD-17'],
    title: 'PUT and DELETE by a peer that is not registered: 405 with envelope and ids',
    needs: ['invite'],
    run: async (target) => {
      const { client, credentialsUrl, peer } = await target.candidate();
      const headers = messageIds();
      const put = await client.call('PUT', credentialsUrl, { body: peer.credentials(), headers });
      const removed = await client.call('DELETE', credentialsUrl, { headers });
      for (const answer of [put, removed]) {
        expectMethodNotAllowed(answer);
        expectEcho(answer, headers);
      }
    },
  }),
  defineCheck({
    ids: ['CRD-19', 'CRD-29'],
    title: 'GET credentials: the platform’s own url and roles, and the token that the caller uses, un-encoded',
    run: async ({ registration }) => {
      const data = expectSuccess(await registration.credentials());
      expectThat(field(data, 'token') === registration.client.token, 'the token of the caller', 'another one');
      expectEqual(field(data, 'url'), field(registration.answer.data, 'url'), 'url');
      expectEqual(field(data, 'roles'), field(registration.answer.data, 'roles'), 'roles');
    },
  }),
  defineCheck({
    ids: ['CRD-20'],
    title: 'GET credentials with token A: that token and 200, or a refusal',
    needs: ['invite'],
    run: async (target) => {
      const { client, credentialsUrl } = await target.candidate();
      const answer = await client.call('GET', credentialsUrl);
      const shown =
        answer.http === 200 && answer.statusCode === 1000 && textField(answer.data, 'token') === client.token;
      expectThat(shown || [401, 405].includes(answer.http), '200/1000 with token A, or 401 or 405', answer.describe());
    },
  }),
  defineCheck({
    ids: ['CRD-21', 'CRD-23', 'VER-15'],
    title: 'PUT: versions and details are fetched again with the new token, and a new token comes back',
    needs: ['invite'],
    run: async (target) => {
      const registration = await target.register();
      const { peer } = registration;
      const before = peer.requests.length;
      const token = peer.issueToken();
      const answer = await registration.update(peer.credentials(token));
      const during = peer.requests.slice(before).filter(({ path }) => ['/versions', '/2.2.1'].includes(path));
      expectEqual(
        during.map(({ path }) => path),
        ['/versions', '/2.2.1'],
        'requests inside the PUT',
      );
      const encoded = `Token ${Buffer.from(token).toString('base64')}`;
      const used = during.every(({ headers }) => headers['authorization'] === encoded);
      expectThat(used, 'the new token in both', 'another one');
      const fresh = textField(answer.data, 'token');
      expectThat(fresh !== registration.tokens.c && fresh !== token, 'a token that was not used before', 'an old one');
      expectSuccess(await registration.credentials());
    },
  }),
  defineCheck({
    ids: ['CRD-23'],
    title: 'PUT: a peer whose new token does not work yet is called back with the one before',
    needs: ['invite'],
    run: async (target) => {
      const registration = await target.register();
      const { peer } = registration;
      await registration.update({ ...peer.credentials(), token: target.random(40) });
    },
  }),
  defineCheck({
    ids: ['CRD-24'],
    title: 'after a PUT the token before still works until the new one is used',
    needs: ['invite'],
    run: async (target) => {
      const registration = await target.register();
      await registration.update();
      const old = new PlatformClient(registration.tokens.c);
      expectSuccess(await old.call('GET', registration.invitation.versionsUrl));
    },
  }),
  defineCheck({
    ids: ['CRD-26'],
    title: 'a PUT that fails with 3001, 3002 or 3003 changes nothing',
    needs: ['invite', 'locations RECEIVER'],
    run: async (target) => {
      const registration = await target.register();
      const { peer } = registration;
      const { versions, endpoints } = peer;
      const put = (): Promise<Answer> =>
        registration.call('PUT', registration.credentialsUrl, { body: peer.credentials() });
      peer.script = ({ path }) => (path === '/versions' ? { http: 500, status: 3000 } : undefined);
      expectStatus(await put(), 200, 3001);
      peer.script = () => undefined;
      peer.versions = ['2.1.1'];
      expectStatus(await put(), 200, 3002);
      peer.versions = versions;
      peer.endpoints = [{ identifier: 'credentials', role: 'SENDER' }];
      expectStatus(await put(), 200, 3003);
      peer.endpoints = endpoints;
      const data = expectSuccess(await registration.credentials());
      expectThat(field(data, 'token') === registration.tokens.c, 'token C as before', 'another token');
      await expectPushTaken(registration, target.newId());
    },
  }),
  defineCheck({
    ids: ['CRD-36'],
    title: 'a PUT with other roles: the new party can push, the removed one no more',
    needs: ['invite', 'locations RECEIVER'],
    run: async (target) => {
      const roles = [target.newRole('CPO'), target.newRole('EMSP')];
      const registration = await target.register({ roles });
      const before = registration.receiver('locations');
      expectTaken(await before.put(sampleLocation(before.party, target.newId(), T0)));
      registration.peer.roles = [target.newRole('CPO'), ...roles.slice(1)];
      await registration.update();
      await expectPushTaken(registration, target.newId());
      const late = await before.put(sampleLocation(before.party, target.newId(), T0));
      expectThat(
        late.statusCode !== undefined && late.statusCode >= 2000,
        'a refusal of the removed party',
        late.describe(),
      );
    },
  }),
  defineCheck({
    ids: ['CRD-27', 'CRD-28'],
    title: 'DELETE: 200/1000, then all tokens are worth nothing, also for a new registration',
    needs: ['invite'],
    run: async (target) => {
      const registration = await target.register();
      const { tokens, invitation, credentialsUrl, peer } = registration;
      const answer = await registration.unregister();
      expectSuccess(answer);
      expectThat((answer.data ?? null) === null, 'no data', show(answer.data));
      for (const token of [tokens.c, tokens.a]) {
        const client = new PlatformClient(token);
        expectUnauthorised(await client.call('GET', invitation.versionsUrl));
        expectUnauthorised(await client.call('POST', credentialsUrl, { body: peer.credentials() }));
      }
    },
  }),
  defineCheck({
    ids: ['CRD-39', 'RTE-02'],
    title: 'routing headers on credentials calls are ignored',
    run: async ({ registration }) => {
      const nobody = { country_code: 'ZZ', party_id: 'ZZZ' };
      const routing = { to: nobody, from: nobody };
      expectSuccess(await registration.call('GET', registration.credentialsUrl, { routing }));
    },
  }),
  defineCheck({
    ids: ['CRD-44'],
    title: 'an evse_id of another operator than the party is taken',
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const receiver = target.registration.receiver('locations');
      const location = sampleLocation(receiver.party, target.newId(), T0);
      const evses = (location.evses ?? []).map((evse) => ({ ...evse, evse_id: `DE*XYZ*E${target.random(8)}` }));
      expectTaken(await receiver.put({ ...location, evses }));
    },
  }),
];

async function expectPushTaken(registration: Registration, id: string): Promise<void> {
  const receiver = registration.receiver('locations');
  expectTaken(await receiver.put(sampleLocation(receiver.party, id, T0)));
}
