import type { CDR } from '@roamgrid/modules';
import type { Check } from '../check/define-check';
import { expectEqual, expectRefused, expectSuccess, expectTaken, expectThat } from '../check/expect';
import { field } from '../check/field';
import { sampleCdrLocation } from '../samples/sample-cdr';
import { expectKept, posted } from './cdrs-receiver';
import { freshCdr, locationOf, postCdr } from './pushed-cdr';
import { T } from './pushed-location';

const SIGNED = 'QAbC+/=xyZ'.repeat(500);

/** Rows about the CDR itself, as a CPO posts it. */
export const cdrObjectChecks: readonly Check[] = [
  posted(['CDR-16', 'CDR-36'], 'unknown Locations, Sessions and Tokens are no reason to refuse; nor is no session_id', async (target) => {
    await expectKept(await postCdr(target, { cdr_location: { ...sampleCdrLocation, id: target.newId() }, session_id: target.newId() }));
    const { receiver, cdr } = freshCdr(target);
    const { session_id, ...without } = cdr;
    expectThat(session_id !== undefined, 'a session_id to leave out', 'none');
    expectTaken(await receiver.post(without));
  }),
  posted(['CDR-19', 'TRN-66'], '#NA in evse_uid, evse_id and connector_id is taken and kept, whatever the enums say', async (target) => {
    const cdr_location = { ...sampleCdrLocation, evse_uid: '#NA', evse_id: '#NA', connector_id: '#NA', connector_standard: 'CHADEMO' as const };
    await expectKept(await postCdr(target, { cdr_location, ...unused() }));
  }),
  posted(['CDR-31', 'CDR-33', 'CDR-34'], 'totals are kept as they are: clamped costs, parking within total_time, reservations', async (target) => {
    await expectKept(
      await postCdr(target, {
        total_cost: { excl_vat: 1.5, incl_vat: 1.815 },
        total_energy_cost: { excl_vat: 40 },
        total_time: 1.9734,
        total_parking_time: 0.5,
        total_parking_cost: { excl_vat: 2 },
        total_reservation_cost: { excl_vat: 3.0001 },
      }),
    );
  }),
  posted(['CDR-41', 'TYP-16'], 'signed data of 5000 characters comes back letter by letter; longer is 2001', async (target) => {
    const value = { nature: 'Start', plain_data: SIGNED, signed_data: SIGNED };
    const signed_data = {
      encoding_method: 'OCMF',
      encoding_method_version: 1,
      public_key: SIGNED.slice(0, 512),
      signed_values: [value],
      url: `https://www.example.com/${SIGNED}`.slice(0, 512),
    };
    await expectKept(await postCdr(target, { signed_data }));
    const wrong = [
      { ...signed_data, signed_values: [{ ...value, plain_data: `${SIGNED}x` }] },
      { ...signed_data, signed_values: [{ ...value, signed_data: `${SIGNED}x` }] },
      { ...signed_data, signed_values: [] },
      { ...signed_data, public_key: `${SIGNED.slice(0, 512)}x` },
      { ...signed_data, encoding_method: 'x'.repeat(37) },
    ];
    for (const each of wrong) {
      const { receiver, cdr } = freshCdr(target);
      expectRefused(await receiver.post({ ...cdr, signed_data: each }), 'signed_data that is too long or empty');
    }
  }),
  posted(['CDR-42'], 'nature of a signed value is an open list', async (target) => {
    const values = ['Start', 'End', 'Intermediate', 'TariffChange', 'B'].map((nature) => ({ nature, plain_data: 'a', signed_data: 'b' }));
    await expectKept(await postCdr(target, { signed_data: { encoding_method: 'Alfen Eichrecht', signed_values: values } }));
  }),
  posted(['CDR-43', 'TYP-01'], '1970-1-1T00:00:00Z for a time that nobody knows: taken, or 2001', async (target) => {
    const { receiver, cdr } = freshCdr(target);
    const answer = await receiver.post({ ...cdr, start_date_time: '1970-1-1T00:00:00Z' });
    if (answer.statusCode !== 1000) expectRefused(answer, '1970-1-1T00:00:00Z');
    expectTaken(await receiver.post({ ...cdr, id: target.newId(), start_date_time: '1970-01-01T00:00:00Z' }));
  }),
  posted(['CDR-44', 'CDR-45'], 'home charging, invoice reference and remark are kept; longer than they may be is 2001', async (target) => {
    const invoice_reference_id = 'I'.repeat(39);
    await expectKept(await postCdr(target, { home_charging_compensation: true, invoice_reference_id, remark: 'é'.repeat(255) }));
    for (const change of [{ invoice_reference_id: `${invoice_reference_id}x` }, { remark: 'é'.repeat(256) }]) {
      const { receiver, cdr } = freshCdr(target, change);
      expectRefused(await receiver.post(cdr), `${Object.keys(change).join()} too long`);
    }
  }),
  posted(['CDR-11'], 'an id has 39 characters at most', async (target) => {
    const id = `${target.random(12)}${'x'.repeat(39)}`.slice(0, 39);
    const credit = { credit: true, credit_reference_id: id.slice(0, 36), total_cost: { excl_vat: -1 } };
    await expectKept(await postCdr(target, { id, ...credit }));
    const { receiver, cdr } = freshCdr(target, { id: `${id}x`, ...credit });
    expectRefused(await receiver.post(cdr), 'an id of 40 characters');
  }),
  posted(['CDR-21'], 'an address of 255 characters, as a Location may have, is taken or 2001, never cut', async (target) => {
    const address = 'A'.repeat(255);
    const { receiver, cdr } = freshCdr(target, { cdr_location: { ...sampleCdrLocation, address } });
    const answer = await receiver.post(cdr);
    if (answer.statusCode !== 1000) return expectRefused(answer, 'a long address');
    const kept = expectSuccess(await receiver.registration.call('GET', locationOf(answer), { routing: receiver.routing }));
    expectEqual(field(kept, 'cdr_location', 'address'), address, 'address');
  }),
];

/** What a reservation that nobody used leaves. */
function unused(): Partial<CDR> {
  return {
    charging_periods: [{ start_date_time: T[0], dimensions: [{ type: 'RESERVATION_TIME', volume: 0.5 }] }],
    total_energy: 0,
    total_time: 0,
    total_cost: { excl_vat: 2 },
    total_reservation_cost: { excl_vat: 2 },
  };
}
