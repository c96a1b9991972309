import type { EVSE, Location } from '@roamgrid/modules';
import { defineCheck, type Check, type Need } from '../check/define-check';
import { expectEqual, expectSuccess, expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';
import { field, isJsonObject, listField, textField, without } from '../check/field';
import { evseUid, sampleEvse, sampleLocation } from '../samples/sample-location';
import type { RecordedRequest } from '../peer/recorded-request';
import type { Target } from '../target/target';
import { heldObject, pushLocation } from './pushed-location';
import { pushOf } from './roles';
import { moments, seedLocation, type SeededLocation } from './seeded-location';

const STATUSES = ['AVAILABLE', 'BLOCKED', 'CHARGING', 'INOPERATIVE', 'OUTOFORDER', 'PLANNED', 'REMOVED', 'RESERVED', 'UNKNOWN'] as const;

/** Rows about what a CPO does with its Locations, seen from a peer that is pushed to. */
export const ownLocationChecks: readonly Check[] = [
  own(['LOC-25'], 'an EVSE that the CPO drops is pushed and listed as REMOVED; nothing is deleted', async (target, seeded) => {
    const { id, party, location, at } = seeded;
    const { peer } = target.registration;
    const uid = evseUid(id, 2);
    const from = peer.requests.length;
    const reduced: Location = { ...location, evses: (location.evses ?? []).slice(0, 1), last_updated: at(2) };
    await target.seed('locations', [reduced]);
    await peer.waitFor(`a push of ${uid} as REMOVED`, (request) => statusOf(request, uid) === 'REMOVED', { from });
    const evse = expectSuccess(await target.registration.sender('locations').get([id, uid], party));
    expectEqual(field(evse, 'status'), 'REMOVED', 'status of the EVSE in the list');
    const deletes = peer.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/receiver/locations/'));
    expectEqual(deletes.map(({ path }) => path), [], 'DELETEs of Locations:');
  }),
  own(
    ['LOC-32', 'TRN-34'],
    'information that is taken away reaches the peer by a PUT without it, never by null in a PATCH',
    async (target, seeded) => {
      const { location, at } = seeded;
      const { peer } = target.registration;
      await target.seed('locations', [{ ...without(location, 'name', 'parking_type'), last_updated: at(2) } as typeof location]);
      await eventually('the peer to hold the Location without name and parking_type', (note) => {
        const held = heldBy(target, seeded);
        note(show(held));
        const gone = field(held, 'name') === undefined && field(held, 'parking_type') === undefined;
        return Promise.resolve(gone && isSame(field(held, 'last_updated'), at(2)));
      });
      const nulls = patchesOf(peer.requests).filter(({ text }) => /:\s*null\b/.test(text));
      expectEqual(nulls.map(({ path }) => path), [], 'PATCHes with null:');
    },
  ),
  own(['LOC-33'], 'a write that changes nothing is not pushed, and no PATCH holds more than changes', async (target, seeded) => {
    const { id, location } = seeded;
    const { peer } = target.registration;
    const from = peer.requests.length;
    await target.hooks.seed?.('locations', [{ ...location }]);
    const { id: other, from: later } = await seedLocation(target);
    await pushOf(target.registration, other, later);
    const again = peer.requests.slice(from).filter(({ path }) => path.includes(id));
    expectEqual(again.map(({ method, path }) => `${method} ${path}`), [], 'pushes of what had not changed:');
    const whole = patchesOf(peer.requests).filter(({ json }) => ['address', 'coordinates'].some((name) => field(json, name) !== undefined));
    expectEqual(whole.map(({ path }) => path), [], 'PATCHes with fields that nobody changed:');
  }),
  own(
    ['TRN-28'],
    'a peer that has lost an object gets it whole with the next change',
    async (target, seeded) => {
      const { id, party, at } = seeded;
      const { modules } = target.registration.peer;
      modules.forget('locations', party.country_code, party.party_id, id);
      const path = [party.country_code, party.party_id, id, evseUid(id)];
      await target.hooks.patch?.('locations', path, { status: 'CHARGING', last_updated: at(2) });
      await eventually('the peer to hold the whole Location again', (note) => {
        const held = heldBy(target, seeded);
        note(show(held));
        const whole = ['address', 'coordinates', 'time_zone'].every((name) => field(held, name) !== undefined);
        return Promise.resolve(whole && field(held, 'evses', 0, 'status') === 'CHARGING');
      });
    },
    ['patch'],
  ),
  own(['LOC-66'], 'where no answer leaves it in doubt what the peer holds, the platform makes sure', async (target, seeded) => {
    const { location, at } = seeded;
    const { peer } = target.registration;
    let doubts = 1;
    const isPush = ({ method, path }: RecordedRequest): boolean => method !== 'GET' && path.includes(seeded.id);
    peer.script = (request) => (isPush(request) && doubts-- > 0 ? { hangUp: true } : undefined);
    const changed: Location = { ...location, name: 'Doubtful', last_updated: at(2) };
    await target.seed('locations', [changed]);
    await eventually('the peer to hold the change whose push it never answered', (note) => {
      const name = field(heldBy(target, seeded), 'name');
      note(`name ${show(name)}, ${doubts > 0 ? 'no push' : 'a push without an answer'}`);
      return Promise.resolve(doubts <= 0 && name === 'Doubtful');
    });
    peer.script = () => undefined;
  }),
  own(['LOC-60'], 'every status is passed on as it is, and taken as it is', async (target, { party }) => {
    const at = moments(target);
    const id = target.newId();
    const evses = STATUSES.map((status, index): EVSE => ({ ...sampleEvse(evseUid(id, index), at(0)), status }));
    const from = target.registration.peer.requests.length;
    const location: Location = { ...sampleLocation(party, id, at(0)), evses };
    await target.seed('locations', [location]);
    const { json } = await pushOf(target.registration, id, from);
    expectEqual(listField(json, 'evses').map((evse) => field(evse, 'status')), STATUSES, 'statuses that are pushed:');
    const listed = expectSuccess(await target.registration.sender('locations').get([id], party));
    expectEqual(listField(listed, 'evses').map((evse) => field(evse, 'status')), STATUSES, 'statuses that are listed:');
    const received = await pushLocation(target, { evses });
    const held = listField(await heldObject(received.receiver, received.id), 'evses');
    expectEqual(held.map((evse) => field(evse, 'status')), STATUSES, 'statuses that are held:');
  }, ['locations RECEIVER']),
  own(
    ['LOC-41'],
    'public and private EVSEs of a site are two Locations: both are offered; publish on an EVSE is refused, warned of or dropped',
    async (target, { party, at }) => {
      const [open, closed, mixed] = [target.newId(), target.newId(), target.newId()];
      const hidden = { ...sampleLocation(party, closed, at(1)), publish: false, publish_allowed_to: [{ group_id: 'STAFF' }] };
      const from = target.registration.peer.requests.length;
      await target.seed('locations', [sampleLocation(party, open, at(1)), hidden]);
      for (const [id, publish] of [[open, true], [closed, false]] as const) {
        expectEqual(field((await pushOf(target.registration, id, from)).json, 'publish'), publish, `publish of ${id}:`);
      }
      const location = sampleLocation(party, mixed, at(1));
      const evses = (location.evses ?? []).map((evse, index) => ({ ...evse, publish: index === 0 }));
      const [written] = (await target.hooks.write?.('locations', [{ ...location, evses }])) ?? [];
      if (written?.taken !== true || written.warnings.includes('LOC-41')) return;
      const { objects } = await target.registration.sender('locations').crawl({ date_from: at(0) });
      const passed = listField(objects.find((object) => textField(object, 'id') === mixed), 'evses');
      expectThat(passed.every((evse) => field(evse, 'publish') === undefined), 'no publish on EVSEs', show(passed));
    },
    ['write'],
  ),
];

type Run = (target: Target, seeded: SeededLocation) => Promise<void>;

/** A check that begins with a Location which was pushed to the first peer. */
function own(ids: readonly string[], title: string, run: Run, more: readonly Need[] = []): Check {
  return defineCheck({
    ids,
    title: `own locations: ${title}`,
    needs: ['seed', 'locations SENDER', ...more],
    run: async (target) => {
      const seeded = await seedLocation(target);
      await pushOf(target.registration, seeded.id, seeded.from);
      await run(target, seeded);
    },
  });
}

function heldBy(target: Target, { id, party }: SeededLocation): unknown {
  return target.registration.peer.modules.held('locations', party.country_code, party.party_id, id);
}

function patchesOf(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  return requests.filter(({ method, path }) => method === 'PATCH' && path.includes('/receiver/'));
}

/** The status of an EVSE in a push of its Location or of itself. */
function statusOf({ json }: RecordedRequest, uid: string): unknown {
  const evses = isJsonObject(json) && json['uid'] === uid ? [json] : listField(json, 'evses');
  return field(evses.find((evse) => field(evse, 'uid') === uid), 'status');
}

function isSame(time: unknown, moment: string): boolean {
  return typeof time === 'string' && Date.parse(time) === Date.parse(moment);
}
