import type { ChargingPeriod } from '@roamgrid/modules';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectRefused, expectTaken } from '../check/expect';
import { field, listField } from '../check/field';
import { samplePeriod } from '../samples/sample-session';
import type { ReceiverInterface } from '../target/receiver-interface';
import type { Target } from '../target/target';
import { expectHeld, heldObject, T } from './pushed-location';
import { pushSession } from './pushed-session';

const SESSION_ONLY = ['CURRENT', 'ENERGY_EXPORT', 'ENERGY_IMPORT', 'POWER', 'STATE_OF_CHARGE'] as const;
const SIGNED = ['ENERGY', 'CURRENT', 'POWER', 'MIN_CURRENT', 'MIN_POWER'] as const;

/** Rows about charging periods and states of Sessions that a CPO pushes. */
export const sessionPeriodChecks: readonly Check[] = [
  pushed(['SES-15'], 'PATCH adds its charging periods to those that are there; none and [] change nothing', async (target) => {
    const { receiver, id } = await pushSession(target);
    const [first, second, third, fourth] = [T[0], T[1], T[2], T[3]].map((time) => samplePeriod(time));
    const add = async (kwh: number, periods: readonly (ChargingPeriod | undefined)[]): Promise<void> => {
      expectTaken(await receiver.patch([id], { kwh, charging_periods: periods, last_updated: T[2] }));
    };
    await add(2, [second]);
    await expectPeriods(receiver, id, [first, second]);
    await add(3, []);
    expectTaken(await receiver.patch([id], { kwh: 4, last_updated: T[2] }));
    await expectPeriods(receiver, id, [first, second]);
    await add(5, [third, fourth]);
    await expectPeriods(receiver, id, [first, second, third, fourth]);
    expectEqual(field(await heldObject(receiver, id), 'kwh'), 5, 'kwh');
  }),
  pushed(['SES-18', 'TRN-75'], 'a PATCH that is sent again adds nothing again, also when it comes late', async (target) => {
    const { receiver, id } = await pushSession(target);
    const [first, second, third] = [T[0], T[1], T[2]].map((time) => samplePeriod(time));
    const patch = { kwh: 3, charging_periods: [second], last_updated: T[2] };
    for (let count = 0; count < 3; count += 1) expectTaken(await receiver.patch([id], patch));
    await expectPeriods(receiver, id, [first, second]);
    expectTaken(await receiver.patch([id], { kwh: 5, charging_periods: [third], last_updated: T[3] }));
    await receiver.patch([id], patch);
    await expectPeriods(receiver, id, [first, second, third]);
    expectEqual(field(await heldObject(receiver, id), 'kwh'), 5, 'kwh after a late repetition');
  }),
  pushed(['SES-13', 'TRN-31'], 'PUT replaces the charging periods; [] and none clear them', async (target) => {
    const { receiver, id, session } = await pushSession(target, { charging_periods: [samplePeriod(T[0]), samplePeriod(T[1])] });
    const only = { ...session, charging_periods: [samplePeriod(T[2])], last_updated: T[2] };
    expectTaken(await receiver.put(only));
    await expectPeriods(receiver, id, only.charging_periods);
    expectTaken(await receiver.put({ ...session, charging_periods: [], last_updated: T[3] }));
    await expectPeriods(receiver, id, []);
  }),
  pushed(['SES-38', 'SES-39'], 'dimensions that only Sessions have are taken and kept by period', async (target) => {
    const { receiver, id, session } = await pushSession(target, {
      charging_periods: [T[0], T[1]].map((start, index) => ({
        start_date_time: start,
        dimensions: SESSION_ONLY.map((type) => ({ type, volume: 10 + index })),
      })),
    });
    await expectHeld(receiver, [id], session);
  }),
  pushed(['SES-40', 'TYP-14'], 'volumes may be negative, and keep their digits', async (target) => {
    const { receiver, id, session } = await pushSession(target, {
      kwh: -3.1416,
      charging_periods: [{ start_date_time: T[0], dimensions: SIGNED.map((type) => ({ type, volume: -0.0001 })) }],
    });
    await expectHeld(receiver, [id], session);
  }),
  pushed(['SES-35'], 'kwh and ENERGY are kept as they are: nothing is converted or summed up', async (target) => {
    const { receiver, id, session } = await pushSession(target, { kwh: 41.25, charging_periods: [samplePeriod(T[0], 41000)] });
    await expectHeld(receiver, [id], session);
  }),
  pushed(['SES-26'], 'COMPLETED is final: a later PATCH changes nothing, and nothing makes it ACTIVE again', async (target) => {
    const { receiver, id, session } = await pushSession(target);
    const ended = { ...session, status: 'COMPLETED', end_date_time: T[2], last_updated: T[2] };
    expectTaken(await receiver.putAt([id], ended));
    const answer = await receiver.patch([id], { status: 'ACTIVE', kwh: 99, last_updated: T[3] });
    if (answer.statusCode !== 1000) expectRefused(answer, 'PATCH of a completed Session');
    await expectHeld(receiver, [id], ended);
    await receiver.put({ ...session, last_updated: T[3] });
    expectEqual(field(await heldObject(receiver, id), 'status'), 'COMPLETED', 'status after a PUT of ACTIVE');
  }),
  pushed(['SES-42'], 'no step from one state to another is refused to who owns the Session', async (target) => {
    const { receiver, id, session } = await pushSession(target, { status: 'RESERVATION' });
    const steps = ['ACTIVE', 'PENDING', 'INVALID', 'ACTIVE', 'RESERVATION', 'COMPLETED'] as const;
    for (const [index, status] of steps.entries()) {
      const last_updated = T[3].replace('T13:00', `T13:0${index}`);
      expectTaken(await receiver.put({ ...session, status, last_updated }), `PUT of ${status}`);
      expectEqual(field(await heldObject(receiver, id), 'status'), status, 'status');
    }
  }),
  pushed(['SES-24'], 'periods that are wrong: 2001, nothing stored', async (target) => {
    const { receiver, id, session } = await pushSession(target);
    const wrong = [{ start_date_time: T[2], dimensions: [] }, { dimensions: samplePeriod(T[2]).dimensions }, { start_date_time: T[2] }];
    for (const period of wrong) {
      expectRefused(await receiver.patch([id], { charging_periods: [period], last_updated: T[2] }), JSON.stringify(period));
    }
    await expectHeld(receiver, [id], session);
  }),
];

async function expectPeriods(receiver: ReceiverInterface, id: string, expected: readonly unknown[]): Promise<void> {
  const seen = listField(await heldObject(receiver, id), 'charging_periods');
  expectEqual(seen, expected, 'charging_periods');
}

function pushed(ids: readonly string[], title: string, run: (target: Target) => Promise<void>): Check {
  return defineCheck({ ids, title: `pushed sessions: ${title}`, needs: ['sessions RECEIVER', 'tokens SENDER'], run });
}
