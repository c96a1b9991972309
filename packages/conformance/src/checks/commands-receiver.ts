import { ReceiverInterface } from '../target/receiver-interface';
import { defineCheck, type Check, type Need } from '../check/define-check';
import { expectEqual, expectMethodNotAllowed, expectNotFound, expectRefused, expectStatus, expectThat, show } from '../check/expect';
import { field, without, type JsonObject } from '../check/field';
import { sampleToken } from '../samples/sample-token';
import type { Target } from '../target/target';
import { Commander, type Sent } from './commanding';
import { backendOf, expectNotForwarded, expectResponse, scripted } from './conversing';
import { pushToken } from './pushed-token';
import { moments, seedLocation } from './seeded-location';

const IS_AUTHORIZE = /\/sender\/tokens\/.*\/authorize(\?|$)/;

/** Rows about a CPO that is sent commands: what it answers at once. */
export const commandsReceiverChecks: readonly Check[] = [
  commanded(['CMD-01', 'CMD-05'], '200/1000 with a CommandResponse at once, while the charge point is still to answer', async (at) => {
    const sent = await at.start();
    const { state } = await at.taken(sent);
    expectEqual([state, sent.reply.came().length], ['WAITING', 0], 'what is known of the result:');
  }),
  commanded(['CMD-02', 'CMD-06'], 'each of the five is taken, and left to the platform’s own systems', async (at) => {
    const session = await at.session();
    const reserved = await at.reserve();
    await at.done(reserved);
    for (const sent of [await at.start(), await at.stop(session.id), await at.unlock(), await at.cancel(reserved.marker)]) await at.taken(sent);
  }),
  commanded(['CMD-03', 'TRN-24'], 'a word that is no command: 404, or NOT_SUPPORTED', async (at) => {
    for (const word of ['UNLOCK', 'EXPLODE']) {
      const { body } = await at.unlock();
      const answer = await at.call('POST', word, body);
      if (answer.http === 404) expectNotFound(answer);
      else expectResponse('commands', answer, 'NOT_SUPPORTED');
    }
  }),
  commanded(['CMD-04', 'TRN-26'], 'GET, PUT, PATCH and DELETE: 405', async (at) => {
    for (const word of ['START_SESSION', '']) {
      for (const method of ['PUT', 'PATCH'] as const) expectMethodNotAllowed(await at.call(method, word, {}));
      for (const method of ['GET', 'DELETE'] as const) expectMethodNotAllowed(await at.call(method, word));
    }
  }),
  commanded(['CMD-17', 'CMD-33', 'CMD-28'], 'a field that is missing: 200/2001 without a CommandResponse, whichever it is', async (at) => {
    const whole = { token: at.token(), location_id: at.station.location.id, evse_uid: at.station.evses[0], connector_id: '1', response_url: at.reply().url };
    const reserved = { ...whole, expiry_date: '2099-01-01T00:00:00Z', reservation_id: at.target.newId() };
    const needed: readonly (readonly [string, JsonObject, readonly string[]])[] = [
      ['START_SESSION', whole, ['response_url', 'token', 'location_id']],
      ['STOP_SESSION', { response_url: whole.response_url, session_id: 'S' }, ['response_url', 'session_id']],
      ['RESERVE_NOW', reserved, ['response_url', 'token', 'expiry_date', 'reservation_id', 'location_id']],
      ['CANCEL_RESERVATION', { response_url: whole.response_url, reservation_id: 'R' }, ['response_url', 'reservation_id']],
      ['UNLOCK_CONNECTOR', whole, ['response_url', 'location_id', 'evse_uid', 'connector_id']],
    ];
    for (const [kind, body, fields] of needed) {
      for (const name of fields) await expectInvalid(at, kind, without(body, name), `${kind} without ${name}`);
    }
  }),
  commanded(['CMD-17', 'CMD-28'], 'a field that is wrong: 200/2001 without a CommandResponse', async (at) => {
    const { body } = await at.reserve();
    const token = body['token'] as JsonObject;
    const long = 'x'.repeat(37);
    const wrong: readonly JsonObject[] = [
      { response_url: 'no URL' },
      { response_url: `${at.reply().url}?${'x'.repeat(255)}` },
      { token: 'T1' },
      { token: without(token, 'contract_id') },
      { token: { ...token, valid: 'yes' } },
      { expiry_date: 'tomorrow' },
      { expiry_date: '2099-01-01T00:00:00+01:00' },
      { expiry_date: 4_070_908_800 },
      { reservation_id: 4711 },
      { reservation_id: long },
      { location_id: long },
      { location_id: 1 },
      { evse_uid: long },
      { authorization_reference: long },
      { authorization_reference: 7 },
    ];
    for (const change of wrong) await expectInvalid(at, 'RESERVE_NOW', { ...body, ...change }, show(change));
    await expectInvalid(at, 'RESERVE_NOW', [body], 'a list');
    const answer = await at.call('POST', 'RESERVE_NOW', '{"response_url":');
    expectStatus(answer, 400, 2001);
  }),
  commanded(['CMD-18', 'STS-05'], 'an unknown Location: 200/2003', async (at) => {
    const location_id = at.target.newId();
    for (const sent of [await at.start({ location_id }), await at.reserve({ location_id }), await at.unlock({ location_id })]) {
      expectStatus(sent.answer, 200, 2003);
      const { data } = sent.answer;
      if ((data ?? null) !== null) expectEqual(field(data, 'result'), 'REJECTED', 'result of a CommandResponse beside it');
    }
  }),
  commanded(['CMD-19'], 'a known Location with an unknown EVSE or Connector: 200/2001, or REJECTED', async (at) => {
    const nowhere: readonly JsonObject[] = [{ evse_uid: at.target.newId() }, { connector_id: '99' }];
    for (const change of nowhere) await expectRejected(at, await at.start({ evse_uid: at.station.evses[0], ...change }));
    for (const change of nowhere) expectRejection(await at.unlock(change));
  }),
  commanded(['CMD-20'], 'START_SESSION anywhere, at an EVSE, at a Connector; never at a Connector of no EVSE, nor without one that must be named', async (at) => {
    const [able, , plugged] = at.station.evses;
    for (const place of [{ evse_uid: undefined }, { evse_uid: able }, { evse_uid: able, connector_id: '2' }, { evse_uid: plugged, connector_id: '1' }]) {
      await at.taken(await at.start(place));
    }
    for (const place of [{ evse_uid: undefined, connector_id: '1' }, { evse_uid: plugged }]) await expectRejected(at, await at.start(place));
  }),
  commanded(['CMD-21'], 'its Token is not judged before it is forwarded: unknown, blocked or new, and its eMSP is not asked', async (at) => {
    const { token: blocked } = await pushToken(at.target, { valid: false, whitelist: 'NEVER' });
    const { peer } = at.registration;
    const from = peer.requests.length;
    for (const token of [at.token({ type: 'AD_HOC_USER' }), at.token({ valid: false }), blocked]) {
      await at.taken(await at.start({ token }));
      await at.taken(await at.reserve({ token }));
    }
    expectEqual(peer.requests.slice(from).filter(({ path }) => IS_AUTHORIZE.test(path)).length, 0, 'real-time authorizations');
  }, ['tokens RECEIVER']),
  commanded(['CMD-22'], 'a charge point that asks afterwards: an app’s Token is settled there, a card’s at that place, no eMSP is asked', async (at) => {
    const { peer } = at.registration;
    const [evse] = at.station.evses;
    const { location: elsewhere } = await seedLocation(at.target);
    const here = { location_id: at.station.location.id, evse_uids: [evse] };
    const reply = (token: unknown) => ({ data: { allowed: 'BLOCKED', token } });
    for (const type of ['AD_HOC_USER', 'APP_USER', 'RFID'] as const) {
      const token = at.token({ type });
      await at.taken(await at.start({ token }));
      await scripted(peer, ({ path }) => (IS_AUTHORIZE.test(path) ? reply(token) : undefined), async () => {
        const from = peer.requests.length;
        const asked = (): number => peer.requests.slice(from).filter(({ path }) => IS_AUTHORIZE.test(path)).length;
        const verdict = await at.target.hooks.authorize?.({ uid: token.uid, type, location: here });
        expectEqual([field(verdict, 'allowed'), asked()], ['ALLOWED', 0], `what is allowed to ${type}, and requests to its eMSP:`);
        if (type !== 'RFID') return;
        const away = await at.target.hooks.authorize?.({ uid: token.uid, type, location: { location_id: elsewhere.id } });
        expectEqual(field(away, 'allowed'), 'BLOCKED', 'what is allowed to a card elsewhere:');
      });
    }
  }, ['authorize']),
  commanded(['CMD-23'], 'its Token is not among those that the eMSP has pushed', async (at) => {
    const token = at.token();
    await at.taken(await at.start({ token }));
    const { endpoint, routing } = at.registration.receiver('tokens');
    const receiver = new ReceiverInterface(at.registration, endpoint, at.party, routing, `?type=${token.type}`);
    expectNotFound(await receiver.get(token.uid));
  }, ['tokens RECEIVER']),
  commanded(['CMD-26'], 'a Token of another eMSP than who asks: REJECTED', async (at) => {
    const token = sampleToken((await at.target.second()).party('EMSP'), at.target.newId(), moments(at.target)(0));
    for (const sent of [await at.start({ token }), await at.reserve({ token })]) {
      expectResponse('commands', sent.answer, 'REJECTED');
      await expectNotForwarded(at.target, 'commands', token.uid);
    }
  }, ['second peer']),
  commanded(['CMD-27'], 'STOP_SESSION of an unknown Session: UNKNOWN_SESSION with 200/1000; of another eMSP’s: the same, or REJECTED', async (at) => {
    expectResponse('commands', (await at.stop(at.target.newId())).answer, 'UNKNOWN_SESSION');
    const session = await at.session();
    const other = await at.other();
    expectResponse('commands', (await other.stop(session.id)).answer, 'UNKNOWN_SESSION', 'REJECTED');
    await expectNotForwarded(at.target, 'commands', session.id);
    await at.taken(await at.stop(session.id));
  }, ['second peer']),
  commanded(['CMD-27', 'CMD-06'], 'STOP_SESSION of a Session that has ended is not accepted', async (at) => {
    const time = moments(at.target)(0);
    const { id } = await at.session({ status: 'COMPLETED', end_date_time: time });
    expectResponse('commands', (await at.stop(id)).answer, 'UNKNOWN_SESSION', 'REJECTED');
    await expectNotForwarded(at.target, 'commands', id);
  }),
  commanded(['CMD-38', 'CMD-05'], 'an EVSE that lacks what it needs: NOT_SUPPORTED', async (at) => {
    const [, evse_uid] = at.station.evses;
    for (const sent of [await at.start({ evse_uid }), await at.reserve({ evse_uid })]) {
      expectResponse('commands', sent.answer, 'NOT_SUPPORTED');
      await expectNotForwarded(at.target, 'commands', sent.marker);
    }
    expectResponse('commands', (await at.unlock({ evse_uid })).answer, 'NOT_SUPPORTED');
  }),
  commanded(['CMD-40', 'TRN-10'], 'the same START_SESSION again while one is pending: REJECTED, or with a result of its own; at one moment, too', async (at) => {
    const token = at.token();
    const answers = await Promise.all([1, 2, 3].map(() => at.start({ token, authorization_reference: 'SAME' })));
    const accepted = answers.filter(({ answer }) => expectResponse('commands', answer, 'ACCEPTED', 'REJECTED')['result'] === 'ACCEPTED');
    expectThat(accepted.length > 0, 'one that is accepted', 'none');
    for (const { answer } of [await at.start({ token, authorization_reference: 'SAME' })]) expectResponse('commands', answer, 'ACCEPTED', 'REJECTED');
    const talks = (await backendOf(at.target).asked('commands')).filter(({ request, state }) => show(request).includes(token.uid) && state === 'WAITING');
    expectThat(talks.length >= 1 && talks.length <= accepted.length + 1, `at most ${accepted.length} for the platform’s own systems`, `${talks.length}`);
    for (const talk of talks) await backendOf(at.target).answer('commands', talk, { result: 'ACCEPTED' });
    for (const { reply } of accepted) await reply.comes();
    for (const { reply } of accepted) expectEqual(reply.came().length, 1, 'results at each response_url');
  }),
  commanded(['CMD-28', 'CMD-06'], 'a reservation that would have ended before it began is not accepted', async (at) => {
    const sent = await at.reserve({ expiry_date: '2020-01-01T00:00:00Z' });
    expectResponse('commands', sent.answer, 'REJECTED');
    await expectNotForwarded(at.target, 'commands', sent.marker);
  }),
  commanded(['CMD-06', 'ROL-12'], 'who is no eMSP may not send commands', async (at) => {
    const { body } = await at.start();
    const from = at.registration.party('CPO');
    const answer = await at.call('POST', 'START_SESSION', { ...body, token: at.token({ ...from }) }, from);
    if (answer.statusCode === 1000) expectResponse('commands', answer, 'REJECTED');
    else expectThat([200, 403, 404].includes(answer.http) && (answer.statusCode ?? 0) >= 2000, 'a refusal', answer.describe());
  }),
];

async function expectInvalid(at: Commander, kind: string, body: unknown, what: string): Promise<void> {
  const answer = await at.call('POST', kind, body);
  expectRefused(answer, what);
  expectEqual(answer.data ?? null, null, `data of the answer to ${what}`);
}

function expectRejection({ answer, body }: Sent): void {
  if (answer.statusCode === 1000) expectResponse('commands', answer, 'REJECTED');
  else expectRefused(answer, show(without(body, 'token')));
}

async function expectRejected(at: Commander, sent: Sent): Promise<void> {
  expectRejection(sent);
  await expectNotForwarded(at.target, 'commands', sent.marker);
}

/** A check of commands that our eMSP sends to the platform's station. */
export function commanded(ids: readonly string[], title: string, run: (at: Commander) => Promise<void>, more: readonly Need[] = []): Check {
  const needs: readonly Need[] = ['commands RECEIVER', 'locations SENDER', 'sessions SENDER', 'seed', 'conversations', ...more];
  return defineCheck({ ids, title: `commands: ${title}`, needs, run: async (target: Target) => run(await Commander.at(target)) });
}
