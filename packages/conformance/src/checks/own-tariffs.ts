import type { Location, Tariff } from '@roamgrid/modules';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectTaken, expectThat, show } from '../check/expect';
import { field, listField, textField } from '../check/field';
import { sampleConnector, sampleLocation } from '../samples/sample-location';
import { sampleTariff } from '../samples/sample-tariff';
import { keyOf } from '../target/sender-interface';
import { expectHeld, pushLocation, T } from './pushed-location';
import { pushOf } from './roles';
import { moments } from './seeded-location';

/** Rows about what a CPO does with its Tariffs. */
export const ownTariffChecks: readonly Check[] = [
  defineCheck({
    ids: ['TAR-09'],
    title: 'own tariffs: one that a Connector names is not deleted; when none does, its deletion is pushed',
    needs: ['seed', 'remove', 'tariffs SENDER', 'locations SENDER'],
    run: async (target) => {
      const [party, at, id] = [target.platformCpo(), moments(target), target.newId()];
      const { peer } = target.registration;
      const from = peer.requests.length;
      await target.seed('tariffs', [sampleTariff(party, id, at(0))]);
      await pushOf(target.registration, id, from);
      const site = target.newId();
      const naming = (tariff: string, moment: string) => {
        const location = sampleLocation(party, site, moment);
        const connectors = [{ ...sampleConnector('1', moment), tariff_ids: [tariff] }];
        const evses = (location.evses ?? []).slice(0, 1).map((evse) => ({ ...evse, connectors }));
        return { ...location, evses };
      };
      await target.seed('locations', [naming(id, at(1))]);
      const path = [party.country_code, party.party_id, id];
      const refused = await target.hooks.remove?.('tariffs', path);
      expectThat(refused?.taken === false, 'a refusal, while a Connector names the tariff', refused?.said ?? 'nothing');
      await target.seed('locations', [naming(target.newId(), at(2))]);
      const removed = await target.hooks.remove?.('tariffs', path);
      expectThat(removed?.taken === true, 'success, when none does', removed?.said ?? 'nothing');
      await peer.waitFor('a DELETE of it', ({ method, path: url }) => method === 'DELETE' && url.includes(id), { from });
    },
  }),
  defineCheck({
    ids: ['TAR-15'],
    title: 'own tariffs: old and new tariff of a Connector both reach the peer, and so does their validity',
    needs: ['seed', 'tariffs SENDER', 'locations SENDER'],
    run: async (target) => {
      const [party, at, turn] = [target.platformCpo(), moments(target), '2030-01-01T00:00:00Z'];
      const old: Tariff = { ...sampleTariff(party, target.newId(), at(0)), end_date_time: turn };
      const next: Tariff = { ...sampleTariff(party, target.newId(), at(0)), start_date_time: turn };
      const from = target.registration.peer.requests.length;
      await target.seed('tariffs', [old, next]);
      const location = sampleLocation(party, target.newId(), at(0));
      const connectors = [{ ...sampleConnector('1', at(0)), tariff_ids: [old.id, next.id] }];
      const evses = (location.evses ?? []).map((evse) => ({ ...evse, connectors }));
      const switching: Location = { ...location, evses };
      await target.seed('locations', [switching]);
      const pushed = async (id: string): Promise<unknown> => (await pushOf(target.registration, id, from)).json;
      expectEqual(field(await pushed(location.id), 'evses', 0, 'connectors', 0, 'tariff_ids'), [old.id, next.id], 'tariff_ids');
      expectEqual(field(await pushed(old.id), 'end_date_time'), turn, 'end_date_time of the old one');
      expectEqual(field(await pushed(next.id), 'start_date_time'), turn, 'start_date_time of the new one');
    },
  }),
  defineCheck({
    ids: ['TAR-16'],
    title: 'pushed tariffs: a Connector that switches leaves the tariff of running sessions where it is',
    needs: ['tariffs RECEIVER', 'locations RECEIVER'],
    run: async (target) => {
      const tariffs = target.registration.receiver('tariffs');
      const [old, next] = [target.newId(), target.newId()].map((id) => sampleTariff(tariffs.party, id, T[1]));
      if (!old || !next) return;
      for (const tariff of [old, next]) expectTaken(await tariffs.put(tariff));
      const { receiver, id, evses } = await pushLocation(target);
      for (const [tariff, moment] of [[old, T[2]], [next, T[3]]] as const) {
        const connector = { ...sampleConnector('1', moment), tariff_ids: [tariff.id] };
        expectTaken(await receiver.putAt([id, evses[0], '1'], connector));
        await expectHeld(receiver, [id, evses[0], '1'], connector);
      }
      for (const tariff of [old, next]) await expectHeld(tariffs, [tariff.id], tariff);
    },
  }),
  defineCheck({
    ids: ['TAR-20'],
    title: 'own tariffs: prices per kWh, hour and session reach list and peer as they are, VAT apart',
    needs: ['seed', 'tariffs SENDER'],
    run: async (target) => {
      const [party, at] = [target.platformCpo(), moments(target)];
      const types = ['ENERGY', 'TIME', 'PARKING_TIME', 'FLAT'] as const;
      const components = types.map((type, index) => ({ type, price: 0.3333 + index, vat: 21, step_size: 1 }));
      const tariff: Tariff = { ...sampleTariff(party, target.newId(), at(0)), elements: [{ price_components: components }] };
      const from = target.registration.peer.requests.length;
      await target.seed('tariffs', [tariff]);
      const { json } = await pushOf(target.registration, tariff.id, from);
      const { objects } = await target.registration.sender('tariffs').crawl({ date_from: at(0) });
      const listed = objects.find((object) => keyOf(object) === keyOf(tariff));
      for (const seen of [json, listed]) {
        const prices = listField(seen, 'elements', 0, 'price_components').map((component) => [
          textField(component, 'type'),
          field(component, 'price'),
          field(component, 'vat'),
        ]);
        expectEqual(prices, components.map(({ type, price, vat }) => [type, price, vat]), `price components ${show(seen)}:`);
      }
    },
  }),
];
