import type { EVSE, Location } from '@roamgrid/modules';
import { defineCheck, type Check } from '../check/define-check';
import { expectNotFound, expectRefused, expectTaken } from '../check/expect';
import { without } from '../check/field';
import { sampleConnector, sampleEvse, sampleLocation } from '../samples/sample-location';
import type { Target } from '../target/target';
import { expectHeld, pushLocation, T } from './pushed-location';

type Change = readonly [why: string, change: object];

const hours = (opening_times: object): object => ({ opening_times });
const period = (weekday: number, period_begin: string, period_end: string): object =>
  hours({ twentyfourseven: false, regular_hours: [{ weekday, period_begin, period_end }] });
const unpublished = (...publish_allowed_to: object[]): object => ({ publish: false, publish_allowed_to });

/** Rows about Locations that are wrong, or look so and are right. */
export const locationsInvalidChecks: readonly Check[] = [
  refused(['LOC-39'], 'PublishTokens that lack what they need', [
    ['nothing that names a token', unpublished({ type: 'RFID', issuer: 'X' })],
    ['uid without type', unpublished({ uid: '012345678' })],
    ['visual_number without issuer', unpublished({ visual_number: '1' })],
  ]),
  taken(['LOC-39'], 'complete PublishTokens', [
    ['a group', unpublished({ group_id: 'G' })],
    ['uid with type', unpublished({ uid: '012345678', type: 'RFID' })],
    ['visual number with issuer', unpublished({ visual_number: '1', issuer: 'X' })],
  ]),
  refused(['LOC-48', 'TYP-11'], 'texts that are too long', [
    ['address of 256 characters', { address: 'a'.repeat(256) }],
    ['state of 46 characters', { state: 's'.repeat(46) }],
    ['city of 46 characters', { city: 'c'.repeat(46) }],
    ['id of 37 characters', { id: 'i'.repeat(37) }],
  ]),
  taken(['LOC-48', 'TYP-11'], 'texts as long as they may be, counted in characters', [
    ['address of 255 characters', { address: 'ö'.repeat(255) }],
    ['state of 45 characters', { state: 's'.repeat(45) }],
  ]),
  refused(['LOC-49'], 'opening times without twentyfourseven', [['no twentyfourseven', hours({ regular_hours: [] })]]),
  refused(['LOC-50'], 'hours that are none', [
    ['weekday 0', period(0, '08:00', '20:00')],
    ['weekday 8', period(8, '08:00', '20:00')],
    ['24:00', period(1, '08:00', '24:00')],
    ['9:00', period(1, '9:00', '20:00')],
    ['25:00', period(1, '08:00', '25:00')],
  ]),
  refused(['LOC-58', 'TRN-37'], 'an EVSE without Connectors', [['connectors []', evse({ connectors: [] })]]),
  refused(['LOC-61'], 'numbers where texts belong', [
    ['floor_level 1', evse({ floor_level: 1 })],
    ['floor_level of 5 characters', evse({ floor_level: '-1000' })],
    ['physical_reference 3', evse({ physical_reference: 3 })],
    ['physical_reference of 17 characters', evse({ physical_reference: 'p'.repeat(17) })],
  ]),
  refused(['LOC-65'], 'a list where one DisplayText belongs, one where a list belongs', [
    ['name as a list', { related_locations: [{ latitude: '52.08960', longitude: '5.110020', name: [] }] }],
    ['directions as an object', { directions: { language: 'en', text: 'Left' } }],
  ]),
  refused(['TYP-03', 'TYP-09', 'TYP-12', 'TYP-13', 'TYP-15', 'TYP-22'], 'values of a wrong kind', [
    ['last_updated with an offset', { last_updated: '2026-01-05T11:00:00+01:00' }],
    ['an id that is not ASCII', { id: 'LÖC' }],
    ['a status in lower case', evse({ status: 'available' })],
    ['max_voltage as text', connector({ max_voltage: '230' })],
    ['max_amperage with a fraction', connector({ max_amperage: 16.5 })],
    ['latitude as a number', { coordinates: { latitude: 52.0895, longitude: '5.110010' } }],
    ['publish as text', { publish: 'true' }],
  ]),
  taken(['LOC-64', 'TRN-39', 'TRN-41'], 'unknown fields, capabilities and connector types', [
    ['an unknown field', { conformance_note: { deep: [1, 'two'] } }],
    ['an unknown capability', evse({ capabilities: ['RFID_READER', 'TELEPATHY'] })],
    ['an unknown connector type', connector({ standard: 'MCS' })],
  ]),
  taken(['TYP-23'], 'coordinates as long as their pattern lets them be', [
    ['a negative latitude of 7 decimals', { coordinates: { latitude: '-50.7707741', longitude: '-126.1048871' } }],
  ]),
  taken(['TRN-36'], 'null and [] for what is optional', [
    ['null for optional fields', { name: null, opening_times: null, charging_when_closed: null, operator: null }],
    ['null for lists', { facilities: null, images: null, evses: null, directions: null }],
    ['empty lists', { facilities: [], images: [], evses: [], publish_allowed_to: [] }],
  ]),
  defineCheck({
    ids: ['LOC-22'],
    title: 'pushed locations: an EVSE that lacks a required field: 200/2001, and the Location as before',
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const { receiver, id, location, evses } = await pushLocation(target);
      for (const name of ['uid', 'status', 'connectors', 'last_updated']) {
        expectRefused(await receiver.putAt([id, evses[0]], without(sampleEvse(evses[0], T[2]), name)), `no ${name}`);
      }
      for (const name of ['standard', 'format', 'power_type', 'max_voltage', 'max_amperage', 'last_updated']) {
        const connectors = [without(sampleConnector('1', T[2]), name)];
        expectRefused(
          await receiver.putAt([id, evses[0]], { ...sampleEvse(evses[0], T[2]), connectors }),
          `no ${name}`,
        );
        expectRefused(await receiver.putAt([id, evses[0], '1'], connectors[0]), `no ${name}`);
      }
      await expectHeld(receiver, [id], location);
    },
  }),
];

function evse(change: object): object {
  return { evses: [{ ...sampleEvse('E1', T[1]), ...change }] };
}

function connector(change: object): object {
  return evse({ connectors: [{ ...sampleConnector('1', T[1]), ...change }] as unknown as EVSE['connectors'] });
}

function refused(ids: readonly string[], title: string, changes: readonly Change[]): Check {
  return pushEach(ids, `${title}: 200/2001, nothing stored`, changes, async (target, location, why) => {
    const receiver = target.registration.receiver('locations');
    expectRefused(await receiver.put(location), why);
    if (location.id.length <= 36 && /^[ -~]*$/.test(location.id)) expectNotFound(await receiver.get(location.id));
  });
}

function taken(ids: readonly string[], title: string, changes: readonly Change[]): Check {
  return pushEach(ids, `${title}: taken`, changes, async (target, location, why) => {
    const receiver = target.registration.receiver('locations');
    expectTaken(await receiver.put(location), why);
    await expectHeld(receiver, [location.id], location);
  });
}

function pushEach(
  ids: readonly string[],
  title: string,
  changes: readonly Change[],
  push: (target: Target, location: Location, why: string) => Promise<void>,
): Check {
  return defineCheck({
    ids,
    title: `pushed locations: ${title}`,
    needs: ['locations RECEIVER'],
    run: async (target) => {
      const { party } = target.registration.receiver('locations');
      for (const [why, change] of changes) {
        await push(target, { ...sampleLocation(party, target.newId(), T[1]), ...change }, why);
      }
    },
  });
}
