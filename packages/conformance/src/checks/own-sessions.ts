import type { Session } from '@roamgrid/modules';
import { defineCheck, type Check, type Need } from '../check/define-check';
import { CheckFailure } from '../check/check-failure';
import { expectEqual, expectThat, show } from '../check/expect';
import { eventually } from '../check/eventually';
import { field, listField, type JsonObject } from '../check/field';
import type { RecordedRequest } from '../peer/recorded-request';
import { samplePeriod, sampleSession } from '../samples/sample-session';
import { driverOf } from '../samples/sample-token';
import type { Target } from '../target/target';
import { connect } from './credentials-client';
import { told } from './own-advice';
import { moments } from './seeded-location';
import { ownSession } from './sessions-sender';

/** Rows about what a CPO does with its Sessions, seen from the eMSP of their drivers. */
const pushedSessionChecks: readonly Check[] = [
  own(['SES-44', 'SES-30', 'SES-31'], 'a new one is pushed by PUT, whole: places by id, the Token with its owner; a change by PUT or PATCH', async (target, session, from) => {
    const { peer } = target.registration;
    const first = await peer.waitFor('a push of the Session', isOf(session), { from });
    expectEqual(first.method, 'PUT', 'method of the first push');
    expectEqual(first.path, `/2.2.1/receiver/sessions/${session.country_code}/${session.party_id}/${session.id}`, 'path');
    for (const name of ['location_id', 'evse_uid', 'connector_id'] as const) expectEqual(field(first.json, name), session[name], name);
    expectEqual(field(first.json, 'cdr_token'), session.cdr_token, 'cdr_token');
    await update(target, session, { kwh: 2 });
    const methods = peer.requests.slice(from).filter(isOf(session)).map(({ method }) => method);
    expectEqual(methods.filter((method) => method !== 'PUT' && method !== 'PATCH'), [], 'other methods than PUT and PATCH:');
  }),
  own(['SES-17'], 'periods that are taken back or corrected reach the peer by a PUT of the whole', async (target, session) => {
    const [one, two] = [samplePeriod(session.start_date_time, 1), samplePeriod(moments(target)(1), 2)];
    await update(target, session, { charging_periods: [one, two], last_updated: moments(target)(1) });
    const from = target.registration.peer.requests.length;
    const corrected = { ...one, dimensions: [{ type: 'ENERGY' as const, volume: 0.9 }] };
    const held = await update(target, session, { charging_periods: [corrected], last_updated: moments(target)(2) });
    expectEqual(listField(held, 'charging_periods'), [corrected], 'charging_periods at the peer');
    const patches = target.registration.peer.requests.slice(from).filter(isOf(session)).filter(({ method }) => method === 'PATCH');
    expectEqual(patches.map(({ text }) => text), [], 'PATCHes:');
  }),
  own(['SES-23', 'SES-29'], 'a reservation is pushed as RESERVATION, at no EVSE yet; then ACTIVE at one, or COMPLETED unused', async (target) => {
    for (const next of ['ACTIVE', 'COMPLETED'] as const) {
      const place = { evse_uid: '#NA', connector_id: '#NA' };
      const reserved = ownSession(target, { status: 'RESERVATION', kwh: 0, charging_periods: [], ...place });
      const held = await seed(target, reserved);
      expectEqual([field(held, 'status'), field(held, 'evse_uid')], ['RESERVATION', '#NA'], 'what the peer holds');
      const used = next === 'ACTIVE' ? { evse_uid: 'E1', connector_id: '1' } : place;
      const later = await update(target, reserved, { status: next, ...used });
      expectEqual([field(later, 'status'), field(later, 'evse_uid')], [next, used.evse_uid], 'what the peer holds then');
    }
  }),
  own(['SES-24'], 'RESERVED is no status: an own Session is never sent with it', async (target, session) => {
    const odd: JsonObject = { ...session, id: target.newId(), status: 'RESERVED' };
    const [written] = (await target.hooks.write?.('sessions', [odd])) ?? [];
    if (written?.taken === false) return;
    const push = await target.registration.peer.waitFor('a push of it', ({ text }) => text.includes(String(odd['id'])));
    expectEqual(field(push.json, 'status'), 'RESERVATION', 'status of the push');
  }, ['write']),
  own(['SES-29'], 'an own Session under way without an EVSE is refused, or warned of', async (target, session) => {
    for (const change of [{ evse_uid: '#NA' }, { connector_id: '#NA' }, { evse_uid: '' }]) {
      const [written] = (await target.hooks.write?.('sessions', [{ ...session, id: target.newId(), ...change }])) ?? [];
      expectThat(written?.taken === false || written?.warnings.includes('SES-29') === true, 'a refusal, or a warning of SES-29', written?.said ?? 'nothing');
    }
  }, ['write']),
  own(['SES-25'], 'PENDING: the start moves to the moment of activation, and the peer hears of it', async (target) => {
    const at = moments(target);
    const pending = ownSession(target, { status: 'PENDING', kwh: 0, charging_periods: [] });
    await seed(target, pending);
    const held = await update(target, pending, { status: 'ACTIVE', start_date_time: at(1) });
    expectEqual(momentIn(held, 'start_date_time'), Date.parse(at(1)), 'start_date_time at the peer');
  }),
  own(['SES-26'], 'an own Session that has ended takes no more changes from its own systems', async (target, session) => {
    const at = moments(target);
    const ended = { ...session, status: 'COMPLETED' as const, end_date_time: at(1), last_updated: at(1) };
    await seed(target, ended);
    const again = { ...session, status: 'ACTIVE', last_updated: at(2) };
    const [written] = (await target.hooks.write?.('sessions', [again])) ?? [];
    const sender = target.registration.sender('sessions');
    const listed = (await sender.crawl({ date_from: at(0) })).objects.find((object) => field(object, 'id') === session.id);
    expectThat(written?.taken === false || field(listed, 'status') === 'COMPLETED', 'a refusal, or COMPLETED all the same', `${written?.said}, listed as ${show(field(listed, 'status'))}`);
  }, ['write']),
  own(['SES-32', 'SES-33'], 'authorization_reference and auth_method at the peer are the last that were written', async (target, session) => {
    await update(target, session, { auth_method: 'COMMAND', authorization_reference: 'FIRST' });
    const at = moments(target)(5);
    const held = await update(target, session, { auth_method: 'AUTH_REQUEST', authorization_reference: 'LAST', last_updated: at });
    expectEqual([field(held, 'auth_method'), field(held, 'authorization_reference')], ['AUTH_REQUEST', 'LAST'], 'what the peer holds');
  }),
  own(['SES-34'], 'a Token that was never pushed, as a command names one, stands in the Session all the same', async (target, session) => {
    const uid = target.newId('NEVER');
    const cdr_token = { ...session.cdr_token, uid, type: 'APP_USER' as const, contract_id: `C-${uid}`.slice(0, 36) };
    const held = await seed(target, ownSession(target, { cdr_token, auth_method: 'COMMAND' }));
    expectEqual(field(held, 'cdr_token'), cdr_token, 'cdr_token at the peer');
  }),
  own(['SES-28'], 'an own Session is not deleted, and no DELETE is sent', async (target, session) => {
    const path = [session.country_code, session.party_id, session.id];
    const removed = await target.hooks.remove?.('sessions', path);
    expectThat(removed?.taken === false, 'a refusal', removed?.said ?? 'nothing');
    await update(target, session, { kwh: 9 });
    const deletes = target.registration.peer.requests.filter(({ method, path: url }) => method === 'DELETE' && url.includes('/sessions/'));
    expectEqual(deletes.map(({ path: url }) => url), [], 'DELETEs of Sessions:');
  }, ['remove']),
  own(['SES-36'], 'total_cost that nobody wrote is not sent; 0 is sent as 0', async (target, session) => {
    const from = 0;
    const push = await target.registration.peer.waitFor('a push of the Session', isOf(session), { from });
    expectEqual(field(push.json, 'total_cost'), undefined, 'total_cost that nobody wrote');
    const held = await update(target, session, { total_cost: { excl_vat: 0, incl_vat: 0 } });
    expectEqual(field(held, 'total_cost'), { excl_vat: 0, incl_vat: 0 }, 'total_cost at the peer');
  }),
];

