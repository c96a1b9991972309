import type { ChargingProfileResponseType } from '@roamgrid/modules';
import { partyKey, readRouting } from '@roamgrid/ocpi';
import { defineCheck, type Check, type Need } from '../check/define-check';
import { expectEqual, expectMethodNotAllowed, expectRefused, expectThat, show } from '../check/expect';
import { field, without, type JsonObject } from '../check/field';
import { patienceMillis } from '../check/patience';
import type { PeerReply } from '../peer/recorded-request';
import type { Target } from '../target/target';
import { expectDone, expectOver, expectUnknown } from './commands-sender';
import { ask, scripted, tell, until, untilOver, type Asking } from './conversing';
import { activeProfile, PROFILE } from './profiling';
import { pushSession } from './pushed-session';

const SHORT = 1;

/** Rows about an eMSP that sets charging profiles, seen from the CPO whose Sessions they are for. */
export const chargingProfilesSenderChecks: readonly Check[] = [
  asks(['CHP-01', 'CHP-36', 'CHP-19', 'RTE-03'], 'PUT with SetChargingProfile to the Session that was pushed to it, the profile as its own systems said it', async (target, session) => {
    const { request } = await set(target, session);
    expectEqual([request.method, request.path], ['PUT', `/2.2.1/receiver/chargingprofiles/${session}`], 'the request');
    expectEqual(without(request.json as JsonObject, 'response_url'), { charging_profile: PROFILE }, 'body');
    const { from, to } = readRouting(request.headers);
    expectEqual([from && partyKey(from), to && partyKey(to)], [partyKey(target.platformEmsp()), partyKey(target.registration.party('CPO'))], 'FROM and TO');
  }),
  asks(['CHP-02', 'CHP-03', 'CHP-04', 'CHP-05'], 'GET and DELETE have what they need in the query, percent-encoded, and no body', async (target, session) => {
    const wanted = [['GET', 'GET', { duration: 1_800 }], ['CLEAR', 'DELETE', {}]] as const;
    for (const [kind, method, more] of wanted) {
      const { request, url } = await ask(target, 'chargingprofiles', kind, { session_id: session, ...more });
      expectEqual([request.method, request.text], [method, ''], 'method and body');
      const [path, query = ''] = request.path.split('?', 2);
      expectEqual(path, `/2.2.1/receiver/chargingprofiles/${session}`, 'path');
      expectThat(!/[:/?]/.test(query) && query.includes(encodeURIComponent(url)), 'a response_url that is percent-encoded', query);
      const parameters = Object.fromEntries(new URLSearchParams(query));
      expectEqual(without(parameters, 'response_url'), Object.fromEntries(Object.entries(more).map(([name, value]) => [name, String(value)])), 'the other parameters');
    }
  }),
  asks(['CHP-09', 'TRN-26'], 'the result by POST: 200/1000 without data; any other method 405', async (target, session) => {
    const { talk, url } = await set(target, session);
    for (const method of ['PUT', 'PATCH'] as const) expectMethodNotAllowed(await target.registration.call(method, url, { body: { result: 'ACCEPTED' } }));
    for (const method of ['GET', 'DELETE'] as const) expectMethodNotAllowed(await target.registration.call(method, url));
    expectDone(await tell(target, url, { result: 'ACCEPTED' }));
    expectEqual(field((await untilOver(target, 'chargingprofiles', talk)).result, 'result'), 'ACCEPTED', 'the result');
  }),
  asks(['CHP-08', 'CHP-10', 'CHP-11', 'CHP-20'], 'a result must be of its kind: none but ACCEPTED, REJECTED, UNKNOWN, and with the profile where one was asked for', async (target, session) => {
    const profile = activeProfile(target);
    const cases: readonly (readonly [string, JsonObject, JsonObject, readonly JsonObject[]])[] = [
      ['SET', { charging_profile: PROFILE }, { result: 'ACCEPTED' }, []],
      ['GET', { duration: 60 }, { result: 'ACCEPTED', profile }, [{ result: 'ACCEPTED' }, { result: 'ACCEPTED', profile: { charging_profile: PROFILE } }]],
      ['CLEAR', {}, { result: 'UNKNOWN' }, []],
    ];
    for (const [kind, more, right, wrong] of cases) {
      const { talk, url } = await ask(target, 'chargingprofiles', kind, { session_id: session, ...more });
      for (const result of [{ result: 'TIMEOUT' }, { result: 'TOO_OFTEN' }, {}, ...wrong]) expectRefused(await tell(target, url, result), `${kind}: ${show(result)}`);
      expectDone(await tell(target, url, right));
      expectEqual((await untilOver(target, 'chargingprofiles', talk)).result, right, 'the result');
    }
  }),
  asks(['CHP-07'], 'an answer that is no yes ends it, whatever it is', async (target, session) => {
    const refusals: readonly ChargingProfileResponseType[] = ['NOT_SUPPORTED', 'REJECTED', 'TOO_OFTEN', 'UNKNOWN_SESSION'];
    for (const result of refusals) {
      const { talk } = await answered(target, { data: { result, timeout: 5 } }, () => set(target, session));
      const over = await untilOver(target, 'chargingprofiles', talk);
      expectEqual([over.state, field(over.response, 'result')], ['REFUSED', result], 'how it ended');
    }
  }),
  asks(['CHP-35', 'CHP-34'], 'no result within the timeout: it ends; a late one is answered with 200/1000, noted, and changes nothing', async (target, session) => {
    const { talk, url } = await answered(target, { data: { result: 'ACCEPTED', timeout: SHORT } }, () => set(target, session));
    const over = await untilOver(target, 'chargingprofiles', talk, patienceMillis() + SHORT * 1_000);
    expectEqual(over.state, 'TIMED_OUT', 'how it ended');
    expectDone(await tell(target, url, { result: 'ACCEPTED' }));
    const after = await until(target, 'chargingprofiles', talk, 'to note the late result', ({ late }) => late !== undefined);
    expectEqual(after.state, 'TIMED_OUT', 'how it ended, later');
  }),
  asks(['CHP-09', 'CMD-13', 'CMD-41'], 'one result, of the peer that was asked; at a URL that nobody waits at 404 with 2001', async (target, session) => {
    const { url } = await set(target, session);
    const other = await target.second();
    expectUnknown(await other.call('POST', url, { body: { result: 'ACCEPTED' }, routing: { from: other.party('CPO'), to: target.platformEmsp() } }));
    expectUnknown(await tell(target, `${url.slice(0, url.lastIndexOf('/') + 1)}${target.random(32)}`, { result: 'ACCEPTED' }));
    expectDone(await tell(target, url, { result: 'ACCEPTED' }));
    expectOver(await tell(target, url, { result: 'REJECTED' }));
  }, ['second peer']),
];

function set(target: Target, session: string): Promise<Asking> {
  return ask(target, 'chargingprofiles', 'SET', { session_id: session, charging_profile: PROFILE });
}

function answered<T>(target: Target, reply: PeerReply, run: () => Promise<T>): Promise<T> {
  return scripted(target.registration.peer, ({ path }) => (path.startsWith('/2.2.1/receiver/chargingprofiles') ? reply : undefined), run);
}

/** A check of profiles that the platform sets on a Session that our CPO pushed to it. */
function asks(ids: readonly string[], title: string, run: (target: Target, session: string) => Promise<void>, more: readonly Need[] = []): Check {
  return defineCheck({
    ids,
    title: `set charging profiles: ${title}`,
    needs: ['chargingprofiles SENDER', 'sessions RECEIVER', 'conversations', ...more],
    run: async (target) => run(target, (await pushSession(target)).id),
  });
}
