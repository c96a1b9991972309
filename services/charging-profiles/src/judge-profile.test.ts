import type { AskedRequest, ConversationStore } from '@roamgrid/conversation-service';
import { chargingProfiles, requestKind } from '@roamgrid/modules';
import { RoamgridError, type Client, type ObjectsCalls, type Peer } from '@roamgrid/runtime';
import { judgeProfile } from './judge-profile';

type Json = Record<string, unknown>;

const cpo = { country_code: 'NL', party_id: 'RGC' };
const emsp = { country_code: 'DE', party_id: 'RGE' };
const NOW = Date.parse('2026-01-01T00:01:00Z');

function holding(id: string, object: Json): Pick<Client<ObjectsCalls>, 'Get'> {
  return {
    Get: ({ ids }) =>
      ids[0] === id
        ? Promise.resolve({ json: Buffer.from(JSON.stringify(object)), key: '', rev: 1, origin: 'own' })
        : Promise.reject(new RoamgridError('object.unknown', 'no such object')),
  };
}

interface Circumstances {
  readonly session?: Json;
  readonly capabilities?: readonly string[];
  readonly peer?: Partial<Peer>;
  readonly caller?: { country_code: string; party_id: string };
  readonly last?: string;
}

async function judged(id: string, { session = {}, capabilities = ['CHARGING_PROFILE_CAPABLE'], peer = {}, caller = emsp, last }: Circumstances = {}): Promise<string> {
  const newest = last === undefined ? undefined : { created: new Date(last) };
  const options = {
    sessions: holding('S1', { ...cpo, id: 'S1', status: 'ACTIVE', cdr_token: emsp, location_id: 'L1', evse_uid: 'e1', ...session }),
    locations: holding('L1', { ...cpo, id: 'L1', evses: [{ uid: 'E1', capabilities }] }),
    store: { newest: () => Promise.resolve(newest) } as unknown as ConversationStore,
    pause: 30_000,
    clock: { now: () => NOW, sleep: () => Promise.resolve() },
  };
  const asked: AskedRequest = {
    kind: requestKind(chargingProfiles, 'CLEAR'),
    caller: { origin: 'p1', roles: [{ ...caller, role: 'EMSP' }], hosted: [] },
    peer: { id: 'p1', quirks: {}, roles: [], ...peer } as unknown as Peer,
    counterpart: caller,
    parties: [cpo],
    request: { session_id: id },
  };
  return (await judgeProfile(options, asked)).response;
}

describe('a request for a charging profile', () => {
  const other = { country_code: 'FR', party_id: 'OTH' };
  const scsp = [{ role: 'SCSP', ...other, business_details: Buffer.alloc(0) }];

  it.each<[string, string, Circumstances, string]>([
    ['CHP-07 of its own running session', 'S1', {}, 'ACCEPTED'],
    ['CHP-07 of an unknown session', 'S9', {}, 'UNKNOWN_SESSION'],
    ['CHP-23 of the session of another eMSP', 'S1', { caller: other }, 'REJECTED'],
    ['CHP-23 of an SCSP without a contract', 'S1', { caller: other, peer: { roles: scsp } }, 'REJECTED'],
    ['CHP-23 of an SCSP under contract', 'S1', { caller: other, peer: { roles: scsp, quirks: { smart_charging: 'true' } } }, 'ACCEPTED'],
    ['CHP-23 of an eMSP that only calls itself under contract', 'S1', { caller: other, peer: { quirks: { smart_charging: 'true' } } }, 'REJECTED'],
    ['CHP-33 of a session that has ended', 'S1', { session: { status: 'COMPLETED' } }, 'REJECTED'],
    ['CHP-29 of an EVSE that takes none', 'S1', { capabilities: [] }, 'NOT_SUPPORTED'],
    ['CHP-30 soon after the last one', 'S1', { last: '2026-01-01T00:00:45Z' }, 'TOO_OFTEN'],
    ['CHP-30 some time after the last one', 'S1', { last: '2026-01-01T00:00:15Z' }, 'ACCEPTED'],
  ])('%s', async (_, id, circumstances, response) => {
    expect(await judged(id, circumstances)).toBe(response);
  });
});
