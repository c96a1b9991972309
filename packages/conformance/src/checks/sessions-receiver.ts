import { defineCheck, type Check } from '../check/define-check';
import {
  expectEqual,
  expectMethodNotAllowed,
  expectNotFound,
  expectRefused,
  expectStatus,
  expectTaken,
  expectThat,
} from '../check/expect';
import { field, without } from '../check/field';
import { sampleTariff } from '../samples/sample-tariff';
import { samplePeriod } from '../samples/sample-session';
import type { Target } from '../target/target';
import { expectHeld, heldObject, T } from './pushed-location';
import { freshSession, pushSession } from './pushed-session';

const STATUSES = ['ACTIVE', 'COMPLETED', 'INVALID', 'PENDING', 'RESERVATION'] as const;
const REQUIRED = [
  'country_code', 'party_id', 'id', 'start_date_time', 'kwh', 'cdr_token', 'auth_method', 'location_id', 'evse_uid', 'connector_id',
  'currency', 'status', 'last_updated',
];

/** Rows about Sessions that a CPO pushes, but for what their periods and states become. */
export const sessionsReceiverChecks: readonly Check[] = [
  pushed(['SES-12', 'SES-19', 'TRN-25'], 'PUT: 201 when new, 200 when replaced; GET gives it, 404 where there is none', async (target) => {
    const { receiver, id, session } = freshSession(target);
    expectNotFound(await receiver.get(id));
    expectStatus(await receiver.put(session), 201, 1000);
    await expectHeld(receiver, [id], session);
    const changed = { ...without(session, 'connector_id'), connector_id: '2', meter_id: 'M1', last_updated: T[2] };
    expectStatus(await receiver.putAt([id.toLowerCase()], changed), 200, 1000);
    await expectHeld(receiver, [id], changed);
  }),
  pushed(['SES-14', 'TRN-32'], 'PATCH: last_updated is mandatory; what is not named stays', async (target) => {
    const { receiver, id, session } = await pushSession(target);
    expectRefused(await receiver.patch([id], { kwh: 3 }), 'no last_updated');
    await expectHeld(receiver, [id], session);
    const change = { kwh: 3, total_cost: { excl_vat: 1 }, last_updated: T[2] };
    expectTaken(await receiver.patch([id], change));
    await expectHeld(receiver, [id], { ...session, ...change });
  }),
  pushed(['SES-16'], 'PATCH, PUT and GET below the Session: 404 or 405, nothing changed', async (target) => {
    const { receiver, id, session } = await pushSession(target);
    for (const name of ['charging_periods', 'total_cost', 'kwh']) {
      for (const method of ['PATCH', 'PUT', 'GET'] as const) {
        const body = { total_cost: { excl_vat: 9 }, last_updated: T[2] };
        const answer = await receiver.call(method, [id, name], method === 'GET' ? {} : { body });
        expectThat([404, 405].includes(answer.http), 'HTTP 404 or 405', answer.describe());
      }
    }
    await expectHeld(receiver, [id], session);
  }),
  pushed(['SES-20', 'SES-28', 'TRN-26', 'TRN-73'], 'POST and DELETE: 405; a Session is never deleted', async (target) => {
    const { receiver, id, session } = await pushSession(target);
    for (const method of ['POST', 'DELETE'] as const) {
      expectMethodNotAllowed(await receiver.call(method, [id], method === 'POST' ? { body: session } : {}));
    }
    const answer = await receiver.post(freshSession(target).session);
    expectThat([404, 405].includes(answer.http), 'HTTP 405 or 404 for POST to the endpoint', answer.describe());
    await expectHeld(receiver, [id], session);
  }),
  pushed(['SES-21', 'TRN-27'], 'PATCH of an unknown Session: 404 and no skeleton; PUT then works', async (target) => {
    const { receiver, id, session } = freshSession(target);
    const change = { kwh: 2, charging_periods: [samplePeriod(T[2])], last_updated: T[2] };
    expectNotFound(await receiver.patch([id], change));
    expectNotFound(await receiver.get(id));
    expectStatus(await receiver.put(session), 201, 1000);
    expectTaken(await receiver.patch([id], change));
  }),
  pushed(['SES-24'], 'every status is taken and kept; RESERVED is taken for RESERVATION, kept, or 2001', async (target) => {
    for (const status of STATUSES) {
      const { receiver, id, session } = await pushSession(target, { status });
      await expectHeld(receiver, [id], session);
    }
    const { receiver, id, session } = freshSession(target);
    const answer = await receiver.putAt([id], { ...session, status: 'RESERVED' });
    if (answer.statusCode !== 1000) expectRefused(answer, 'RESERVED');
    for (const status of ['active', 'DONE', '']) {
      const { session: odd } = freshSession(target);
      expectRefused(await receiver.putAt([odd.id], { ...odd, status }), `status ${JSON.stringify(status)}`);
    }
  }),
  pushed(['SES-30', 'SES-31', 'TRN-30'], 'every required field is required, cdr_token with its owner; no Location as in 2.1.1', async (target) => {
    const { receiver, id, session } = freshSession(target);
    for (const name of REQUIRED) expectRefused(await receiver.putAt([id], without(session, name)), `no ${name}`);
    for (const name of ['country_code', 'party_id', 'uid', 'type', 'contract_id']) {
      const cdr_token = without(session.cdr_token, name);
      expectRefused(await receiver.putAt([id], { ...session, cdr_token }), `cdr_token without ${name}`);
    }
    const old = { ...without(session, 'location_id', 'cdr_token'), auth_id: 'X', location: { id: 'LOC1' } };
    expectRefused(await receiver.putAt([id], old), 'the shape of 2.1.1');
    expectNotFound(await receiver.get(id));
  }),
  pushed(['SES-36'], 'total_cost that is not given stays not given, and 0.00 stays 0', async (target) => {
    const { receiver, id } = await pushSession(target);
    expectEqual(field(await heldObject(receiver, id), 'total_cost') ?? null, null, 'total_cost that was not given');
    const free = await pushSession(target, { total_cost: { excl_vat: 0, incl_vat: 0 } });
    expectEqual(field(await heldObject(free.receiver, free.id), 'total_cost'), { excl_vat: 0, incl_vat: 0 }, 'total_cost');
  }),
  pushed(['SES-41', 'SES-43'], 'unknown Location, Token, tariff and command are no reason to refuse', async (target) => {
    const strange = { location_id: target.newId(), evse_uid: target.newId(), authorization_reference: target.newId() };
    const { receiver, id, session } = await pushSession(target, { ...strange, auth_method: 'COMMAND' });
    await expectHeld(receiver, [id], session);
  }),
  pushed(['TRN-66', 'SES-29'], '#NA in evse_uid and connector_id of a reservation is taken and kept', async (target) => {
    const { receiver, id, session } = await pushSession(target, { status: 'RESERVATION', evse_uid: '#NA', connector_id: '#NA' });
    await expectHeld(receiver, [id], session);
  }),
  pushed(['SES-45', 'TRN-19'], 'the answer to PUT and PATCH is a status, without data', async (target) => {
    const { receiver, id, session } = freshSession(target);
    const answers = [await receiver.put(session), await receiver.patch([id], { kwh: 2, last_updated: T[2] })];
    for (const answer of answers) {
      expectTaken(answer);
      expectEqual(answer.data ?? null, null, 'data of the answer');
    }
  }),
  defineCheck({
    ids: ['TAR-10'],
    title: 'pushed tariffs: DELETE leaves Sessions and CDRs that name the tariff as they are',
    needs: ['tariffs RECEIVER', 'sessions RECEIVER'],
    run: async (target) => {
      const tariffs = target.registration.receiver('tariffs');
      const tariff = sampleTariff(tariffs.party, target.newId(), T[0]);
      expectTaken(await tariffs.put(tariff));
      const { receiver, id, session } = await pushSession(target, {
        charging_periods: [{ ...samplePeriod(T[0]), tariff_id: tariff.id }],
      });
      expectTaken(await tariffs.delete(tariff.id));
      await expectHeld(receiver, [id], session);
      expectTaken(await receiver.patch([id], { kwh: 4, last_updated: T[2] }));
    },
  }),
  defineCheck({
    ids: ['SES-07', 'TRN-68'],
    title: 'pushed sessions: only the connection of their CPO writes and reads them',
    needs: ['second peer', 'sessions RECEIVER'],
    run: async (target) => {
      const { receiver, id, session } = await pushSession(target);
      const other = await target.second();
      const own = other.receiver('sessions').routing;
      for (const routing of [receiver.routing, own]) {
        const url = receiver.url(id);
        const answers = [
          await other.call('PUT', url, { body: { ...session, kwh: 99, last_updated: T[3] }, routing }),
          await other.call('PATCH', url, { body: { kwh: 99, last_updated: T[3] }, routing }),
          await other.call('GET', url, { routing }),
        ];
        for (const answer of answers) {
          const refused = (answer.statusCode ?? 0) >= 2000 && (answer.data ?? null) === null;
          expectThat(refused, 'HTTP 404, or 200 with 2001, without data', answer.describe());
        }
      }
      await expectHeld(receiver, [id], session);
    },
  }),
];

function pushed(ids: readonly string[], title: string, run: (target: Target) => Promise<void>): Check {
  return defineCheck({ ids, title: `pushed sessions: ${title}`, needs: ['sessions RECEIVER', 'tokens SENDER'], run });
}
