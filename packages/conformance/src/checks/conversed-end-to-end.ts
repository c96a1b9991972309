import type { CDR, Session } from '@roamgrid/modules';
import { defineCheck, type Check } from '../check/define-check';
import { eventually } from '../check/eventually';
import { expectEqual, show } from '../check/expect';
import { field, type JsonObject } from '../check/field';
import { sampleCdr, sampleCdrLocation } from '../samples/sample-cdr';
import { sampleTariff } from '../samples/sample-tariff';
import { cdrTokenOf } from '../samples/sample-token';
import type { Target } from '../target/target';
import { Commander } from './commanding';
import { answer, backendOf } from './conversing';
import { activeProfile, Profiler } from './profiling';
import { moments } from './seeded-location';
import { ownSession } from './sessions-sender';

/** Rows about what commands and charging profiles make together with Sessions and CDRs. */
export const conversedEndToEndChecks: readonly Check[] = [
  together(['E2E-04', 'CMD-24'], 'an app starts: START_SESSION with a Token never pushed, its result, a Session by COMMAND, STOP_SESSION, its result, the CDR; one reference in all', async (at) => {
    const token = at.token({ type: 'AD_HOC_USER' });
    const sent = await at.start({ token });
    const talk = await at.done(sent);
    const how = { cdr_token: cdrTokenOf(token), auth_method: 'COMMAND', authorization_reference: String(talk.request['authorization_reference']) } as const;
    const session = ownSession(at.target, { ...placeAt(at), ...how });
    expectEqual(field(await push(at.target, session), 'auth_method'), 'COMMAND', 'auth_method at the eMSP');
    await at.done(await at.stop(session.id));
    const time = moments(at.target)(2);
    await push(at.target, { ...session, status: 'COMPLETED', end_date_time: time, last_updated: time });
    const cdr = await bill(at.target, { ...how, session_id: session.id });
    expectEqual([field(cdr, 'authorization_reference'), field(cdr, 'cdr_token', 'uid')], [sent.body['authorization_reference'], token.uid], 'reference and Token in the CDR');
  }),
  together(['E2E-05', 'CMD-31'], 'a reservation: a Session RESERVATION at #NA, the same ACTIVE at an EVSE, a CDR with the time and cost of the reservation', async (at) => {
    const token = at.token();
    await at.done(await at.reserve({ token }));
    const at0 = moments(at.target)(0);
    const reserved = ownSession(at.target, { cdr_token: cdrTokenOf(token), auth_method: 'COMMAND', status: 'RESERVATION', kwh: 0, charging_periods: [], location_id: at.station.location.id, evse_uid: '#NA', connector_id: '#NA' });
    const held = await push(at.target, reserved);
    expectEqual([field(held, 'status'), field(held, 'evse_uid')], ['RESERVATION', '#NA'], 'the Session at first');
    const later = { last_updated: moments(at.target)(1), status: 'ACTIVE', auth_method: 'WHITELIST' } as const;
    const used = await push(at.target, { ...reserved, ...placeAt(at), ...later });
    expectEqual([field(used, 'id'), field(used, 'status'), field(used, 'evse_uid')], [reserved.id, 'ACTIVE', at.station.evses[0]], 'the Session later');
    const reservation = { start_date_time: at0, dimensions: [{ type: 'RESERVATION_TIME' as const, volume: 0.5 }], tariff_id: 'CONFORMANCE-1' };
    const total_reservation_cost = { excl_vat: 1, incl_vat: 1.21 };
    const cdr = await bill(at.target, { cdr_token: cdrTokenOf(token), session_id: reserved.id, charging_periods: [reservation], total_reservation_cost });
    expectEqual([field(cdr, 'total_reservation_cost'), field(cdr, 'charging_periods', 0, 'dimensions', 0, 'type')], [total_reservation_cost, 'RESERVATION_TIME'], 'what is billed');
  }),
  together(['E2E-06'], 'a reservation that expires: its Session COMPLETED, its CDR at #NA with the tariff of expiry', async (at) => {
    const token = at.token();
    await at.done(await at.reserve({ token }));
    const [begin, end] = [moments(at.target)(0), moments(at.target)(2)];
    const nowhere = { evse_uid: '#NA', connector_id: '#NA' };
    const reserved = ownSession(at.target, { cdr_token: cdrTokenOf(token), auth_method: 'COMMAND', status: 'RESERVATION', kwh: 0, charging_periods: [], location_id: at.station.location.id, ...nowhere });
    await push(at.target, reserved);
    const held = await push(at.target, { ...reserved, status: 'COMPLETED', end_date_time: end, last_updated: end });
    expectEqual(field(held, 'status'), 'COMPLETED', 'status of the Session');
    const tariff = {
      ...sampleTariff(at.station.party, 'CONFORMANCE-X', begin),
      elements: [{ price_components: [{ type: 'FLAT' as const, price: 4, vat: 21, step_size: 1 }], restrictions: { reservation: 'RESERVATION_EXPIRES' as const } }],
    };
    const cdr = await bill(at.target, {
      ...{ cdr_token: cdrTokenOf(token), session_id: reserved.id, tariffs: [tariff], total_energy: 0 },
      cdr_location: { ...sampleCdrLocation, ...nowhere, evse_id: '#NA' },
      charging_periods: [{ start_date_time: begin, dimensions: [{ type: 'RESERVATION_TIME', volume: 0.5 }], tariff_id: tariff.id }],
    });
    expectEqual(field(cdr, 'cdr_location', 'connector_id'), '#NA', 'connector_id in the CDR');
    expectEqual(field(cdr, 'tariffs', 0, 'elements', 0, 'restrictions', 'reservation'), 'RESERVATION_EXPIRES', 'the tariff in the CDR');
  }),
  together(['E2E-07', 'CMD-14'], 'the CPO cancels a reservation: CANCELED_RESERVATION on its response_url, and its Session ends', async (at) => {
    const token = at.token();
    const sent = await at.reserve({ token });
    const talk = await at.done(sent);
    const reserved = ownSession(at.target, { cdr_token: cdrTokenOf(token), auth_method: 'COMMAND', status: 'RESERVATION', kwh: 0, charging_periods: [], location_id: at.station.location.id, evse_uid: '#NA', connector_id: '#NA' });
    await push(at.target, reserved);
    await answer(at.target, 'commands', talk, { result: 'CANCELED_RESERVATION' });
    expectEqual((await sent.reply.comes(2)).json, { result: 'CANCELED_RESERVATION' }, 'the second result');
    const end = moments(at.target)(1);
    const held = await push(at.target, { ...reserved, status: 'COMPLETED', end_date_time: end, last_updated: end });
    expectEqual(field(held, 'status'), 'COMPLETED', 'status of the Session');
  }),
  defineCheck({
    ids: ['E2E-08', 'CHP-36'],
    title: 'smart charging: a Session is pushed, a profile set on it, its result told, a change of the limit, the profile cleared',
    needs: ['chargingprofiles RECEIVER', 'sessions SENDER', 'locations SENDER', 'seed', 'conversations'],
    run: async (target) => {
      const at = await Profiler.at(target);
      const { location, evses } = at.station;
      const session = ownSession(target, { location_id: location.id, evse_uid: evses[0] });
      const id = String(field(await push(target, session), 'id'));
      expectEqual(await at.done(await at.set(id)), { result: 'ACCEPTED' }, 'the result of setting');
      const active = activeProfile(target);
      const { taken, said } = await backendOf(target).tell(at.station.party, { session_id: id, ...active });
      expectEqual([taken, said.length > 0], [true, true], 'whether the change of the limit was taken');
      const told = await target.registration.peer.waitFor('the ActiveChargingProfile', ({ method, path }) => method === 'PUT' && path === `/2.2.1/sender/chargingprofiles/${id}`);
      expectEqual(told.json, active, 'the ActiveChargingProfile');
      expectEqual(await at.done(await at.clear(id)), { result: 'ACCEPTED' }, 'the result of clearing');
    },
  }),
];

