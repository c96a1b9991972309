import { joinUrl } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import {
  expectEqual,
  expectMethodNotAllowed,
  expectNotFound,
  expectRefused,
  expectStatus,
  expectSuccess,
  expectTaken,
  expectThat,
  show,
} from '../check/expect';
import { field, listField, textField } from '../check/field';
import { evseUid, sampleConnector, sampleEvse, sampleLocation } from '../samples/sample-location';
import type { Target } from '../target/target';
import { expectHeld, expectMoment, heldObject, pushLocation, T } from './pushed-location';

/** Rows about whole objects that a CPO pushes: PUT and GET at all three levels. */
export const locationsReceiverChecks: readonly Check[] = [
  define(['LOC-12', 'TRN-25'], 'PUT of an unknown Location: 201, of a known one: 200 and replaced', async (target) => {
    const receiver = target.registration.receiver('locations');
    const location = sampleLocation(receiver.party, target.newId(), T[0]);
    expectStatus(await receiver.put(location), 201, 1000);
    const changed = { ...location, name: 'Changed', last_updated: T[1] };
    expectStatus(await receiver.put(changed), 200, 1000);
    await expectHeld(receiver, [location.id], changed);
  }),
  define(['LOC-13'], 'PUT of an EVSE creates and replaces it and leaves its siblings alone', async (target) => {
    const { receiver, id, location, evses } = await pushLocation(target);
    const third = sampleEvse(evseUid(id, 3), T[2]);
    expectStatus(await receiver.putAt([id, third.uid], third), 201, 1000);
    const second = { ...sampleEvse(evses[1], T[2]), status: 'CHARGING' as const };
    expectStatus(await receiver.putAt([id, second.uid], second), 200, 1000);
    const expected = { ...location, evses: [location.evses?.[0], second, third], last_updated: T[2] };
    await expectHeld(receiver, [id], expected);
  }),
  define(['LOC-14'], 'PUT of a Connector creates and replaces it', async (target) => {
    const { receiver, id, evses } = await pushLocation(target);
    const third = sampleConnector('3', T[2]);
    expectStatus(await receiver.putAt([id, evses[0], '3'], third), 201, 1000);
    const first = { ...sampleConnector('1', T[2]), max_amperage: 32 };
    expectStatus(await receiver.putAt([id, evses[0], '1'], first), 200, 1000);
    const held = listField(await heldObject(receiver, id, evses[0]), 'connectors');
    expectEqual(held, [first, sampleConnector('2', T[1]), third], 'Connectors of the EVSE');
  }),
  define(
    ['LOC-15', 'LOC-16'],
    'PUT of a Connector moves EVSE and Location, PUT of an EVSE the Location',
    async (target) => {
      const { receiver, id, evses } = await pushLocation(target);
      expectTaken(await receiver.putAt([id, evses[0], '1'], sampleConnector('1', T[2])));
      await expectMoment(receiver, [id, evses[0], '1'], T[2]);
      await expectMoment(receiver, [id, evses[0]], T[2]);
      await expectMoment(receiver, [id], T[2]);
      expectTaken(await receiver.putAt([id, evses[1]], sampleEvse(evses[1], T[3])));
      await expectMoment(receiver, [id], T[3]);
      await expectMoment(receiver, [id, evses[0]], T[2]);
    },
  ),
  define(['LOC-20'], 'a child with an older last_updated never moves its parents back', async (target) => {
    const { receiver, id, evses } = await pushLocation(target, { last_updated: T[3] });
    expectTaken(await receiver.putAt([id, evses[0]], sampleEvse(evses[0], T[2])));
    await expectMoment(receiver, [id], T[3]);
    expectTaken(await receiver.patch([id, evses[1], '1'], { max_amperage: 20, last_updated: T[2] }));
    await expectMoment(receiver, [id, evses[1]], T[2]);
    await expectMoment(receiver, [id], T[3]);
  }),
  define(
    ['LOC-21'],
    'an EVSE of an unknown Location, a Connector of an unknown EVSE: 404, and no skeleton',
    async (target) => {
      const { receiver, id } = await pushLocation(target);
      const unknown = target.newId();
      expectNotFound(await receiver.putAt([unknown, 'E1'], sampleEvse('E1', T[1])));
      expectNotFound(await receiver.patch([unknown, 'E1'], { status: 'CHARGING', last_updated: T[1] }));
      expectNotFound(await receiver.putAt([id, unknown, '1'], sampleConnector('1', T[1])));
      expectNotFound(await receiver.patch([id, unknown, '1'], { max_amperage: 1, last_updated: T[1] }));
      expectNotFound(await receiver.get(unknown));
      expectNotFound(await receiver.get(id, unknown));
    },
  ),
  define(['LOC-23', 'TRN-17'], 'GET gives Location, EVSE and Connector as they were pushed', async (target) => {
    const { receiver, id, location, evses } = await pushLocation(target);
    await expectHeld(receiver, [id], location);
    await expectHeld(receiver, [id, evses[1]], location.evses?.[1]);
    await expectHeld(receiver, [id, evses[1], '2'], location.evses?.[1]?.connectors[1]);
  }),
  define(['LOC-23', 'TRN-24'], 'GET of what is not there: 404 at all three levels', async (target) => {
    const { receiver, id, evses } = await pushLocation(target);
    const unknown = target.newId();
    for (const ids of [[unknown], [id, unknown], [id, evses[0], unknown]]) expectNotFound(await receiver.get(...ids));
  }),
  define(
    ['LOC-24', 'TRN-26', 'TRN-73'],
    'POST and DELETE: 405 with Allow at all levels, and nothing is gone',
    async (target) => {
      const { receiver, id, evses } = await pushLocation(target);
      for (const ids of [[id], [id, evses[0]], [id, evses[0], '1']]) {
        for (const method of ['POST', 'DELETE'] as const) {
          const answer = await receiver.call(method, ids, method === 'POST' ? { body: {} } : {});
          expectMethodNotAllowed(answer);
          const allow = (answer.header('allow') ?? '').split(/\s*,\s*/);
          const holds = ['GET', 'PUT', 'PATCH'].every((each) => allow.includes(each)) && !allow.includes(method);
          expectThat(holds, 'Allow: GET, PUT, PATCH', show(answer.header('allow')));
        }
      }
      await heldObject(receiver, id, evses[0], '1');
    },
  ),
  define(['LOC-24', 'TRN-73'], 'POST to the endpoint itself: 405 or 404, and nothing is created', async (target) => {
    const receiver = target.registration.receiver('locations');
    const location = sampleLocation(receiver.party, target.newId(), T[0]);
    const urls = [receiver.endpoint, joinUrl(receiver.endpoint, receiver.party.country_code, receiver.party.party_id)];
    for (const url of urls) {
      const answer = await target.registration.call('POST', url, { body: location, routing: receiver.routing });
      expectThat([404, 405].includes(answer.http), 'HTTP 405 or 404', answer.describe());
    }
    expectNotFound(await receiver.get(location.id));
  }),
  define(['LOC-26'], 'an EVSE that became REMOVED is still there', async (target) => {
    const { receiver, id, evses } = await pushLocation(target);
    expectTaken(await receiver.patch([id, evses[0]], { status: 'REMOVED', last_updated: T[2] }));
    expectEqual(field(await heldObject(receiver, id, evses[0]), 'status'), 'REMOVED', 'status of the EVSE');
    await heldObject(receiver, id, evses[0], '1');
  }),
  define(['LOC-28'], 'the evse_id of a REMOVED EVSE may come back at another one', async (target) => {
    const { receiver, id, evses } = await pushLocation(target);
    const removed = { ...sampleEvse(evses[0], T[2]), status: 'REMOVED' as const };
    expectTaken(await receiver.putAt([id, evses[0]], removed));
    const successor = { ...sampleEvse(evseUid(id, 3), T[2]), evse_id: removed.evse_id ?? null };
    expectTaken(await receiver.putAt([id, successor.uid], successor));
    await heldObject(receiver, id, evses[0]);
  }),
  define(['LOC-34', 'LOC-35'], 'status_schedule changes no status', async (target) => {
    const status_schedule = [{ period_begin: '2020-01-01T00:00:00Z', status: 'OUTOFORDER' as const }];
    const { receiver, id, evses } = await pushLocation(target);
    expectTaken(await receiver.putAt([id, evses[0]], { ...sampleEvse(evses[0], T[2]), status_schedule }));
    const held = await heldObject(receiver, id, evses[0]);
    expectEqual(field(held, 'status'), 'AVAILABLE', 'status of the EVSE');
    expectEqual(field(held, 'status_schedule'), status_schedule, 'status_schedule');
  }),
  define(['LOC-52'], 'charging_when_closed that is not given is true, or stays not given', async (target) => {
    const { receiver, id } = await pushLocation(target);
    const held = field(await heldObject(receiver, id), 'charging_when_closed') ?? true;
    expectEqual(held, true, 'charging_when_closed');
  }),
  define(['LOC-57'], 'a Location whose tariffs are not known is taken', async (target) => {
    const { receiver, id, evses } = await pushLocation(target);
    const connector = { ...sampleConnector('1', T[2]), tariff_ids: [target.newId(), target.newId()] };
    expectTaken(await receiver.putAt([id, evses[0], '1'], connector));
    await expectHeld(receiver, [id, evses[0], '1'], connector);
  }),
  define(['LOC-67'], 'an EVSE that a PUT of the Location leaves out stays, as REMOVED', async (target) => {
    const { receiver, id, location, evses } = await pushLocation(target);
    expectTaken(await receiver.put({ ...location, evses: location.evses?.slice(0, 1) ?? [], last_updated: T[2] }));
    for (const name of ['first', 'again']) {
      expectEqual(field(await heldObject(receiver, id, evses[1]), 'status'), 'REMOVED', `status of the EVSE, ${name}:`);
      expectTaken(await receiver.put({ ...location, evses: location.evses?.slice(0, 1) ?? [], last_updated: T[3] }));
    }
    await heldObject(receiver, id, evses[1], '1');
  }),
  define(
    ['LOC-68', 'TRN-25', 'TYP-07', 'TYP-08'],
    'ids that differ in case only are the same: no duplicates, 200 and not 201',
    async (target) => {
      const { receiver, id, location, evses } = await pushLocation(target);
      const folded = id.toLowerCase() === id ? id.toUpperCase() : id.toLowerCase();
      const lower = (location.evses ?? []).map((evse) => ({ ...evse, uid: evse.uid.toLowerCase() }));
      const answer = await receiver.putAt([folded], { ...location, id: folded, evses: lower, last_updated: T[2] });
      expectStatus(answer, 200, 1000);
      expectTaken(await receiver.patch([id, evses[0].toUpperCase()], { status: 'BLOCKED', last_updated: T[3] }));
      const held = listField(expectSuccess(await receiver.get(id)), 'evses');
      expectEqual(
        held.map((evse) => field(evse, 'status')),
        ['BLOCKED', 'AVAILABLE'],
        'statuses of the EVSEs',
      );
      expectEqual(
        held.map((evse) => textField(evse, 'uid')),
        lower.map(({ uid }) => uid),
        'uids of the EVSEs',
      );
    },
  ),
  define(['LOC-30'], 'a PUT of an EVSE or Connector under another id than its own: 200/2001', async (target) => {
    const { receiver, id, evses } = await pushLocation(target);
    expectRefused(await receiver.putAt([id, evses[0]], sampleEvse(evses[1], T[2])), 'another uid in the body');
    expectRefused(await receiver.putAt([id, evses[0], '1'], sampleConnector('2', T[2])), 'another id in the body');
  }),
];

function define(ids: readonly string[], title: string, run: (target: Target) => Promise<void>): Check {
  return defineCheck({ ids, title: `pushed locations: ${title}`, needs: ['locations RECEIVER'], run });
}
