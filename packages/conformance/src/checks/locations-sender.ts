import { formatOcpiDateTime, joinUrl } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectMethodNotAllowed, expectNotFound, expectSuccess, expectThat, show } from '../check/expect';
import { field, listField, textField } from '../check/field';
import { evseUid, sampleLocation } from '../samples/sample-location';
import { keyOf } from '../target/sender-interface';
import type { Target } from '../target/target';

const needs = ['locations SENDER'] as const;
const MINUTE = 60_000;

/** Rows about a platform that lists its own locations. */
export const locationsSenderChecks: readonly Check[] = [
  defineCheck({
    ids: ['LOC-05', 'LOC-06', 'LOC-69'],
    title:
      'GET by id, without an owner in the path: the Location, the EVSE, the Connector, each with its own last_updated',
    needs,
    run: async (target) => {
      const { object, id, owner } = await locationWithConnectors(target);
      const sender = target.registration.sender('locations');
      expectEqual(expectSuccess(await sender.get([id], owner)), object, 'the Location of the list');
      const evse = field(object, 'evses', 0);
      const uid = textField(evse, 'uid') ?? '';
      expectEqual(expectSuccess(await sender.get([id, uid], owner)), evse, 'the EVSE of the list');
      const connector = field(evse, 'connectors', 0);
      const found = expectSuccess(await sender.get([id, uid, textField(connector, 'id') ?? ''], owner));
      expectEqual(found, connector, 'the Connector of the list');
    },
  }),
  defineCheck({
    ids: ['LOC-07'],
    title: 'an unknown location, evse or connector: 404',
    needs,
    run: async (target) => {
      const { object, id, owner } = await locationWithConnectors(target);
      const sender = target.registration.sender('locations');
      const unknown = target.newId();
      for (const ids of [[unknown], [id, unknown], [id, textField(object, 'evses', 0, 'uid') ?? '', unknown]]) {
        expectNotFound(await sender.get(ids, owner));
      }
    },
  }),
  defineCheck({
    ids: ['LOC-08', 'TRN-26'],
    title: 'POST, PUT, PATCH and DELETE on the sender interface: 405',
    needs,
    run: async ({ registration }) => {
      const sender = registration.sender('locations');
      const routing = sender.routing();
      for (const url of [
        sender.endpoint,
        joinUrl(sender.endpoint, 'LOC1'),
        joinUrl(sender.endpoint, 'LOC1', 'E1', '1'),
      ]) {
        for (const method of ['POST', 'PUT', 'PATCH'] as const) {
          expectMethodNotAllowed(await registration.call(method, url, { body: {}, routing }));
        }
        expectMethodNotAllowed(await registration.call('DELETE', url, { routing }));
      }
    },
  }),
  defineCheck({
    ids: ['LOC-09'],
    title: 'ids in the path match in any case of letters',
    needs,
    run: async (target) => {
      const { object, id, owner } = await locationWithConnectors(target);
      const uid = textField(object, 'evses', 0, 'uid') ?? '';
      const connector = textField(object, 'evses', 0, 'connectors', 0, 'id') ?? '';
      for (const fold of [lower, upper]) {
        const answer = await target.registration.sender('locations').get([id, uid, connector].map(fold), owner);
        expectEqual(field(expectSuccess(answer), 'id'), connector, 'id of the Connector');
      }
    },
  }),
  defineCheck({
    ids: ['LOC-02', 'LOC-03'],
    title: 'a change of an EVSE moves its and the Location’s last_updated, and the Location is in the delta',
    needs: [...needs, 'seed', 'patch'],
    run: async (target) => {
      const { party, id, at } = await seeded(target);
      const moment = at(2);
      const uid = evseUid(id);
      await target.hooks.patch?.('locations', [...path(party), id, uid], { status: 'CHARGING', last_updated: moment });
      const location = await changed(target, moment, keyOf({ ...party, id }));
      expectEqual(textField(location, 'evses', 0, 'status'), 'CHARGING', 'status of the EVSE');
      expectMoment(textField(location, 'evses', 0, 'last_updated'), moment, 'last_updated of the EVSE');
      expectMoment(textField(location, 'last_updated'), moment, 'last_updated of the Location');
      expectMoment(textField(location, 'evses', 1, 'last_updated'), at(0), 'last_updated of the other EVSE');
    },
  }),
  defineCheck({
    ids: ['LOC-02', 'LOC-04'],
    title: 'a change of a Connector moves Connector, EVSE and Location',
    needs: [...needs, 'seed', 'patch'],
    run: async (target) => {
      const { party, id, at } = await seeded(target);
      const moment = at(3);
      const change = { max_amperage: 32, last_updated: moment };
      await target.hooks.patch?.('locations', [...path(party), id, evseUid(id), '1'], change);
      const location = await changed(target, moment, keyOf({ ...party, id }));
      expectEqual(field(location, 'evses', 0, 'connectors', 0, 'max_amperage'), 32, 'max_amperage of the Connector');
      expectMoment(
        textField(location, 'evses', 0, 'connectors', 0, 'last_updated'),
        moment,
        'last_updated of the Connector',
      );
      expectMoment(textField(location, 'evses', 0, 'last_updated'), moment, 'last_updated of the EVSE');
      expectMoment(textField(location, 'last_updated'), moment, 'last_updated of the Location');
    },
  }),
  defineCheck({
    ids: ['LOC-10'],
    title: 'a Location whose EVSEs are all REMOVED is still in the delta',
    needs: [...needs, 'seed'],
    run: async (target) => {
      const { party, id, at } = await seeded(target);
      const moment = at(2);
      const { evses = [], ...location } = sampleLocation(party, id, moment);
      const removed = (evses ?? []).map((evse) => ({ ...evse, status: 'REMOVED' as const, last_updated: moment }));
      await target.seed('locations', [{ ...location, evses: removed }]);
      const listed = await changed(target, moment, keyOf({ ...party, id }));
      const statuses = listField(listed, 'evses').map((evse) => field(evse, 'status'));
      expectEqual(statuses, ['REMOVED', 'REMOVED'], 'statuses of the EVSEs');
    },
  }),
  defineCheck({
    ids: ['LOC-11', 'RTE-11'],
    title: 'two parties of the platform with the same location id: each has its own, by the TO headers',
    needs: [...needs, 'seed'],
    run: async (target) => {
      const parties = [target.platformCpo(0), target.platformCpo(1)];
      const id = target.newId();
      const moment = formatOcpiDateTime(target.now() - 10 * MINUTE);
      for (const party of parties) await target.seed('locations', [sampleLocation(party, id, moment)]);
      const sender = target.registration.sender('locations');
      for (const party of parties) {
        const single = expectSuccess(await sender.get([id], party));
        expectEqual(keyOf(single), keyOf({ ...party, id }), 'owner and id');
        const { objects } = await sender.crawl({ date_from: moment }, { routing: sender.routing(party) });
        const owners = objects.map((object) => keyOf({ ...(object as object), id: '' }));
        expectEqual([...new Set(owners)], [keyOf({ ...party, id: '' })], 'owners in a list with TO');
      }
      const everything = (await sender.crawl({ date_from: moment })).objects.map(keyOf);
      const missing = parties.map((party) => keyOf({ ...party, id })).filter((key) => !everything.includes(key));
      expectEqual(missing, [], 'objects that a list without TO lacks');
    },
  }),
];