function placeAt({ station }: Commander): Partial<Session> & JsonObject {
  return { location_id: station.location.id, evse_uid: station.evses[0], connector_id: '1' };
}

/** Writes a Session of the platform; gives it as the eMSP holds it then. */
function push(target: Target, session: Session): Promise<unknown> {
  return arrive(target, 'sessions', session);
}

/** Writes a CDR of the platform; gives it as the eMSP holds it then. */
function bill(target: Target, change: Partial<CDR> & Pick<CDR, 'cdr_token'>): Promise<unknown> {
  return arrive(target, 'cdrs', sampleCdr(target.platformCpo(), target.newId(), change.cdr_token, moments(target)(3), change));
}

async function arrive(target: Target, module: 'cdrs' | 'sessions', object: CDR | Session): Promise<unknown> {
  await target.hooks.seed?.(module, [{ ...object }]);
  const held = (): unknown => target.registration.peer.modules.held(module, object.country_code, object.party_id, object.id);
  await eventually(`the eMSP to hold what was written to ${module}`, (note) => {
    note(show(held()));
    return Promise.resolve(Date.parse(String(field(held(), 'last_updated'))) === Date.parse(object.last_updated));
  });
  return held();
}

function together(ids: readonly string[], title: string, run: (at: Commander) => Promise<void>): Check {
  return defineCheck({
    ids,
    title,
    needs: ['commands RECEIVER', 'sessions SENDER', 'cdrs SENDER', 'locations SENDER', 'seed', 'conversations'],
    run: async (target) => run(await Commander.at(target)),
  });
}
