import { tokenCandidates } from '@roamgrid/ocpi';
import { CheckFailure } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import {
  expectEqual,
  expectList,
  expectStatus,
  expectSuccess,
  expectThat,
  expectUnauthorised,
  show,
} from '../check/expect';
import { field, listField, textField } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import { headerOf, type PeerReply, type RecordedRequest } from '../peer/recorded-request';
import type { ScriptedPeer } from '../peer/scripted-peer';
import type { Candidate } from '../target/candidate';
import type { Target } from '../target/target';

/** Rows about a peer that registers: what the platform does while the POST is open, and what comes of it. */
export const registrationChecks: readonly Check[] = [
  defineCheck({
    ids: ['CRD-01'],
    title: 'each invitation carries a token A of its own',
    needs: ['invite'],
    run: async (target) => {
      const [first, second] = [await target.invite(), await target.invite()];
      expectThat(first.token !== second.token, 'two different tokens A', 'the same token twice');
    },
  }),
  defineCheck({
    ids: ['CRD-04'],
    title: 'while the POST is open, the peer’s versions and details are fetched with token B',
    run: (target) => {
      const { callBacks, tokens } = target.registration;
      const paths = callBacks.map(({ path }) => path);
      expectEqual(paths.slice(0, 2), ['/versions', '/2.2.1'], 'requests inside the POST');
      for (const request of callBacks) expectThat(tokenOf(request) === tokens.b, 'token B', describeToken(request));
      return Promise.resolve();
    },
  }),
  ...callBackFailures(),
  defineCheck({
    ids: ['CRD-06', 'STS-09'],
    title: 'a peer that does not list the version: 3002, and token A still registers',
    needs: ['invite'],
    run: (target) => refusedThenTaken(target, 3002, (peer) => void (peer.versions = ['2.1.1', '2.2'])),
  }),
  defineCheck({
    ids: ['CRD-07', 'STS-10'],
    title: 'a peer without any endpoint that is needed: 3003, and token A still registers',
    needs: ['invite'],
    run: (target) =>
      refusedThenTaken(target, 3003, (peer) => void (peer.endpoints = [{ identifier: 'credentials', role: 'SENDER' }])),
  }),
  defineCheck({
    ids: ['CRD-07'],
    title: 'endpoints of the wrong interface role do not count: 3003',
    needs: ['invite'],
    run: async (target) => {
      // An eMSP that offers locations as SENDER has nothing that a CPO could push to or an eMSP pull from.
      const roles = [target.newRole('EMSP')];
      const candidate = await target.candidate({ roles });
      candidate.peer.endpoints = [
        { identifier: 'credentials', role: 'SENDER' },
        { identifier: 'locations', role: 'SENDER' },
      ];
      expectStatus(await candidate.post(), 200, 3003);
    },
  }),
  defineCheck({
    ids: ['CRD-09', 'CRD-30', 'CRD-29', 'TYP-25'],
    title: 'the answer holds a new token C, the platform’s versions URL and roles',
    run: async ({ registration }) => {
      const { answer, tokens } = registration;
      expectStatus(answer, [200, 201], 1000);
      expectThat(tokens.c !== tokens.a && tokens.c !== tokens.b, 'a token that is neither A nor B', 'one of them');
      expectThat(
        /^[\x21-\x7e]{1,64}$/.test(tokens.c),
        'at most 64 printable characters',
        `${tokens.c.length} characters`,
      );
      expectThat(listField(answer.data, 'roles').length > 0, 'at least one role', show(field(answer.data, 'roles')));
      for (const role of registration.platformRoles) {
        const name = textField(role, 'business_details', 'name') ?? '';
        const known = ['CPO', 'EMSP', 'HUB', 'NAP', 'NSP', 'OTHER', 'SCSP'].includes(String(role['role']));
        const complete = known && name !== '' && /^[A-Z]{2}$/i.test(String(role['country_code']));
        expectThat(complete && /^.{3}$/.test(String(role['party_id'])), 'complete roles', show(role));
      }
      expectList(await registration.call('GET', textField(answer.data, 'url') ?? ''));
    },
  }),
  defineCheck({
    ids: ['CRD-11'],
    title: 'after the registration token A is worth nothing: 401',
    run: async ({ registration }) => {
      const withA = new PlatformClient(registration.tokens.a);
      expectUnauthorised(await withA.call('GET', registration.invitation.versionsUrl));
      const again = await withA.call('POST', registration.credentialsUrl, { body: registration.peer.credentials() });
      expectUnauthorised(again);
    },
  }),
  defineCheck({
    ids: ['CRD-33'],
    title: 'a party of another registered peer is not taken over',
    needs: ['invite'],
    run: async (target) => {
      const taken = target.registration.party('CPO');
      const candidate = await target.candidate({ roles: [target.newRole('CPO', taken)] });
      const answer = await candidate.post();
      expectThat(answer.statusCode !== 1000, 'a refusal, or a wait for the operator', answer.describe());
    },
  }),
  defineCheck({
    ids: ['CRD-41'],
    title: 'the call back follows no redirect and reads no endless answer: 3001',
    needs: ['invite'],
    run: async (target) => {
      const location = (peer: ScriptedPeer): string => `${peer.url}/2.2.1`;
      const candidate = await target.candidate();
      const { peer } = candidate;
      peer.script = onVersions({ http: 302, headers: { location: location(peer) } });
      expectStatus(await candidate.post(), 200, 3001);
      const followed = peer.requests.find(({ path }) => path === '/2.2.1');
      expectThat(followed === undefined, 'no request to the target of the redirect', 'one');
      peer.script = onVersions({ text: `{"data":[${'{"version":"2.2.1"},'.repeat(2_000_000)}` });
      expectStatus(await candidate.post(), 200, 3001);
    },
  }),
  defineCheck({
    ids: ['CRD-42'],
    title: 'of several POSTs with one token A at once exactly one succeeds, the others get 405 or 401',
    needs: ['invite'],
    run: async (target) => {
      const candidate = await target.candidate();
      const answers = await Promise.all(Array.from({ length: 4 }, () => candidate.post()));
      const taken = answers.filter(({ statusCode }) => statusCode === 1000);
      expectEqual(taken.length, 1, 'successes');
      const others = answers.filter((answer) => !taken.includes(answer));
      for (const answer of others) expectThat([401, 405].includes(answer.http), 'HTTP 405 or 401', answer.describe());
      const token = textField(taken[0]?.data, 'token') ?? '';
      expectSuccess(await new PlatformClient(token).call('DELETE', candidate.credentialsUrl));
    },
  }),
];

