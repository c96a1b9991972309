import type { Session, TariffType } from '@roamgrid/modules';
import { joinUrl } from '@roamgrid/ocpi';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectNotFound, expectRefused, expectStatus, expectSuccess, expectThat, show } from '../check/expect';
import { without } from '../check/field';
import type { Answer } from '../http/answer';
import { evseUid, sampleConnector, sampleLocation } from '../samples/sample-location';
import { sampleTariff } from '../samples/sample-tariff';
import type { Registration } from '../target/registration';
import type { Target } from '../target/target';
import { ownSession } from './sessions-sender';
import { moments } from './seeded-location';

const RESPONSES: readonly unknown[] = ['ACCEPTED', 'DEPARTURE_REQUIRED', 'ENERGY_NEED_REQUIRED', 'NOT_POSSIBLE', 'PROFILE_TYPE_NOT_SUPPORTED'];
const WHOLE = { profile_type: 'REGULAR', departure_time: '2030-01-01T18:00:00Z', energy_need: 20.5, discharge_allowed: false };

/** Rows about a driver's preferences, put to the CPO of a running Session. */
export const chargingPreferenceChecks: readonly Check[] = [
  preferred(['SES-04', 'TRN-17'], 'at a capable EVSE: 200/1000, data is one of the literals, a plain string', async (target, session) => {
    const data = expectSuccess(await prefer(target.registration, session, WHOLE));
    expectThat(RESPONSES.includes(data), `one of ${RESPONSES.join(', ')}`, show(data));
  }),
  preferred(['SES-05'], 'every literal can be the answer, each with 200/1000', async (target) => {
    const session = await running(target, ['CHARGING_PREFERENCES_CAPABLE'], ['REGULAR', 'PROFILE_CHEAP']);
    const bodies = [
      WHOLE,
      { ...WHOLE, profile_type: 'GREEN' },
      { profile_type: 'CHEAP' },
      { profile_type: 'CHEAP', departure_time: WHOLE.departure_time },
    ];
    const answers: unknown[] = [];
    for (const body of bodies) answers.push(expectSuccess(await prefer(target.registration, session, body)));
    await target.seed('sessions', [{ ...session, status: 'INVALID', last_updated: moments(target)(1) }]);
    answers.push(expectSuccess(await prefer(target.registration, session, WHOLE)));
    expectEqual([...answers].sort(), [...RESPONSES].sort(), `answers to ${show(bodies)}, and to the first once the Session is INVALID:`);
  }),
  preferred(['SES-06'], 'at an EVSE that is not CHARGING_PREFERENCES_CAPABLE: HTTP 404 with 2001', async (target) => {
    const session = await running(target, []);
    expectStatus(await prefer(target.registration, session, WHOLE), 404, 2001);
  }),
  preferred(['SES-07'], 'an unknown Session: 404 with 2001; one that has ended: NOT_POSSIBLE or 2001', async (target, session) => {
    expectStatus(await prefer(target.registration, { ...session, id: target.newId() }, WHOLE), 404, 2001);
    const at = moments(target);
    await target.seed('sessions', [{ ...session, status: 'COMPLETED', end_date_time: at(1), last_updated: at(1) }]);
    const answer = await prefer(target.registration, session, WHOLE);
    if (answer.statusCode === 1000) expectEqual(expectSuccess(answer), 'NOT_POSSIBLE', 'data');
    else expectRefused(answer, 'the Session has ended');
  }),
  preferred(['SES-07', 'TRN-43'], 'the Session of another eMSP: 404, as if there were none', async (target, session) => {
    const other = await target.second();
    expectNotFound(await prefer(other, session, WHOLE));
    expectSuccess(await prefer(target.registration, session, WHOLE));
  }, ['second peer']),
  preferred(['SES-08', 'SES-09'], 'profile_type is required and a literal; departure_time a DateTime in UTC, energy_need a number', async (target, session) => {
    const wrong = [
      without(WHOLE, 'profile_type'),
      { ...WHOLE, profile_type: 'ECO' },
      { ...WHOLE, departure_time: 'tomorrow' },
      { ...WHOLE, departure_time: '2030-01-01T18:00:00+01:00' },
      { ...WHOLE, energy_need: '20 kWh' },
      { ...WHOLE, discharge_allowed: 'yes' },
      {},
    ];
    for (const body of wrong) expectRefused(await prefer(target.registration, session, body), show(body));
    expectSuccess(await prefer(target.registration, session, without(WHOLE, 'discharge_allowed')));
  }),
];

function prefer(registration: Registration, session: Session, body: unknown): Promise<Answer> {
  const sender = registration.sender('sessions');
  const url = joinUrl(sender.endpoint, session.id, 'charging_preferences');
  return registration.call('PUT', url, { routing: sender.routing(session), body });
}

/** An own Session for the first peer at an own EVSE with these capabilities, and tariffs of these types. */
async function running(
  target: Target,
  capabilities: readonly 'CHARGING_PREFERENCES_CAPABLE'[],
  tariffTypes: readonly TariffType[] = ['REGULAR'],
): Promise<Session> {
  const time = moments(target)(0);
  const location = sampleLocation(target.platformCpo(), target.newId(), time);
  const tariffs = tariffTypes.map((type) => ({ ...sampleTariff(target.platformCpo(), target.newId(), time), type }));
  await target.seed('tariffs', tariffs);
  const connectors = [{ ...sampleConnector('1', time), tariff_ids: tariffs.map(({ id }) => id) }];
  const evses = (location.evses ?? []).map((evse) => ({ ...evse, capabilities: [...capabilities], connectors }));
  await target.seed('locations', [{ ...location, evses }]);
  const session = ownSession(target, { location_id: location.id, evse_uid: evseUid(location.id), connector_id: '1' });
  await target.seed('sessions', [session]);
  return session;
}

/** A check that begins with a running Session whose EVSE takes preferences. */
function preferred(
  ids: readonly string[],
  title: string,
  run: (target: Target, session: Session) => Promise<void>,
  more: readonly 'second peer'[] = [],
): Check {
  return defineCheck({
    ids,
    title: `charging preferences: ${title}`,
    needs: ['sessions SENDER', 'locations SENDER', 'tariffs SENDER', 'seed', ...more],
    run: async (target) => run(target, await running(target, ['CHARGING_PREFERENCES_CAPABLE'])),
  });
}
