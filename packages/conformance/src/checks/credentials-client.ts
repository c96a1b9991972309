import { isCredentialsToken, tokenCandidates } from '@roamgrid/ocpi';
import { CheckFailure } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectList, expectStatus, expectSuccess, expectThat, show } from '../check/expect';
import { listField, textField } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import { headerOf, type PeerReply, type RecordedRequest } from '../peer/recorded-request';
import { ORDINARY_ENDPOINTS, type PeerSpec, type ScriptedPeer } from '../peer/scripted-peer';
import type { PlatformLink, Quirks } from '../target/platform-hooks';
import type { Target } from '../target/target';

/** A peer at which the platform registered as a client. */
export interface Connected {
  readonly peer: ScriptedPeer;
  readonly link: PlatformLink;
  /** Everything that was asked until the registration was made. */
  readonly handshake: readonly RecordedRequest[];
  readonly tokenA: string;
}

/** Rows that bind a platform which registers at a peer, seen from that peer. */
export const credentialsClientChecks: readonly Check[] = [
  defineCheck({
    ids: ['CRD-02'],
    title: 'the platform asks for versions, then details, then posts, all with token A',
    needs: ['connect'],
    run: async (target) => {
      const { handshake, tokenA } = await ordinaryConnection(target);
      const steps = handshake.map(({ method, path }) => `${method} ${path}`);
      expectEqual(steps.slice(0, 3), ['GET /versions', 'GET /2.2.1', 'POST /2.2.1/credentials'], 'requests');
      for (const request of handshake.slice(0, 3)) {
        expectThat(tokenOf(request) === tokenA, 'token A', `another token in ${request.method} ${request.path}`);
      }
      const { json } = postOf(handshake);
      const token = textField(json, 'token') ?? '';
      expectThat(isCredentialsToken(token) && token !== tokenA, 'a new token B in the body', 'none');
      expectThat(
        listField(json, 'roles').length > 0 && textField(json, 'url') !== undefined,
        'roles and url',
        show(json),
      );
    },
  }),
  defineCheck({
    ids: ['CRD-03'],
    title: 'token B opens the platform’s versions and details while its POST is open',
    needs: ['connect'],
    run: async (target) => {
      const { peer } = await ordinaryConnection(target);
      const callBack = peer.callBacks[0];
      if (!callBack) throw new CheckFailure('a POST that could be called back', 'none');
      expectList(callBack.versions);
      if (!callBack.details) throw new CheckFailure('2.2.1 in the versions', show(callBack.versions.data));
      expectSuccess(callBack.details);
    },
  }),
  defineCheck({
    ids: ['CRD-08'],
    title: 'where needed endpoints are missing the platform does not post',
    needs: ['connect'],
    run: async (target) => {
      const peer = target.newPeer({ endpoints: [{ identifier: 'credentials', role: 'SENDER' }] });
      expectThat(!(await connects(target, peer)), 'a failure', 'a registration');
      const posted = peer.requests.filter(({ method }) => method === 'POST').length;
      expectEqual(posted, 0, 'POSTs');
    },
  }),
  defineCheck({
    ids: ['CRD-10', 'VER-07', 'VER-11', 'VER-12'],
    title: 'odd but correct: unknown versions and modules, credentials as RECEIVER, POST answered with 201',
    needs: ['connect'],
    run: async (target) => {
      const peer = target.newPeer(ODD);
      peer.script = replyToPost(peer, { http: 201 });
      await connect(target, peer);
      const other = peer.requests.map(({ path }) => path).filter((path) => !/^\/(versions|2\.2\.1)\b(?!-)/.test(path));
      expectEqual(other, [], 'requests for details of versions that are not the highest mutual one');
    },
  }),
  defineCheck({
    ids: ['TRN-21', 'STS-14'],
    title: 'a POST answered with 2xxx or 3xxx, known or not, or without JSON, is no registration; any 1xxx is one',
    needs: ['connect'],
    run: async (target) => {
      for (const reply of [
        { status: 2001 },
        { status: 2999 },
        { status: 3999 },
        { http: 500, text: '<html></html>' },
      ]) {
        const peer = target.newPeer();
        peer.script = replyToPost(peer, reply);
        expectThat(!(await connects(target, peer)), `a failure after ${show(reply)}`, 'a registration');
      }
      const peer = target.newPeer();
      peer.script = replyToPost(peer, { status: 1900 });
      expectThat(await connects(target, peer), 'a registration after status 1900', 'a failure');
    },
  }),
  defineCheck({
    ids: ['TRN-55'],
    title: 'a redirect to another host gets no token',
    needs: ['connect'],
    run: async (target) => {
      const [peer, other] = [target.newPeer(), target.newPeer()];
      const location = other.versionsUrl.replace('//127.0.0.1:', '//localhost:');
      peer.script = ({ path }) => (path === '/versions' ? { http: 302, headers: { location } } : undefined);
      await connects(target, peer);
      expectThat(peer.requests.length > 0, 'a request', 'none');
      const tokens = other.requests.filter(({ headers }) => headers['authorization'] !== undefined);
      expectEqual(tokens.length, 0, 'requests with a token at the other host:');
    },
  }),
  defineCheck({
    ids: ['TRN-61'],
    title: 'after the registration the platform pulls what the peer lists, without being told',
    needs: ['connect', 'locations RECEIVER'],
    run: async (target) => {
      const { peer } = await ordinaryConnection(target);
      await peer.waitFor('a pull of locations', ({ path }) => path.includes('/sender/locations'));
    },
  }),
  defineCheck({
    ids: ['CRD-12'],
    title: 'later calls come with the token C that the peer answered, and token B still opens the platform',
    needs: ['connect', 'locations RECEIVER'],
    run: async (target) => {
      const { peer, link } = await ordinaryConnection(target);
      const from = peer.requests.length;
      await link.pull('locations', true);
      const pull = await peer.waitFor('a pull of locations', ({ path }) => path.includes('/sender/locations'), {
        from,
      });
      expectEqual(pull.replied, 200, 'HTTP status that the peer answered to the token of the pull');
      const tokenB = peer.callBacks.at(-1)?.token ?? '';
      const { versionsUrl } = target.registration.invitation;
      expectSuccess(await new PlatformClient(tokenB).call('GET', versionsUrl));
    },
  }),
  defineCheck({
    ids: ['CRD-37', 'CRD-45'],
    title: 'renewal: versions and details with the present token, then PUT with a new one that works at once',
    needs: ['connect'],
    run: async (target) => {
      const { peer, link } = await connect(target, target.newPeer());
      const [present = ''] = peer.tokens;
      const from = peer.requests.length;
      await link.renew();
      const steps = peer.requests.slice(from).filter(({ path }) => !path.includes('er/'));
      const names = steps.map(({ method, path }) => `${method} ${path}`).slice(0, 3);
      expectEqual(names, ['GET /versions', 'GET /2.2.1', 'PUT /2.2.1/credentials'], 'requests');
      expectThat(
        steps.slice(0, 3).every((step) => tokenOf(step) === present),
        'the present token',
        'another one',
      );
      const [first, second] = peer.callBacks;
      if (!second) throw new CheckFailure('a PUT that could be called back', 'none');
      expectThat(second.token !== first?.token, 'a new token', 'the one before');
      expectStatus(second.versions, 200, 1000);
    },
  }),
  defineCheck({
    ids: ['CRD-25'],
    title: 'when the answer to a PUT is lost, the token before is kept and the PUT is sent again',
    needs: ['connect'],
    run: async (target) => {
      const { peer, link } = await connect(target, target.newPeer());
      const isUpdate = ({ method, path }: RecordedRequest): boolean =>
        method === 'PUT' && path.endsWith('/credentials');
      peer.script = (request) => (isUpdate(request) ? { hangUp: true } : undefined);
      const renewed = await link.renew().then(
        () => true,
        () => false,
      );
      expectThat(!renewed, 'a failed renewal', 'a success');
      peer.script = () => undefined;
      await link.renew();
      const updates = peer.requests.filter(isUpdate);
      expectEqual(updates.length, 2, 'PUTs of credentials');
      expectEqual(updates[1]?.replied, 200, 'HTTP status that the peer answered to the second PUT');
    },
  }),
  defineCheck({
    ids: ['CRD-27'],
    title: 'the platform parts from a peer by DELETE, and the peer’s token ends',
    needs: ['connect'],
    run: async (target) => {
      const { peer, link } = await connect(target, target.newPeer());
      const tokenB = peer.callBacks.at(-1)?.token ?? '';
      await link.disconnect();
      const gone = peer.requests.find(({ method, path }) => method === 'DELETE' && path === '/2.2.1/credentials');
      expectEqual(gone?.replied, 200, 'HTTP status that the peer answered to DELETE credentials');
      const { versionsUrl } = target.registration.invitation;
      expectEqual((await new PlatformClient(tokenB).call('GET', versionsUrl)).http, 401, 'HTTP status for token B');
    },
  }),
  defineCheck({
    ids: ['CRD-38'],
    title: 'the platform registers peers, and registers at peers',
    needs: ['connect'],
    run: async (target) => {
      const { peer } = await ordinaryConnection(target);
      expectEqual(peer.callBacks.length > 0, true, 'a POST of the platform');
      expectStatus(target.registration.answer, [200, 201], 1000);
    },
  }),
];