/** The same as seen by a peer that wants changes by PATCH. */
const patchedSessionCheck = defineCheck({
  ids: ['SES-15', 'SES-17', 'SES-44'],
  title: 'own sessions: to a peer that takes PATCH it brings new periods only; what is taken back or corrected comes by PUT, whole',
  needs: ['seed', 'connect', 'sessions SENDER'],
  run: async (target) => {
    const peer = target.newPeer();
    const { link } = await connect(target, peer, { push_method: 'patch' });
    const at = moments(target);
    const emsp = peer.roles.find(({ role }) => role === 'EMSP');
    if (!emsp) throw new Error('this peer is no EMSP');
    const [one, two] = [samplePeriod(at(0), 1), samplePeriod(at(1), 2)];
    const session = sampleSession(target.platformCpo(), target.newId(), driverOf(emsp), at(0), { charging_periods: [one] });
    const steps: readonly Partial<Session>[] = [
      {},
      { kwh: 3, charging_periods: [one, two], last_updated: at(2) },
      { kwh: 2.9, charging_periods: [one, { ...two, dimensions: samplePeriod(at(1), 1.9).dimensions }], last_updated: at(3) },
      { kwh: 1, charging_periods: [one], last_updated: at(4) },
    ];
    for (const step of steps) {
      const written = { ...session, ...step };
      await target.hooks.seed?.('sessions', [written]);
      await eventually('the peer to hold what was written', (note) => {
        const held = peer.modules.held('sessions', session.country_code, session.party_id, session.id);
        note(show(held));
        const isWritten = momentIn(held, 'last_updated') === Date.parse(written.last_updated);
        return Promise.resolve(isWritten && show(listField(held, 'charging_periods')) === show(written.charging_periods));
      });
    }
    const patches = peer.requests.filter(isOf(session)).filter(({ method }) => method === 'PATCH');
    const longest = Math.max(0, ...patches.map(({ json }) => listField(json, 'charging_periods').length));
    expectThat(longest <= 1, 'at most the one new period in a PATCH', `${longest} periods`);
    await link.disconnect();
  },
});

