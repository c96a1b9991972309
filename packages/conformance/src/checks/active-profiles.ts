import { joinUrl, partyKey, readRouting } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { eventually } from '../check/eventually';
import { expectEqual, expectMethodNotAllowed, expectRefused, expectThat, show } from '../check/expect';
import { field, without, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import type { RecordedRequest } from '../peer/recorded-request';
import type { Target } from '../target/target';
import { profiled } from './charging-profiles-receiver';
import { expectDone } from './commands-sender';
import { backendOf, scripted } from './conversing';
import { activeProfile, PROFILE, type Profiler } from './profiling';
import { moments } from './seeded-location';

/** Rows about what a CPO tells unasked of the profile that is active, and what an eMSP makes of it. */
export const activeProfileChecks: readonly Check[] = [
  profiled(['CHP-12', 'CHP-31', 'CHP-20', 'CHP-17', 'RTE-01'], 'every change is PUT to the eMSP that has set a profile, whole, also where the CPO takes it back', async (at) => {
    const session = await at.session();
    await at.done(await at.set(session));
    for (const limit of [8, 6.5]) {
      const active = activeProfile(at.target, { charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit }] });
      await tell(at, session, active);
      const told = await at.registration.peer.waitFor(`an ActiveChargingProfile of ${limit} A`, (request) => isOf(session)(request) && request.text.includes(`:${limit}`));
      expectEqual([told.method, told.path], ['PUT', `/2.2.1/sender/chargingprofiles/${session}`], 'the request');
      expectEqual(told.json, active, 'the ActiveChargingProfile');
      const { from, to } = readRouting(told.headers);
      expectEqual([from && partyKey(from), to && partyKey(to)], [partyKey(at.station.party), partyKey(at.party)], 'FROM and TO');
    }
  }),
  profiled(['CHP-16'], 'where no profile is active any more the maximum of the EVSE is told, and not nothing', async (at) => {
    const session = await at.session();
    await at.done(await at.set(session));
    for (const empty of [{ charging_rate_unit: 'A' }, { charging_rate_unit: 'A', charging_profile_period: [] }]) {
      const { taken, said } = await backendOf(at.target).tell(at.station.party, { session_id: session, ...activeProfile(at.target), charging_profile: empty });
      expectThat(!taken, 'a profile without a limit to be refused of the platform’s own systems', said);
    }
    const maximum = activeProfile(at.target, { charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit: 32 }] });
    await tell(at, session, maximum);
    const told = await at.registration.peer.waitFor('the maximum', isOf(session));
    expectEqual(told.json, maximum, 'the ActiveChargingProfile');
  }),
  profiled(['CHP-13'], 'who has set none on that Session with success is told nothing', async (at) => {
    const [never, failed, other, own] = [await at.session(), await at.session(), await at.session(), await at.session()];
    await at.done(await at.set(failed), { result: 'REJECTED' });
    await at.done(await at.get(other), { result: 'UNKNOWN' });
    await at.done(await at.set(own));
    for (const session of [never, failed, other, own]) await tell(at, session, activeProfile(at.target));
    await at.registration.peer.waitFor('an ActiveChargingProfile', isOf(own));
    const { peer } = at.registration;
    const told = [never, failed, other].filter((session) => peer.requests.some(isOf(session)));
    expectEqual(told, [], 'Sessions without a profile of which it was told:');
    const second = (await at.target.second()).peer.requests.filter(({ path, method }) => method === 'PUT' && path.includes('/chargingprofiles/'));
    expectEqual(second.map(({ path }) => path), [], 'what another eMSP was told:');
  }, ['second peer']),
  profiled(['CHP-12', 'TRN-60'], 'where the eMSP is away it is told again, and the newest counts', async (at) => {
    const session = await at.session();
    await at.done(await at.set(session));
    let outages = 1;
    await scripted(at.registration.peer, (request) => (isOf(session)(request) && outages-- > 0 ? { http: 503, status: 3000 } : undefined), async () => {
      const active = activeProfile(at.target);
      await tell(at, session, active);
      await eventually('the ActiveChargingProfile to be taken', (note) => {
        const told = at.registration.peer.requests.filter(isOf(session));
        note(show(told.map(({ replied }) => replied)));
        return Promise.resolve(told.at(-1)?.replied === 200);
      });
    });
  }),
  defineCheck({
    ids: ['CHP-14', 'CHP-20'],
    title: 'told profiles: PUT to the eMSP: 200/1000 without data, and its own systems hear of it; GET, POST, PATCH, DELETE 405',
    needs: ['chargingprofiles SENDER', 'conversations'],
    run: async (target) => {
      const session = target.newId();
      const active = activeProfile(target);
      expectDone(await put(target, session, active));
      const heard = await heardOf(target, session);
      expectEqual(heard, { session_id: session, ...active }, 'what its own systems hear');
      const url = joinUrl(target.registration.endpoint('chargingprofiles', 'SENDER'), session);
      for (const method of ['POST', 'PATCH'] as const) expectMethodNotAllowed(await target.registration.call(method, url, { body: active }));
      for (const method of ['GET', 'DELETE'] as const) expectMethodNotAllowed(await target.registration.call(method, url));
    },
  }),
  defineCheck({
    ids: ['CHP-14', 'CHP-18', 'CHP-21'],
    title: 'told profiles: what is no ActiveChargingProfile is 200/2001',
    needs: ['chargingprofiles SENDER', 'conversations'],
    run: async (target) => {
      const session = target.newId();
      const active = activeProfile(target);
      const wrong: readonly JsonObject[] = [
        without(active, 'start_date_time'),
        without(active, 'charging_profile'),
        { ...active, start_date_time: 'now' },
        { ...active, charging_profile: { ...PROFILE, charging_rate_unit: 'kW' } },
        { ...active, charging_profile: { ...PROFILE, charging_profile_period: [{ start_period: 0, limit: 1.25 }] } },
        { ...active, charging_profile: { ...PROFILE, charging_profile_period: [{ start_period: 0, limit: 8 }, { start_period: 0, limit: 6 }] } },
      ];
      for (const body of wrong) expectRefused(await put(target, session, body), show(body));
      const start_date_time = moments(target)(3);
      expectDone(await put(target, session, { ...active, start_date_time }));
      expectEqual(field(await heardOf(target, session), 'start_date_time'), start_date_time, 'what its own systems hear');
    },
  }),
];

