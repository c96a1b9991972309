import { authorizationHeader, partyKey, readRouting } from '@roamgrid/ocpi';
import { defineCheck, type Check, type Need } from '../check/define-check';
import { eventually } from '../check/eventually';
import { expectEqual, expectMethodNotAllowed, expectRefused, expectThat, show } from '../check/expect';
import { field, without } from '../check/field';
import { headerOf } from '../peer/recorded-request';
import type { Target } from '../target/target';
import { answer, expectAnswerRefused, expectNotForwarded, expectResponse } from './conversing';
import { activeProfile, Profiler, PROFILE, type Asked } from './profiling';
import { moments } from './seeded-location';

/** A query that falls to pieces where it is not percent-encoded, or decoded twice. */
const QUERY = '?request_id=a%2526b&x=1%20y';

/** Rows about a CPO on whose Sessions charging profiles are set. */
export const chargingProfilesReceiverChecks: readonly Check[] = [
  profiled(['CHP-01', 'CHP-08', 'CHP-19'], 'PUT: 200/1000 with a ChargingProfileResponse at once; the profile as it was sent to the charge point, its result to the response_url', async (at) => {
    const session = await at.session();
    const profiles = [PROFILE, { ...PROFILE, start_date_time: moments(at.target)(1), duration: 7_200 }, { charging_rate_unit: 'W', charging_profile_period: [{ start_period: 0, limit: 11_000 }] }];
    for (const profile of profiles) {
      const asked = await at.set(session, profile);
      const talk = await at.taken(asked);
      expectEqual(asked.reply.came().length, 0, 'results before the charge point has said any');
      expectEqual(talk.request, { session_id: session, charging_profile: profile }, 'what the charge point is to do');
      await answer(at.target, 'chargingprofiles', talk, { result: 'ACCEPTED' });
      expectEqual((await asked.reply.comes()).json, { result: 'ACCEPTED' }, 'the result');
    }
  }),
  profiled(['CHP-02', 'CHP-08', 'CHP-10'], 'GET: the same at once, without a profile; the ActiveChargingProfile comes later', async (at) => {
    const session = await at.session();
    const asked = await at.get(session, 1_800);
    const talk = await at.taken(asked);
    expectEqual(field(asked.answer.data, 'profile'), undefined, 'profile in the answer');
    expectEqual(talk.request, { session_id: session, duration: 1_800 }, 'what the charge point is to do');
    const profile = activeProfile(at.target);
    await expectAnswerRefused(at.target, 'chargingprofiles', talk, { result: 'ACCEPTED' });
    await answer(at.target, 'chargingprofiles', talk, { result: 'ACCEPTED', profile });
    expectEqual((await asked.reply.comes()).json, { result: 'ACCEPTED', profile }, 'the result');
  }),
  profiled(['CHP-03', 'CHP-08', 'CHP-11'], 'DELETE: the same at once; its result later, UNKNOWN where there was no profile', async (at) => {
    const session = await at.session();
    for (const result of ['ACCEPTED', 'UNKNOWN', 'REJECTED']) expectEqual(await at.done(await at.clear(session), { result }), { result }, 'the result');
  }),
  profiled(['CHP-04', 'CHP-08', 'RTE-14'], 'the response_url in a query is decoded once: the result comes exactly there, with our token, routed', async (at) => {
    const session = await at.session();
    for (const asked of [await at.get(session, 60, at.reply(QUERY)), await at.clear(session, at.reply(QUERY)), await at.set(session, PROFILE, at.reply(QUERY))]) {
      await at.done(asked, { result: 'REJECTED' });
      const told = await asked.reply.comes();
      expectThat(headerOf(told, 'authorization') === authorizationHeader(at.registration.tokens.b), 'our token', 'another');
      const { from, to } = readRouting(told.headers);
      expectEqual([told.method, from && partyKey(from), to && partyKey(to)], ['POST', partyKey(at.station.party), partyKey(at.party)], 'method, FROM and TO');
    }
  }),
  profiled(['CHP-05'], 'GET without duration or response_url, DELETE without response_url: 200/2001', async (at) => {
    const session = await at.session();
    const url = `response_url=${encodeURIComponent(at.reply().url)}`;
    for (const query of ['', url, 'duration=900', `duration=&${url}`, `duration=soon&${url}`, `duration=1.5&${url}`, `duration=-1&${url}`, `duration=900&${url}&${url}`]) {
      expectRefused(await at.call('GET', session, { query }), `GET ?${query}`);
    }
    for (const query of ['', 'duration=900', 'response_url=nowhere']) expectRefused(await at.call('DELETE', session, { query }), `DELETE ?${query}`);
    await expectNotForwarded(at.target, 'chargingprofiles', session);
  }),
  profiled(['CHP-06', 'TRN-26'], 'POST and PATCH: 405', async (at) => {
    const session = await at.session();
    const body = { charging_profile: PROFILE, response_url: at.reply().url };
    for (const method of ['POST', 'PATCH'] as const) expectMethodNotAllowed(await at.call(method, session, { body }));
  }),
  profiled(['CHP-07', 'CHP-33'], 'an unknown Session: UNKNOWN_SESSION with 200/1000; one that has ended: that, or REJECTED; each with a timeout', async (at) => {
    await expectAll(at, at.target.newId(), 'UNKNOWN_SESSION');
    const ended = await at.session({ status: 'COMPLETED', end_date_time: moments(at.target)(1) });
    await expectAll(at, ended, 'REJECTED', 'UNKNOWN_SESSION');
  }),
  profiled(['CHP-29', 'CHP-07'], 'an EVSE that is not CHARGING_PROFILE_CAPABLE: NOT_SUPPORTED', async (at) => {
    await expectAll(at, await at.session({ evse_uid: at.station.evses[1] }), 'NOT_SUPPORTED');
  }),
  profiled(['CHP-23'], 'the Session of another eMSP’s driver: REJECTED', async (at) => {
    const session = await at.session();
    await expectAll(await at.other(), session, 'REJECTED', 'UNKNOWN_SESSION');
    await at.taken(await at.clear(session));
  }, ['second peer']),
  profiled(['CHP-17', 'CHP-18', 'CHP-21'], 'a profile that is wrong: 200/2001', async (at) => {
    const session = await at.session();
    const period = (start_period: unknown, limit: unknown): object => ({ start_period, limit });
    const periods = (...charging_profile_period: readonly object[]): object => ({ ...PROFILE, charging_profile_period });
    const wrong: readonly unknown[] = [
      'fast',
      without(PROFILE, 'charging_rate_unit'),
      { ...PROFILE, charging_rate_unit: 'kW' },
      { ...PROFILE, min_charging_rate: 6.25 },
      { ...PROFILE, min_charging_rate: '6' },
      { ...PROFILE, start_date_time: '2030-01-01T00:00:00+01:00' },
      { ...PROFILE, duration: 10.5 },
      periods(period(0, 16.55)),
      periods(period(0, '16')),
      periods(period(0.5, 16)),
      periods(period(60, 16)),
      periods(period(0, 16), period(600, 8), period(300, 4)),
      periods(period(0, 16), period(0, 8)),
      periods({ start_period: 0 }),
    ];
    for (const profile of wrong) {
      const { answer: said } = await at.set(session, profile);
      expectRefused(said, show(profile));
      expectEqual(said.data ?? null, null, 'data of the refusal');
    }
    expectRefused(await at.call('PUT', session, { body: { charging_profile: PROFILE } }), 'no response_url');
    expectRefused(await at.call('PUT', session, { body: { response_url: at.reply().url } }), 'no charging_profile');
    await expectNotForwarded(at.target, 'chargingprofiles', session);
  }),
  profiled(['CHP-10', 'CHP-11'], 'what is no result of its kind is refused of the platform’s own systems', async (at) => {
    const session = await at.session();
    const set = await at.taken(await at.set(session));
    for (const result of ['TIMEOUT', 'FAILED', 'OK']) await expectAnswerRefused(at.target, 'chargingprofiles', set, { result });
    await answer(at.target, 'chargingprofiles', set, { result: 'REJECTED' });
    const asked = await at.get(session);
    const get = await at.taken(asked);
    const { charging_profile, ...timed } = activeProfile(at.target);
    for (const profile of [{ charging_profile }, timed, { ...timed, charging_profile: { ...charging_profile, charging_profile_period: [{ start_period: 5, limit: 1 }] } }]) {
      await expectAnswerRefused(at.target, 'chargingprofiles', get, { result: 'ACCEPTED', profile });
    }
    await answer(at.target, 'chargingprofiles', get, { result: 'UNKNOWN' });
    expectEqual((await asked.reply.comes()).json, { result: 'UNKNOWN' }, 'the result');
  }),
  profiled(['CHP-32'], 'a second profile for a Session takes the place of the first: it is forwarded whole, with a result of its own', async (at) => {
    const session = await at.session();
    const first = await at.set(session);
    await at.done(first);
    const other = { charging_rate_unit: 'W', charging_profile_period: [{ start_period: 0, limit: 3_700 }] };
    const second = await at.set(session, other);
    const talk = await at.taken(second);
    expectEqual(talk.request['charging_profile'], other, 'the second profile');
    await answer(at.target, 'chargingprofiles', talk, { result: 'ACCEPTED' });
    await second.reply.comes();
    expectEqual([first.reply.came().length, second.reply.came().length], [1, 1], 'results of each');
  }),
  profiled(['CHP-34'], 'a charge point that stays silent: REJECTED or nothing by the end of the timeout, and nothing after it', async (at) => {
    const asked = await at.set(await at.session());
    const talk = await at.taken(asked);
    const { timeout } = expectResponse('chargingprofiles', asked.answer, 'ACCEPTED');
    const results = (): unknown[] => asked.reply.came().map(({ json }) => field(json, 'result'));
    const deadline = Number(timeout) * 1_000;
    await eventually('a REJECTED, or the end', () => Promise.resolve(results().length > 0), deadline).catch(() => undefined);
    const told = results();
    expectThat(told.length === 0 || show(told) === '["REJECTED"]', 'REJECTED, or nothing', show(told));
    await expectAnswerRefused(at.target, 'chargingprofiles', talk, { result: 'ACCEPTED' });
  }),
  profiled(['CHP-03', 'CMD-15'], 'a response_url at a stranger’s is refused', async (at) => {
    const session = await at.session();
    for (const url of ['https://attacker.example/x', 'http://169.254.169.254/latest', 'file:///etc/passwd']) {
      const query = new URLSearchParams({ duration: '60', response_url: url }).toString();
      expectRefused(await at.call('GET', session, { query }), url);
      expectRefused(await at.call('DELETE', session, { query: new URLSearchParams({ response_url: url }).toString() }), url);
      expectRefused(await at.call('PUT', session, { body: { charging_profile: PROFILE, response_url: url } }), url);
    }
    await expectNotForwarded(at.target, 'chargingprofiles', session);
  }),
];

/** Fails unless all three requests for a Session are answered so, and none is left to the platform's own systems. */
async function expectAll(at: Profiler, session: string, ...wanted: readonly string[]): Promise<void> {
  const all: readonly Asked[] = [await at.set(session), await at.get(session), await at.clear(session)];
  for (const { answer: said } of all) expectResponse('chargingprofiles', said, ...wanted);
  await expectNotForwarded(at.target, 'chargingprofiles', session);
}

/** A check of profiles that our eMSP sets on Sessions of the platform. */
export function profiled(ids: readonly string[], title: string, run: (at: Profiler) => Promise<void>, more: readonly Need[] = []): Check {
  const needs: readonly Need[] = ['chargingprofiles RECEIVER', 'locations SENDER', 'sessions SENDER', 'seed', 'conversations', ...more];
  return defineCheck({ ids, title: `charging profiles: ${title}`, needs, run: async (target: Target) => run(await Profiler.at(target)) });
}