type Run = (target: Target, session: Session, from: number) => Promise<void>;

/** A check that begins with a Session that was just written; `from` is the first request that came after that. */
function own(ids: readonly string[], title: string, run: Run, more: readonly Need[] = []): Check {
  return defineCheck({
    ids,
    title: `own sessions: ${title}`,
    needs: ['seed', 'sessions SENDER', ...more],
    run: async (target) => {
      const from = target.registration.peer.requests.length;
      const session = ownSession(target);
      await seed(target, session);
      await run(target, session, from);
    },
  });
}

/** Writes an own Session with changes, a minute later unless they say when; gives what the peer holds then. */
function update(target: Target, session: Session, change: Partial<Session>): Promise<unknown> {
  return seed(target, { ...session, last_updated: moments(target)(1), ...change });
}

async function seed(target: Target, session: Session): Promise<unknown> {
  await target.seed('sessions', [session]);
  const { modules } = target.registration.peer;
  const held = (): unknown => modules.held('sessions', session.country_code, session.party_id, session.id);
  await eventually('the peer to hold the Session as it was written', (note) => {
    note(show(held()));
    return Promise.resolve(momentIn(held(), 'last_updated') === Date.parse(session.last_updated));
  });
  const now = held();
  if (now === undefined) throw new CheckFailure('the Session at the peer', 'nothing');
  return now;
}

function momentIn(object: unknown, name: string): number {
  return Date.parse(String(field(object, name)));
}

function isOf({ id }: Session): (request: RecordedRequest) => boolean {
  return ({ path }) => path.includes('/receiver/sessions/') && path.includes(id);
}

/** All rows about own Sessions. */
export const ownSessionChecks: readonly Check[] = [
  ...pushedSessionChecks,
  patchedSessionCheck,
  told('SES-35', 'sessions', 'energy in Wh', ({ target }) => ({
    good: [{ ...ownSession(target, { kwh: 41 }) }],
    bad: [{ ...ownSession(target, { kwh: 41, charging_periods: [samplePeriod(moments(target)(0), 41_000)] }) }],
  })),
];
