import type { AskedRequest, ConversationStore, Judgement } from '@roamgrid/conversation-service';
import { chargingProfiles, requestKind } from '@roamgrid/modules';
import { OWN, RoamgridError, type Client, type ObjectsCalls, type Peer } from '@roamgrid/runtime';
import { partyOfKey } from '@roamgrid/ocpi';
import { judgeProfile } from './judge-profile';

type Json = Record<string, unknown>;

const cpo = { country_code: 'NL', party_id: 'RGC' };
const emsp = { country_code: 'DE', party_id: 'RGE' };
const NOW = Date.parse('2026-01-01T00:01:00Z');

/** A service of another module with one object of our own, and what peers brought, by key. */
function holding(id: string, object: Json, received: Readonly<Record<string, Json>> = {}): Pick<Client<ObjectsCalls>, 'Count' | 'Fetch' | 'Get'> {
  const json = (value: Json): Buffer => Buffer.from(JSON.stringify(value));
  return {
    Get: ({ ids }) =>
      ids[0] === id
        ? Promise.resolve({ json: json(object), key: '', rev: 1, origin: OWN })
        : Promise.reject(new RoamgridError('object.unknown', 'no such object')),
    Count: () => Promise.resolve({ parties: Object.keys(received).map((key) => ({ party: partyOfKey(key), origin: 'p2', objects: 1 })) }),
    Fetch: ({ keys }) =>
      Promise.resolve({
        objects: keys.flatMap((key) => {
          const found = received[key];
          return found ? [{ key, rev: 1, deleted: false, json: json(found), written: 0, party: partyOfKey(key), ids: [], audience: [], origin: 'p2' }] : [];
        }),
      }),
  };
}

interface Circumstances {
  readonly session?: Json;
  readonly capabilities?: readonly string[];
  readonly peer?: Partial<Peer>;
  readonly caller?: { country_code: string; party_id: string };
  readonly last?: string;
  readonly received?: Readonly<Record<string, Json>>;
  readonly parties?: readonly { country_code: string; party_id: string }[];
}

async function judged(id: string, circumstances: Circumstances = {}): Promise<Judgement> {
  const { session = {}, capabilities = ['CHARGING_PROFILE_CAPABLE'], peer = {}, caller = emsp, last, received, parties = [cpo] } = circumstances;
  const newest = last === undefined ? undefined : { created: new Date(last) };
  const options = {
    sessions: holding('S1', { ...cpo, id: 'S1', status: 'ACTIVE', cdr_token: emsp, location_id: 'L1', evse_uid: 'e1', ...session }, received),
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
    parties,
    request: { session_id: id },
  };
  return judgeProfile(options, asked);
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
    expect(await judged(id, circumstances)).toMatchObject({ response });
  });

  const own = { country_code: 'DE', party_id: 'RGE' };
  const theirs = (party_id: string, more: Json = {}): Json => ({ country_code: 'NL', party_id, id: 'R1', status: 'ACTIVE', cdr_token: own, ...more });
  const contracted = { peer: { roles: scsp, quirks: { smart_charging: 'true' } }, caller: other, parties: [own] };
  const far = { 'NL*FAR*R1': theirs('FAR') };
  it.each<[string, Circumstances, object]>([
    ['CHP-24 of a driver of ours elsewhere is passed on to its CPO', { received: far }, { response: 'ACCEPTED', party: own, subject: 'session/NL*FAR*R1', passOn: { peer: 'p2', party: { country_code: 'NL', party_id: 'FAR' } } }],
    ['CHP-24 of the driver of another eMSP', { received: { 'NL*FAR*R1': theirs('FAR', { cdr_token: other }) } }, { response: 'UNKNOWN_SESSION' }],
    ['CHP-24 of one that came from who asks', { received: far, peer: { ...contracted.peer, id: 'p2' } }, { response: 'UNKNOWN_SESSION' }],
    ['CHP-24 for an eMSP without a word of contract', { received: far, peer: { roles: [] } }, { response: 'UNKNOWN_SESSION' }],
    ['CHP-24 where another party of ours is addressed', { received: far, parties: [cpo] }, { response: 'UNKNOWN_SESSION' }],
    ['CHP-25 where two CPOs gave one id', { received: { ...far, 'NL*NIG*R1': theirs('NIG') } }, { response: 'REJECTED' }],
    ['CHP-25 where two did and one of them has ended', { received: { ...far, 'NL*NIG*R1': theirs('NIG', { status: 'COMPLETED' }) } }, { response: 'ACCEPTED' }],
  ])('%s', async (_, circumstances, judgement) => {
    const found = await judged('R1', { ...contracted, ...circumstances });
    expect(found).toMatchObject(judgement);
    expect('passOn' in found).toBe(found.response === 'ACCEPTED');
  });
});
