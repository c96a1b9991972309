import type { CDR, Location, Tariff } from '@roamgrid/modules';
import { formatOcpiDateTime } from '@roamgrid/ocpi';
import { NotCovered } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat, show } from '../check/expect';
import { field, without, type JsonObject } from '../check/field';
import { evseUid, sampleLocation } from '../samples/sample-location';
import { sampleTariff } from '../samples/sample-tariff';
import type { Target } from '../target/target';
import { ownCdr } from './own-cdrs';
import { moments } from './seeded-location';
import { ownSession } from './sessions-sender';

/** Rows about CDRs whose parts are put in by the platform: its own systems name Location, tariff or Session. */
export const ownCdrNameChecks: readonly Check[] = [
  defineCheck({
    ids: ['CDR-17', 'CDR-18', 'CDR-20', 'CDR-21', 'CDR-29'],
    title: 'own cdrs by names: Location and tariff as they were at the start, flattened and cut to what a CDR holds',
    needs: ['seed', 'write', 'cdrs SENDER', 'locations SENDER', 'tariffs SENDER'],
    run: async (target) => {
      const { cdr, location, tariff } = await charged(target);
      const { json } = await post(target, {
        ...without(cdr, 'cdr_location', 'tariffs'),
        location: { location_id: location.id, evse_uid: evseUid(location.id), connector_id: '1' },
        tariff_ids: [tariff.id],
      });
      expectEqual(field(json, 'tariffs', 0, 'currency'), tariff.currency, 'currency of the tariff');
      expectEqual(field(json, 'tariffs', 0, 'elements'), tariff.elements, 'elements of the tariff as it was at the start');
      const place = field(json, 'cdr_location');
      expectEqual([field(place, 'id'), field(place, 'evse_uid'), field(place, 'connector_id')], [location.id, evseUid(location.id), '1'], 'place');
      expectEqual(field(place, 'city'), 'Before', 'city of the Location as it was at the start');
      expectEqual([field(place, 'evse_id'), field(place, 'evses')], ['#NA', undefined], 'evse_id of an EVSE without one, and evses');
      const address = String(field(place, 'address'));
      expectThat(address.length <= 45 && location.address.startsWith(address), 'an address of at most 45 characters', show(address));
      expectEqual([field(json, 'location'), field(json, 'tariff_ids')], [undefined, undefined], 'the names');
    },
  }),
  defineCheck({
    ids: ['CDR-37', 'CDR-36'],
    title: 'own cdrs by names: of a Session it takes the last auth_method and authorization_reference, Token and periods',
    needs: ['seed', 'write', 'cdrs SENDER', 'sessions SENDER', 'locations SENDER', 'tariffs SENDER'],
    run: async (target) => {
      const { cdr, location, tariff } = await charged(target);
      const at = moments(target);
      const session = ownSession(target, {
        start_date_time: cdr.start_date_time,
        location_id: location.id,
        evse_uid: evseUid(location.id),
        connector_id: '1',
        auth_method: 'COMMAND',
        authorization_reference: 'FIRST',
        charging_periods: cdr.charging_periods.map((period) => ({ ...period, tariff_id: tariff.id })),
      });
      await target.seed('sessions', [session]);
      const last = { auth_method: 'AUTH_REQUEST', authorization_reference: 'LAST' } as const;
      const end = { status: 'COMPLETED', end_date_time: cdr.end_date_time, last_updated: at(1) } as const;
      await target.seed('sessions', [{ ...session, ...last, ...end }]);
      const { id, country_code, party_id, total_cost, total_energy, total_time } = cdr;
      const { json } = await post(target, { id, country_code, party_id, total_cost, total_energy, total_time, session_id: session.id, last_updated: cdr.last_updated });
      for (const [name, value] of Object.entries(last)) expectEqual(field(json, name), value, name);
      expectEqual(field(json, 'cdr_token'), session.cdr_token, 'cdr_token');
      expectEqual(field(json, 'session_id'), session.id, 'session_id');
      expectEqual(field(json, 'cdr_location', 'id'), location.id, 'id of the cdr_location');
    },
  }),
];

interface Charged {
  readonly cdr: CDR;
  /** As it was when the charge began. */
  readonly location: Location;
  readonly tariff: Tariff;
}

/** A Location and a tariff that were changed after a charge began there, and the CDR of that charge, not written yet. */
async function charged(target: Target): Promise<Charged> {
  const party = target.platformCpo();
  const now = target.now();
  const [before, start, after] = [120_000, 60_000, 30_000].map((ago) => formatOcpiDateTime(now - ago)) as [string, string, string];
  const whole = { ...sampleLocation(party, target.newId(), before), address: 'Long '.repeat(20).trim(), city: 'Before' };
  const evses = (whole.evses ?? []).map((evse) => ({ ...without(evse, 'evse_id'), uid: evse.uid }) as typeof evse);
  const location: Location = { ...whole, evses };
  const tariff = sampleTariff(party, target.newId(), before);
  await target.seed('locations', [location]);
  await target.seed('tariffs', [tariff]);
  await target.seed('locations', [{ ...location, city: 'After', last_updated: after }]);
  await target.seed('tariffs', [{ ...tariff, elements: [{ price_components: [{ type: 'FLAT', price: 9, step_size: 1 }] }], last_updated: after }]);
  const [period] = ownCdr(target).charging_periods;
  if (!period) throw new Error('the sample has a period');
  const charging_periods = [{ ...period, start_date_time: start, tariff_id: tariff.id }];
  const end = formatOcpiDateTime(now);
  const cdr = ownCdr(target, { start_date_time: start, end_date_time: end, charging_periods, total_time: 0.0167, last_updated: end });
  return { cdr, location, tariff };
}

/** Writes a CDR as the platform's own systems may; gives its push. */
async function post(target: Target, cdr: JsonObject): Promise<{ readonly json: unknown }> {
  const { peer } = target.registration;
  const from = peer.requests.length;
  const [written] = (await target.hooks.write?.('cdrs', [cdr])) ?? [];
  if (!written?.taken) throw new NotCovered(`a CDR by names was not taken, so it has to be written whole: ${written?.said ?? 'no answer'}`);
  return peer.waitFor('a POST of the CDR', ({ method, json }) => method === 'POST' && field(json, 'id') === cdr['id'], { from });
}
