import type { ClientInfo, Location } from '@roamgrid/modules';
import { partyKey, type Party } from '@roamgrid/ocpi';
import { NotCovered } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { eventually } from '../check/eventually';
import { expectEqual, expectMethodNotAllowed, expectNotFound, expectRefused, expectStatus, expectSuccess, expectTaken, show } from '../check/expect';
import { ORDINARY_ENDPOINTS } from '../peer/scripted-peer';
import { sampleLocation } from '../samples/sample-location';
import { ReceiverInterface } from '../target/receiver-interface';
import type { Registration } from '../target/registration';
import type { Target } from '../target/target';
import { endpointUrl } from '../target/version-details';
import { T } from './pushed-location';

const STATUSES = ['CONNECTED', 'OFFLINE', 'PLANNED', 'SUSPENDED'] as const;
const ENDPOINTS = [...ORDINARY_ENDPOINTS, { identifier: 'hubclientinfo', role: 'SENDER' } as const];

/** Rows about what hubs say of their clients, said by a peer of ours that is a hub. */
export const hubClientInfoChecks: readonly Check[] = [
  said(['HCI-02', 'HCI-03', 'HCI-06'], 'PUT of each status: 201 when new, 200 when replaced; GET gives what was put', async (hub, target) => {
    const party = newParty(target);
    const receiver = receiverOf(hub, party);
    expectNotFound(await receiver.get());
    for (const [index, status] of STATUSES.entries()) {
      const info = infoOf(party, { status, last_updated: T[index] ?? T[1] });
      expectStatus(await receiver.putAt([], info), index === 0 ? 201 : 200, 1000);
      expectEqual(expectSuccess(await receiver.get()), info, 'the ClientInfo that was put:');
    }
  }),
  said(['HCI-04'], 'POST, PATCH and DELETE: 405', async (hub, target) => {
    const party = newParty(target);
    const receiver = receiverOf(hub, party);
    expectTaken(await receiver.putAt([], infoOf(party)));
    for (const method of ['POST', 'PATCH'] as const) expectMethodNotAllowed(await receiver.call(method, [], { body: infoOf(party) }));
    expectMethodNotAllowed(await receiver.delete());
  }),
  said(['HCI-05', 'HCI-06'], 'an incomplete ClientInfo, or one of another status: 200/2001', async (hub, target) => {
    const party = newParty(target);
    const receiver = receiverOf(hub, party);
    const whole: Readonly<Record<string, unknown>> = { ...infoOf(party) };
    for (const name of Object.keys(whole)) {
      const rest = Object.fromEntries(Object.entries(whole).filter(([field]) => field !== name));
      expectRefused(await receiver.putAt([], rest), `no ${name}`);
    }
    expectRefused(await receiver.putAt([], { ...whole, status: 'AWAY' }), 'an unknown status');
    expectNotFound(await receiver.get());
  }),
  said(['HCI-09'], 'a party in a second role: another object', async (hub, target) => {
    const party = newParty(target);
    const receiver = receiverOf(hub, party);
    for (const role of ['CPO', 'EMSP'] as const) expectStatus(await receiver.putAt([], infoOf(party, { role })), 201, 1000);
    expectStatus(await receiver.putAt([], infoOf(party, { status: 'OFFLINE', last_updated: T[2] })), 200, 1000);
  }),
  said(['HCI-15'], 'routing headers of whoever: not read', async (hub, target) => {
    const party = newParty(target);
    const nobody = { country_code: 'XX', party_id: 'XXX' };
    const receiver = receiverOf(hub, party, { from: nobody, to: nobody });
    expectTaken(await receiver.putAt([], infoOf(party)));
  }),
  said(['HCI-18'], 'a ClientInfo about the platform itself: a success', async (hub, target) => {
    const [own] = target.registration.platformRoles;
    const party = { country_code: String(own?.['country_code']), party_id: String(own?.['party_id']) };
    expectTaken(await receiverOf(hub, party).putAt([], infoOf(party)));
  }),
  said(['HCI-22'], 'another party in the body than in the URL: 200/2001', async (hub, target) => {
    const party = newParty(target);
    const receiver = receiverOf(hub, party);
    for (const other of [{ country_code: 'DE' }, { party_id: '0A0' }]) {
      expectRefused(await receiver.putAt([], { ...infoOf(party), ...other }), 'another party in the body');
    }
    expectNotFound(await receiver.get());
  }),
  defineCheck({
    ids: ['HCI-10', 'HCI-11', 'HCI-12', 'HCI-13'],
    title: 'what hubs say: nothing is pushed to a party that is OFFLINE, PLANNED or SUSPENDED, and all is again once it is CONNECTED',
    needs: ['hubclientinfo RECEIVER', 'invite', 'seed'],
    run: async (target) => {
      const hub = await hubOf(target);
      const client = await target.register({ roles: [target.newRole('EMSP')] });
      const party = client.party('EMSP');
      const receiver = receiverOf(hub, party);
      const say = async (status: ClientInfo['status'], index: number): Promise<void> =>
        expectTaken(await receiver.putAt([], infoOf(party, { role: 'EMSP', status, last_updated: T[index] ?? T[1] })));
      for (const [index, status] of (['OFFLINE', 'PLANNED', 'SUSPENDED'] as const).entries()) {
        await say(status, index);
        await eventually(`pushes to a party that is ${status} to stop`, async (note) => {
          const pushed = [await arrives(target, client), await arrives(target, client)];
          note(`of two Locations it was pushed: ${show(pushed)}`);
          return pushed.every((each) => !each);
        });
      }
      await say('CONNECTED', 3);
      const since: ((registration: Registration) => boolean)[] = [];
      await eventually('pushes to a party that is CONNECTED to go on', async (note) => {
        since.push(await seedLocation(target));
        note(`of ${since.length} Locations since then it was pushed none`);
        return since.some((isAt) => isAt(client));
      });
    },
  }),
];

