import type { Session } from '@roamgrid/modules';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectStatus, expectSuccess, expectTaken, expectUnauthorised } from '../check/expect';
import { field, listField } from '../check/field';
import { creditOf, sampleCdr } from '../samples/sample-cdr';
import { samplePeriod } from '../samples/sample-session';
import { cdrTokenOf } from '../samples/sample-token';
import { keyOf } from '../target/sender-interface';
import { authorize, expectInfo, seedToken } from './asked-authorization';
import { expectKept } from './cdrs-receiver';
import { freshCdr, locationOf } from './pushed-cdr';
import { expectHeld, heldObject, pushLocation, T } from './pushed-location';
import { pushOf } from './roles';
import { seedLocation } from './seeded-location';

/** Rows about what the modules make together. */
export const endToEndChecks: readonly Check[] = [
  defineCheck({
    ids: ['E2E-01'],
    title: 'a fresh pair: after the registration token A is worth nothing, and both directions can be called',
    needs: ['invite', 'seed', 'locations SENDER', 'locations RECEIVER'],
    run: async (target) => {
      const registration = await target.register();
      const { tokens, peer, client } = registration;
      expectUnauthorised(await registration.call('GET', registration.invitation.versionsUrl, { token: tokens.a }));
      const receiver = registration.receiver('locations');
      const { location } = await pushLocation(target);
      const own = { ...location, ...receiver.party, id: target.newId() };
      expectTaken(await receiver.put(own));
      await expectHeld(receiver, [own.id], own);
      const { id, party } = await seedLocation(target);
      const push = await pushOf(registration, id, 0);
      expectEqual(keyOf(push.json), keyOf({ ...party, id }), 'what is pushed');
      expectEqual([peer.tokens.has(tokens.b), client.token], [true, tokens.c], 'tokens B and C in use:');
    },
  }),
  defineCheck({
    ids: ['E2E-03'],
    title: 'a card with NEVER: authorized, charged, billed; the reference of the authorization is in Session and CDR',
    needs: ['seed', 'tokens SENDER', 'sessions RECEIVER', 'cdrs RECEIVER'],
    run: async (target) => {
      const token = await seedToken(target, { whitelist: 'NEVER' });
      const info = expectInfo(await authorize(target.registration, token.uid, { body: { location_id: 'CONFORMANCE-LOC' } }), token);
      expectEqual(info['allowed'], 'ALLOWED', 'allowed');
      const authorization_reference = String(info['authorization_reference']);
      const authorized = { cdr_token: cdrTokenOf(token), auth_method: 'AUTH_REQUEST', authorization_reference } as const;
      const { receiver: cdrs, cdr } = freshCdr(target, authorized);
      const sessions = target.registration.receiver('sessions');
      const session: Session = {
        ...{ ...sessions.party, ...authorized },
        ...{ id: cdr.session_id ?? '', start_date_time: T[0], kwh: 0, currency: 'EUR', status: 'ACTIVE', last_updated: T[0] },
        ...{ location_id: 'CONFORMANCE-LOC', evse_uid: 'CONFORMANCE-LOC-E1', connector_id: '1', charging_periods: [] },
      };
      expectStatus(await sessions.put(session), 201, 1000);
      for (const [index, time] of [T[0], T[1], T[2]].entries()) {
        const patch = { kwh: index + 1, charging_periods: [samplePeriod(time, 1)], last_updated: time };
        expectTaken(await sessions.patch([session.id], patch));
      }
      expectTaken(await sessions.patch([session.id], { status: 'COMPLETED', end_date_time: T[3], last_updated: T[3] }));
      const held = await heldObject(sessions, session.id);
      expectEqual([field(held, 'status'), field(held, 'kwh'), listField(held, 'charging_periods').length], ['COMPLETED', 3, 3], 'the Session');
      expectEqual(field(held, 'authorization_reference'), authorization_reference, 'reference in the Session');
      const answer = await cdrs.post(cdr);
      expectStatus(answer, 201, 1000);
      await expectKept({ receiver: cdrs, cdr, url: locationOf(answer) });
    },
  }),
  defineCheck({
    ids: ['E2E-12'],
    title: 'a wrong CDR: credited, then replaced; what is kept nets to the new total',
    needs: ['cdrs RECEIVER', 'tokens SENDER'],
    run: async (target) => {
      const { receiver, cdr } = freshCdr(target);
      const credit = creditOf(cdr, T[2]);
      const right = sampleCdr(receiver.party, target.newId(), cdr.cdr_token, T[3], {
        session_id: cdr.session_id ?? null,
        total_cost: { excl_vat: 1.25, incl_vat: 1.5125 },
      });
      let total = 0;
      for (const each of [cdr, credit, right]) {
        const answer = await receiver.post(each);
        expectStatus(answer, 201, 1000);
        const kept = expectSuccess(await receiver.registration.call('GET', locationOf(answer), { routing: receiver.routing }));
        total += Number(field(kept, 'total_cost', 'excl_vat'));
      }
      expectEqual(total, right.total_cost.excl_vat, 'sum of total_cost');
    },
  }),
  defineCheck({
    ids: ['E2E-16'],
    title: 'DELETE credentials: calls of the peer are refused, and nothing is sent to it any more',
    needs: ['invite', 'seed', 'locations SENDER'],
    run: async (target) => {
      const registration = await target.register();
      const { id } = await seedLocation(target);
      await pushOf(registration, id, 0);
      expectSuccess(await registration.unregister());
      const { endpoint } = registration.sender('locations');
      expectUnauthorised(await registration.call('GET', endpoint));
      const from = registration.peer.requests.length;
      const { id: later, from: first } = await seedLocation(target);
      await pushOf(target.registration, later, first);
      const after = registration.peer.requests.slice(from).filter(({ text }) => text.includes(later));
      expectEqual(after.map(({ method, path }) => `${method} ${path}`), [], 'pushes after the end:');
    },
  }),
];
