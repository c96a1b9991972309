import type { Token } from '@roamgrid/modules';
import { CheckFailure } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectStatus, expectThat, show } from '../check/expect';
import { field, isJsonObject, listField, without } from '../check/field';
import type { Answer } from '../http/answer';
import { evseUid } from '../samples/sample-location';
import { sampleToken } from '../samples/sample-token';
import type { Target } from '../target/target';
import { authorize, expectInfo, seedToken } from './asked-authorization';
import { pushLocation, T } from './pushed-location';
import { moments } from './seeded-location';

/** Rows about an eMSP that is asked in real time whether a Token may charge. */
export const authorizeChecks: readonly Check[] = [
  asked(['TOK-03', 'TOK-12', 'TOK-29'], 'LocationReferences: 200/1000 with an AuthorizationInfo that holds the whole Token', async (target, token) => {
    const info = expectInfo(await authorize(target.registration, token.uid, { body: { location_id: 'CF-NOWHERE', evse_uids: ['E1'] } }), token);
    const lost = Object.keys(token).filter((name) => field(info, 'token', name) === undefined);
    expectEqual(lost, [], 'fields that the Token of the answer lacks:');
  }),
  asked(['TOK-04'], 'without type it is an RFID; uids in any case of letters; an APP_USER of that uid is another', async (target, token) => {
    const app = { ...token, type: 'APP_USER' as const, contract_id: 'APP', valid: false };
    await target.seed('tokens', [app]);
    for (const uid of [token.uid, token.uid.toLowerCase(), token.uid.toUpperCase()]) {
      for (const type of [undefined, 'RFID']) {
        const info = expectInfo(await authorize(target.registration, uid, type === undefined ? {} : { type }), token);
        expectEqual(field(info, 'token', 'contract_id'), token.contract_id, 'contract_id of the RFID');
        expectEqual(info['allowed'], 'ALLOWED', 'allowed of the RFID');
      }
    }
    const info = expectInfo(await authorize(target.registration, token.uid, { type: 'APP_USER' }), app);
    expectThat(info['allowed'] !== 'ALLOWED', 'the APP_USER, which is not valid, refused', show(info));
    expectStatus(await authorize(target.registration, token.uid, { type: 'AD_HOC_USER' }), 404, 2004);
  }),
  asked(['TOK-05', 'TRN-22'], 'no body, with and without a Content-Type, {} and null are valid', async (target, token) => {
    const ways = [{}, { headers: { 'content-type': 'application/json' } }, { body: '{}' }, { body: 'null' }, { body: {} }];
    for (const way of ways) {
      const answer = await authorize(target.registration, token.uid, way);
      if (answer.statusCode !== 2002) expectInfo(answer, token);
      else expectStatus(answer, 200, 2002);
    }
    expectStatus(await authorize(target.registration, token.uid, { body: '{"location_id":' }), 400, 2001);
    expectStatus(await authorize(target.registration, token.uid, { body: { evse_uids: ['E1'] } }), 200, 2001);
  }),
  asked(['TOK-06', 'STS-06'], 'an unknown token: 404 with 2004 and no data', async (target, token) => {
    for (const body of [undefined, { location_id: 'CF-NOWHERE' }]) {
      const answer = await authorize(target.registration, target.newId(), body === undefined ? {} : { body });
      expectStatus(answer, 404, 2004);
      expectThat((answer.data ?? null) === null, 'no data', show(answer.data));
    }
    expectInfo(await authorize(target.registration, token.uid), token);
  }),
  asked(['TOK-07'], 'a token that is known and may not charge: 200/1000, and allowed says why', async (target) => {
    const token = await seedToken(target, { valid: false });
    const info = expectInfo(await authorize(target.registration, token.uid), token);
    const reasons = ['BLOCKED', 'EXPIRED', 'NO_CREDIT', 'NOT_ALLOWED'];
    expectThat(reasons.includes(String(info['allowed'])), `one of ${reasons.join(', ')}`, show(info['allowed']));
    expectEqual(field(info, 'location') ?? null, null, 'location of a refusal');
  }),
  asked(['TOK-09'], 'location of the answer: that which was asked, its EVSEs among those that were asked', async (target, token) => {
    const { id, evses } = await pushLocation(target);
    const asked = { location_id: id, evse_uids: [evses[1], `${id}-UNKNOWN`] };
    const info = expectInfo(await authorize(target.registration, token.uid, { body: asked }), token);
    expectEqual(info['allowed'], 'ALLOWED', 'allowed');
    const { location } = info;
    if (!isJsonObject(location)) return;
    expectEqual(String(location['location_id']).toUpperCase(), id.toUpperCase(), 'location_id');
    const permitted = listField(location, 'evse_uids');
    expectThat(permitted.every((uid) => asked.evse_uids.includes(String(uid))), 'EVSEs that were asked for, and no others', show(permitted));
  }, ['locations RECEIVER']),
  elsewhere(['TOK-09'], 'the EVSEs that its backend permits are all that it says, and a refusal names no place', async (at) => {
    const where = { location_id: 'CF-SITE', evse_uids: ['E1', 'E2', 'E3'] };
    at.decide({ allowed: 'ALLOWED', evse_uids: ['E2'] });
    const info = expectInfo(await at.ask(where), at.token);
    expectEqual([info['allowed'], field(info, 'location', 'evse_uids')], ['ALLOWED', ['E2']], 'what is allowed, and where:');
    at.decide({ allowed: 'NOT_ALLOWED', evse_uids: [] });
    const refused = expectInfo(await at.ask(where), at.token);
    expectEqual([refused['allowed'], refused['location'] ?? null], ['NOT_ALLOWED', null], 'the refusal:');
  }),
  elsewhere(['TOK-08', 'STS-04'], 'where it depends on the place and none is said: 200 with 2002; with a place it is decided', async (at) => {
    at.decide({ location_needed: true });
    for (const body of [undefined, {}]) expectStatus(await at.ask(body), 200, 2002);
    at.decide({ allowed: 'ALLOWED' });
    expectEqual(expectInfo(await at.ask({ location_id: 'CF-SITE' }), at.token)['allowed'], 'ALLOWED', 'allowed');
  }),
  asked(['TOK-10'], 'what the eMSP believes of EVSEs and opening hours is no reason to refuse', async (target, token) => {
    const closed = { twentyfourseven: false, regular_hours: [{ weekday: 1, period_begin: '03:00', period_end: '03:01' }] };
    const { receiver, id, evses } = await pushLocation(target, { opening_times: closed });
    for (const status of ['OUTOFORDER', 'BLOCKED', 'INOPERATIVE', 'REMOVED']) {
      await receiver.patch([id, evses[0]], { status, last_updated: T[2] });
      const info = expectInfo(await authorize(target.registration, token.uid, { body: { location_id: id, evse_uids: [evses[0]] } }), token);
      expectEqual(info['allowed'], 'ALLOWED', `allowed at an EVSE that is ${status}:`);
    }
  }, ['locations RECEIVER']),
  asked(['TOK-11'], 'a location that the eMSP does not know is no reason to refuse', async (target, token) => {
    const id = target.newId();
    const info = expectInfo(await authorize(target.registration, token.uid, { body: { location_id: id, evse_uids: [evseUid(id)] } }), token);
    expectEqual(info['allowed'], 'ALLOWED', 'allowed');
  }),
  asked(['TOK-13', 'TOK-39'], 'asked again, and at one moment: the same verdict, each with a reference of its own', async (target, token) => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => authorize(target.registration, token.uid)));
    const infos = answers.map((answer) => expectInfo(answer, token));
    const references = infos.map((info) => info['authorization_reference']);
    for (const reference of references) {
      const fits = typeof reference === 'string' && /^[\x20-\x7e]{1,36}$/.test(reference);
      expectThat(fits, 'an authorization_reference of at most 36 characters', show(reference));
    }
    expectEqual(new Set(references).size, references.length, 'different authorization_references');
    const same = infos.map((info) => show(without(info, 'authorization_reference')));
    expectEqual(new Set(same).size, 1, 'verdicts without their references');
  }),
];