/** A new Location of the platform; tells whether a peer of ours has it. */
async function seedLocation(target: Target): Promise<(registration: Registration) => boolean> {
  const location: Location = sampleLocation(target.platformCpo(), target.newId(), new Date(target.now()).toISOString());
  await target.seed('locations', [location]);
  return ({ peer }) => peer.modules.held('locations', location.country_code, location.party_id, location.id) !== undefined;
}

/** Whether a new Location of the platform is at a client when it has come to our first peer. */
async function arrives(target: Target, client: Registration): Promise<boolean> {
  const isAt = await seedLocation(target);
  await eventually(`a Location to come to ${partyKey(target.registration.party('EMSP'))}`, () => Promise.resolve(isAt(target.registration)));
  return isAt(client);
}

/** Our hub, which all checks share. */
function hubOf(target: Target): Promise<Registration> {
  return target.once('hub', () => target.register({ roles: [target.newRole('HUB')], endpoints: ENDPOINTS }));
}

/** A check of what a hub says. */
function said(ids: readonly string[], title: string, run: (hub: Registration, target: Target) => Promise<void>): Check {
  const needs = ['hubclientinfo RECEIVER', 'invite'] as const;
  return defineCheck({ ids, title: `what hubs say: ${title}`, needs, run: async (target) => run(await hubOf(target), target) });
}

function receiverOf(hub: Registration, party: Party, routing: ReceiverInterface['routing'] = {}): ReceiverInterface {
  const endpoint = endpointUrl(hub.details, 'hubclientinfo', 'RECEIVER');
  if (endpoint === undefined) throw new NotCovered('needs the interface hubclientinfo RECEIVER');
  return new ReceiverInterface(hub, endpoint, party, routing);
}

/** A party that nobody has. */
function newParty(target: Target): Party {
  const { country_code, party_id } = target.newRole('CPO');
  return { country_code, party_id };
}

function infoOf({ country_code, party_id }: Party, changes: Partial<ClientInfo> = {}): ClientInfo {
  return { party_id, country_code, role: 'CPO', status: 'CONNECTED', last_updated: T[1], ...changes };
}