interface Seeded {
  readonly party: ReturnType<Target['platformCpo']>;
  readonly id: string;
  /** The moment that many minutes after the last_updated of everything in it. */
  readonly at: (minutes: number) => string;
}

/** A Location of the platform that nothing else knows. */
async function seeded(target: Target): Promise<Seeded> {
  const party = target.platformCpo();
  const id = target.newId();
  const begin = target.now() - 30 * MINUTE;
  const at = (minutes: number): string => formatOcpiDateTime(begin + minutes * MINUTE);
  await target.seed('locations', [sampleLocation(party, id, at(0))]);
  return { party, id, at };
}

/** The Location as the delta since `moment` has it; the hook has written it already, but lists may lag. */
async function changed(target: Target, moment: string, key: string): Promise<unknown> {
  const { objects } = await target.registration.sender('locations').crawl({ date_from: moment });
  const found = objects.find((object) => keyOf(object) === key);
  expectThat(found !== undefined, `${key} in the delta with date_from=${moment}`, show(objects.map(keyOf)));
  return found;
}

async function locationWithConnectors(target: Target): ReturnType<typeof firstOf> {
  return firstOf(await target.objects('locations', 1));
}

function firstOf(objects: Awaited<ReturnType<Target['objects']>>): Promise<(typeof objects)[number]> {
  const found = objects.find(({ object }) => listField(object, 'evses').length > 0);
  expectThat(found !== undefined, 'a Location with EVSEs', 'none');
  return Promise.resolve(found);
}

function expectMoment(seen: string | undefined, expected: string, what: string): void {
  expectThat(Date.parse(seen ?? '') === Date.parse(expected), `${what}: ${expected}`, show(seen));
}

function path({ country_code, party_id }: { readonly country_code: string; readonly party_id: string }): string[] {
  return [country_code, party_id];
}

const lower = (text: string): string => text.toLowerCase();
const upper = (text: string): string => text.toUpperCase();