async function tell(at: Profiler, session: string, active: JsonObject): Promise<void> {
  const { taken, said } = await backendOf(at.target).tell(at.station.party, { session_id: session, ...active });
  expectThat(taken, 'the ActiveChargingProfile to be taken of the platform’s own systems', said);
}

function put({ registration }: Target, session: string, body: JsonObject): Promise<Answer> {
  const url = joinUrl(registration.endpoint('chargingprofiles', 'SENDER'), session);
  const routing = { from: registration.party('CPO'), to: registration.platformParties('EMSP')[0] };
  return registration.call('PUT', url, { body, routing });
}

/** What the platform's own systems hear of a Session. */
async function heardOf(target: Target, session: string): Promise<JsonObject | undefined> {
  let heard: JsonObject | undefined;
  await eventually('the platform’s own systems to hear of the ActiveChargingProfile', async (note) => {
    const asked = await backendOf(target).asked('chargingprofiles');
    heard = asked.find(({ kind, request }) => kind === 'ACTIVE_PROFILE' && request['session_id'] === session)?.request;
    note(show(asked.map(({ kind }) => kind)));
    return heard !== undefined;
  });
  return heard;
}

function isOf(session: string): (request: RecordedRequest) => boolean {
  return ({ path, replied }) => path.startsWith(`/2.2.1/sender/chargingprofiles/${session}`) && replied !== undefined;
}
