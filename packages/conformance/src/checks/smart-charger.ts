import { joinUrl } from '@roamgrid/ocpi';
import { CheckFailure } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { eventually } from '../check/eventually';
import { expectEqual } from '../check/expect';
import { PlatformClient } from '../http/platform-client';
import type { ScriptedPeer } from '../peer/scripted-peer';
import { endpointUrl } from '../target/version-details';
import type { Target } from '../target/target';
import { stationOf } from './commanding';
import { answer, expectNotForwarded, expectResponse, forwarded, Reply } from './conversing';
import { connect } from './credentials-client';
import { PROFILE } from './profiling';
import { ownSession } from './sessions-sender';

/** Rows about an SCSP that does smart charging for the charge points of the platform, and one that does not. */
export const smartChargerChecks: readonly Check[] = [
  defineCheck({
    ids: ['CHP-27', 'CHP-23'],
    title: 'an SCSP under contract is pushed the Sessions of all drivers and sets profiles on them; without contract it hears of none, and is REJECTED',
    needs: ['connect', 'seed', 'conversations', 'chargingprofiles RECEIVER', 'sessions SENDER', 'locations SENDER'],
    run: async (target) => {
      const { location, evses } = await stationOf(target);
      const [contracted, stranger] = [target.newPeer({ roles: [target.newRole('SCSP')] }), target.newPeer({ roles: [target.newRole('SCSP')] })];
      const links = [await connect(target, contracted, { smart_charging: true }), await connect(target, stranger)];
      const session = ownSession(target, { location_id: location.id, evse_uid: evses[0] });
      await target.seed('sessions', [session]);
      const heldBy = ({ modules }: ScriptedPeer): boolean => modules.held('sessions', session.country_code, session.party_id, session.id) !== undefined;
      await eventually('the Session to come to its eMSP and to the SCSP under contract', (note) => {
        note(`it came to the eMSP: ${heldBy(target.registration.peer)}, to the SCSP: ${heldBy(contracted)}`);
        return Promise.resolve(heldBy(target.registration.peer) && heldBy(contracted));
      });
      expectEqual(heldBy(stranger), false, 'whether it came to an SCSP without contract:');
      await set(target, stranger, session.id, 'REJECTED', 'UNKNOWN_SESSION');
      await expectNotForwarded(target, 'chargingprofiles', session.id);
      const reply = await set(target, contracted, session.id, 'ACCEPTED');
      await answer(target, 'chargingprofiles', await forwarded(target, 'chargingprofiles', 'SET', session.id), { result: 'ACCEPTED' });
      expectEqual((await reply.comes()).json, { result: 'ACCEPTED' }, 'the result');
      for (const { link } of links) await link.disconnect();
    },
  }),
];

/** PUT of a profile by a peer that the platform registered at; fails unless it is answered so. */
async function set(target: Target, peer: ScriptedPeer, session: string, ...wanted: readonly string[]): Promise<Reply> {
  const { token = '', details } = peer.callBacks.at(-1) ?? {};
  const endpoint = details && endpointUrl(details, 'chargingprofiles', 'RECEIVER');
  if (endpoint === undefined) throw new CheckFailure('the interface chargingprofiles RECEIVER', 'none');
  const reply = new Reply(peer, 'chargingprofiles', target.newId('R'));
  const [party] = peer.roles;
  const body = { charging_profile: PROFILE, response_url: reply.url };
  const said = await new PlatformClient(token).call('PUT', joinUrl(endpoint, session), { body, routing: { from: party, to: target.platformCpo() } });
  expectResponse('chargingprofiles', said, ...wanted);
  return reply;
}
