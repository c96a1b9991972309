import { parseOcpiDateTime } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat } from '../check/expect';
import { eventually } from '../check/eventually';
import { field } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import type { RecordedRequest } from '../peer/recorded-request';
import type { ScriptedPeer } from '../peer/scripted-peer';
import { sampleSession } from '../samples/sample-session';
import { driverOf, sampleToken } from '../samples/sample-token';
import { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { connect } from './credentials-client';
import { T } from './pushed-location';

/** Rows about a platform that pulls what only some of its roles are for. */
export const tokensPullChecks: readonly Check[] = [
  defineCheck({
    ids: ['TOK-22', 'TOK-23'],
    title: 'the platform pulls tokens: adds and updates; after a full pull one that is listed no more is not valid, or as it was',
    needs: ['connect', 'tokens RECEIVER'],
    run: async (target) => {
      const peer = target.newPeer();
      const party = partyOf(peer, 'EMSP');
      const [kept, gone] = [sampleToken(party, target.newId(), T[1]), sampleToken(party, target.newId(), T[1])];
      peer.modules.list('tokens', [kept, gone]);
      const { link } = await connect(target, peer);
      await link.pull('tokens', true);
      await eventually('both Tokens to be held', async () => (await held(target, peer, kept.uid)) !== undefined && (await held(target, peer, gone.uid)) !== undefined);
      peer.modules.unlist('tokens', kept.uid);
      peer.modules.unlist('tokens', gone.uid);
      peer.modules.list('tokens', [{ ...kept, valid: false, last_updated: T[2] }]);
      await eventually('the update to be held', async (note) => {
        await link.pull('tokens', true);
        const seen = field(await held(target, peer, kept.uid), 'valid');
        note(`valid ${String(seen)}`);
        return seen === false;
      });
      const left = await held(target, peer, gone.uid);
      expectThat(left !== undefined, 'the Token that is listed no more, valid or not', 'none');
    },
  }),
  defineCheck({
    ids: ['PAG-21', 'TRN-61'],
    title: 'the platform pulls sessions: it says from when, and takes those for its drivers only',
    needs: ['connect', 'sessions RECEIVER'],
    run: async (target) => {
      const peer = target.newPeer();
      const party = partyOf(peer, 'CPO');
      const mine = sampleSession(party, target.newId(), driverOf(target.platformEmsp()), T[1]);
      const foreign = sampleSession(party, target.newId(), driverOf({ country_code: 'ZZ', party_id: 'ZZ9' }), T[1]);
      peer.modules.list('sessions', [foreign, mine]);
      const { link } = await connect(target, peer);
      await link.pull('sessions', true);
      await eventually('the Session of our driver to be held', async () => (await heldSession(target, peer, mine.id)) !== undefined);
      expectEqual(await heldSession(target, peer, foreign.id), undefined, 'the Session of a driver of another eMSP');
      const pulls = peer.requests.filter(({ path }: RecordedRequest) => /\/sender\/sessions\/?\?/.test(path) && !path.includes('page='));
      const moments = pulls.map(({ path }) => new URL(path, peer.url).searchParams.get('date_from') ?? '');
      expectThat(moments.every((moment) => parseOcpiDateTime(moment) !== undefined), 'date_from in each pull of sessions', moments.join(', '));
    },
  }),
];

function held(target: Target, peer: ScriptedPeer, uid: string): Promise<unknown> {
  return heldBy(target, peer, 'tokens', uid);
}

function heldSession(target: Target, peer: ScriptedPeer, id: string): Promise<unknown> {
  return heldBy(target, peer, 'sessions', id);
}

/** What the platform holds of a peer that it registered at, asked by that peer. */
async function heldBy(target: Target, peer: ScriptedPeer, module: 'sessions' | 'tokens', id: string): Promise<unknown> {
  const { registration } = target;
  const { endpoint } = registration.receiver(module);
  const receiver = new ReceiverInterface(registration, endpoint, partyOf(peer, module === 'tokens' ? 'EMSP' : 'CPO'), {});
  const answer = await new PlatformClient(peer.callBacks.at(-1)?.token ?? '').call('GET', receiver.url(id));
  return answer.statusCode === 1000 ? answer.data : undefined;
}

function partyOf(peer: ScriptedPeer, wanted: 'CPO' | 'EMSP'): { country_code: string; party_id: string } {
  const role = peer.roles.find((each) => each.role === wanted);
  if (!role) throw new Error(`this peer is no ${wanted}`);
  return { country_code: role.country_code, party_id: role.party_id };
}