/** An eMSP of its own, with a Token. */
interface Elsewhere {
  readonly token: Token;
  /** Asks it about the Token. */
  ask(body: unknown): Promise<Answer>;
  /** What its backend says from now on. */
  decide(decision: object): void;
}

/** A check of an eMSP whose backend decides. */
function elsewhere(ids: readonly string[], title: string, run: (at: Elsewhere) => Promise<void>): Check {
  return defineCheck({
    ids,
    title: `authorize: ${title}`,
    needs: ['withRoles'],
    run: async (target) => {
      const special = await target.special();
      const registration = await special.register();
      const [party] = registration.platformParties('EMSP');
      if (!party) throw new CheckFailure('a party of the role EMSP', show(registration.platformRoles));
      const token = sampleToken(party, target.newId(), moments(target)(0));
      await special.seed('tokens', [{ ...token }]);
      const ask: Elsewhere['ask'] = (body) => authorize(registration, token.uid, { to: party, ...(body !== undefined && { body }) });
      const decide: Elsewhere['decide'] = (decision) => {
        special.backend.script = () => ({ text: JSON.stringify(decision) });
      };
      await run({ token, ask, decide });
    },
  });
}

/** A check that begins with a Token of the platform that may charge. */
function asked(
  ids: readonly string[],
  title: string,
  run: (target: Target, token: Token) => Promise<void>,
  more: readonly 'locations RECEIVER'[] = [],
): Check {
  return defineCheck({
    ids,
    title: `authorize: ${title}`,
    needs: ['tokens SENDER', 'seed', ...more],
    run: async (target) => run(target, await seedToken(target)),
  });
}