/** CRD-05: one check for each way in which a call back can fail. */
function callBackFailures(): readonly Check[] {
  const ways: readonly (readonly [string, PeerReply])[] = [
    ['closes the connection', { hangUp: true }],
    ['answers HTTP 500', { http: 500, status: 3000 }],
    ['answers status 3000', { status: 3000 }],
    ['answers no JSON', { text: '<html></html>' }],
    ['answers an object instead of a list', { data: { version: '2.2.1' } }],
  ];
  return ways.map(([way, reply]) =>
    defineCheck({
      ids: ['CRD-05', 'STS-08'],
      title: `a peer that ${way} when called back: 3001, and token A still registers`,
      needs: ['invite'],
      run: (target) => refusedThenTaken(target, 3001, (peer) => void (peer.script = onVersions(reply))),
    }),
  );
}

/** A registration that fails with a status code, leaves nothing behind, and succeeds once the cause is gone. */
async function refusedThenTaken(target: Target, status: number, spoil: (peer: ScriptedPeer) => void): Promise<void> {
  const candidate: Candidate = await target.candidate();
  const { peer } = candidate;
  const { versions, endpoints, script } = peer;
  spoil(peer);
  expectStatus(await candidate.post(), 200, status);
  Object.assign(peer, { versions, endpoints, script });
  try {
    target.keep(await candidate.register());
  } catch (error) {
    if (!(error instanceof CheckFailure)) throw error;
    throw new CheckFailure('token A to register once the cause is gone', error.seen);
  }
}

function onVersions(reply: PeerReply): ScriptedPeer['script'] {
  return ({ path }) => (path === '/versions' ? reply : undefined);
}

function tokenOf(request: RecordedRequest): string | undefined {
  return tokenCandidates(headerOf(request, 'authorization'))[0];
}

function describeToken(request: RecordedRequest): string {
  return `another token in ${request.method} ${request.path}`;
}