const ODD: Partial<PeerSpec> = {
  versions: ['2.0', '9.9', '2.2.1', '2.1', 'newest', '2.2', '2.1.1', '2.10-draft'],
  endpoints: [
    { identifier: 'credentials', role: 'RECEIVER' },
    { identifier: 'nltnm-parking', role: 'SENDER' },
    { identifier: 'payments', role: 'RECEIVER' },
    ...ORDINARY_ENDPOINTS.filter(({ identifier }) => identifier !== 'credentials'),
  ],
};

/** The connection that the checks share: nothing about it is odd. */
export function ordinaryConnection(target: Target): Promise<Connected> {
  return target.once('ordinary connection', () => connect(target, target.newPeer()));
}

/** Lets the platform register at a peer. Throws CheckFailure when it does not. */
export async function connect(target: Target, peer: ScriptedPeer, quirks?: Quirks): Promise<Connected> {
  try {
    const { link, tokenA } = await target.connect(peer, quirks);
    return { peer, link, handshake: [...peer.requests], tokenA };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const seen = peer.requests.map(({ method, path, replied }) => `${method} ${path} → ${replied ?? 'open'}`);
    throw new CheckFailure('the platform to register', `${error.message}; asked: ${seen.join(', ') || 'nothing'}`);
  }
}

async function connects(target: Target, peer: ScriptedPeer): Promise<boolean> {
  return target.connect(peer).then(
    () => true,
    () => false,
  );
}

/** Answers the first POST as the peer would, but for some of the reply. */
function replyToPost(peer: ScriptedPeer, change: PeerReply): ScriptedPeer['script'] {
  return async (request) => {
    if (request.method !== 'POST') return undefined;
    peer.script = () => undefined;
    return { ...(await peer.ordinary(request)), ...change };
  };
}

function tokenOf(request: RecordedRequest): string | undefined {
  return tokenCandidates(headerOf(request, 'authorization'))[0];
}

function postOf(requests: readonly RecordedRequest[]): RecordedRequest {
  const post = requests.find(({ method }) => method === 'POST');
  if (!post)
    throw new CheckFailure('a POST of credentials', requests.map(({ method, path }) => `${method} ${path}`).join(', '));
  return post;
}
