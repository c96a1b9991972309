import { defineCheck, type Check } from '../check/define-check';
import {
  expectMethodNotAllowed,
  expectNotFound,
  expectRefused,
  expectStatus,
  expectTaken,
  expectThat,
} from '../check/expect';
import { without } from '../check/field';
import { sampleToken } from '../samples/sample-token';
import type { Target } from '../target/target';
import { expectHeld, T } from './pushed-location';
import { pushToken, tokenReceiver } from './pushed-token';

const REQUIRED = ['country_code', 'party_id', 'uid', 'type', 'contract_id', 'issuer', 'valid', 'whitelist', 'last_updated'];

/** Rows about Tokens that an eMSP pushes. */
export const tokensReceiverChecks: readonly Check[] = [
  pushed(['TOK-15', 'TRN-25'], 'PUT: 201 when new, 200 when replaced; uid and type make the key', async (target) => {
    const uid = target.newId();
    const cards = tokenReceiver(target);
    const apps = tokenReceiver(target, 'APP_USER');
    const card = sampleToken(cards.party, uid, T[1]);
    const app = sampleToken(cards.party, uid, T[1], { type: 'APP_USER', contract_id: 'APP' });
    expectStatus(await cards.putAt([uid], card), 201, 1000);
    expectStatus(await apps.putAt([uid], app), 201, 1000);
    const blocked = { ...card, valid: false, last_updated: T[2] };
    expectStatus(await cards.withQuery('?type=RFID').putAt([uid.toLowerCase()], blocked), 200, 1000);
    await expectHeld(cards, [uid], blocked);
    await expectHeld(apps, [uid], app);
  }),
  pushed(['TOK-16'], 'PUT of another type without type in the query: taken under its own type, or 2001', async (target) => {
    const { receiver, uid, token } = await pushToken(target);
    const app = sampleToken(receiver.party, uid, T[2], { type: 'APP_USER' });
    const answer = await receiver.putAt([uid], app);
    if (answer.statusCode === 1000) await expectHeld(tokenReceiver(target, 'APP_USER'), [uid], app);
    else expectRefused(answer, 'no type in the query, APP_USER in the body');
    await expectHeld(receiver, [uid], token);
  }),
  pushed(['TOK-17', 'TRN-69', 'TRN-70'], 'type, uid or owner of the body differ from the URL: 2001, nothing stored', async (target) => {
    const receiver = tokenReceiver(target);
    const token = sampleToken(receiver.party, target.newId(), T[1]);
    const app = { ...token, type: 'APP_USER' };
    expectRefused(await receiver.withQuery('?type=RFID').putAt([token.uid], app), 'RFID in the query, APP_USER in the body');
    expectRefused(await tokenReceiver(target, 'APP_USER').putAt([token.uid], token), 'APP_USER in the query, RFID in the body');
    expectRefused(await receiver.putAt([target.newId()], token), 'another uid');
    expectRefused(await receiver.putAt([token.uid], { ...token, party_id: 'ZZZ' }), 'another owner');
    for (const type of ['RFID', 'APP_USER']) expectNotFound(await tokenReceiver(target, type).get(token.uid));
  }),
  pushed(['TOK-19'], 'PATCH changes what it names of the Token of that type; without last_updated 2001, unknown 404', async (target) => {
    const { receiver, uid, token } = await pushToken(target);
    const apps = tokenReceiver(target, 'APP_USER');
    const change = { valid: false, last_updated: T[2] };
    expectNotFound(await apps.patch([uid], change));
    const app = sampleToken(receiver.party, uid, T[1], { type: 'APP_USER' });
    expectTaken(await apps.putAt([uid], app));
    expectTaken(await apps.patch([uid], change));
    await expectHeld(apps, [uid], { ...app, ...change });
    await expectHeld(receiver, [uid], token);
    expectRefused(await receiver.patch([uid], { valid: false }), 'no last_updated');
    expectNotFound(await receiver.patch([target.newId()], change));
    expectTaken(await receiver.patch([uid], { issuer: 'Other', last_updated: T[2] }));
    await expectHeld(receiver, [uid], { ...token, issuer: 'Other', last_updated: T[2] });
    await expectHeld(apps, [uid], { ...app, ...change });
  }),
  pushed(['TOK-20', 'TRN-24'], 'GET gives the Token of that type, 404 where there is none', async (target) => {
    const { receiver, uid, token } = await pushToken(target);
    await expectHeld(receiver, [uid], token);
    await expectHeld(receiver.withQuery('?type=RFID'), [uid], token);
    expectNotFound(await tokenReceiver(target, 'OTHER').get(uid));
    expectNotFound(await receiver.get(target.newId()));
  }),
  pushed(['TOK-20', 'TRN-56'], 'a uid of 36 characters with /, %, # and blanks in it is one segment', async (target) => {
    const receiver = tokenReceiver(target);
    const uid = `${target.random(12)} a/b%2Fc#d?e&f=g+h;i:j@k`.padEnd(36, 'x');
    const token = sampleToken(receiver.party, uid, T[1]);
    expectStatus(await receiver.putAt([uid], token), 201, 1000);
    await expectHeld(receiver, [uid], token);
    expectTaken(await receiver.patch([uid], { valid: false, last_updated: T[2] }));
    await expectHeld(receiver, [uid], { ...token, valid: false, last_updated: T[2] });
  }),
  pushed(['TOK-21', 'TRN-73', 'TRN-26'], 'POST and DELETE: 405; valid=false ends a Token, which stays', async (target) => {
    const { receiver, uid, token } = await pushToken(target);
    for (const method of ['POST', 'DELETE'] as const) {
      expectMethodNotAllowed(await receiver.call(method, [uid], method === 'POST' ? { body: token } : {}));
    }
    expectTaken(await receiver.patch([uid], { valid: false, last_updated: T[2] }));
    await expectHeld(receiver, [uid], { ...token, valid: false, last_updated: T[2] });
  }),
  pushed(['TOK-33', 'TRN-30'], 'every required field is required', async (target) => {
    const receiver = tokenReceiver(target);
    const token = sampleToken(receiver.party, target.newId(), T[1]);
    for (const name of REQUIRED) {
      expectRefused(await receiver.putAt([token.uid], without(token, name)), `no ${name}`);
      expectNotFound(await receiver.get(token.uid));
    }
    const old = { ...without(token, 'contract_id'), auth_id: token.contract_id };
    expectRefused(await receiver.putAt([token.uid], old), 'auth_id of 2.1.1');
    const wrong = [{ whitelist: 'SOMETIMES' }, { uid: 'x'.repeat(37) }, { valid: 'true' }, { group_id: 'x'.repeat(37) }];
    for (const change of wrong) expectRefused(await receiver.putAt([token.uid], { ...token, ...change }), JSON.stringify(change));
  }),
  pushed(['TOK-37'], 'a language of which the platform may know nothing is no reason to refuse a Token', async (target) => {
    for (const language of ['nl', 'zu', 'EO']) {
      const { receiver, uid, token } = await pushToken(target, { language });
      await expectHeld(receiver, [uid], token);
    }
  }),
  pushed(['TOK-38'], 'energy_contract is kept; without supplier_name it is refused', async (target) => {
    for (const energy_contract of [{ supplier_name: 'Green' }, { supplier_name: 'Green', contract_id: 'Case-Sensitive 1' }]) {
      const { receiver, uid, token } = await pushToken(target, { energy_contract });
      await expectHeld(receiver, [uid], token);
    }
    const receiver = tokenReceiver(target);
    const token = { ...sampleToken(receiver.party, target.newId(), T[1]), energy_contract: { contract_id: '1' } };
    expectRefused(await receiver.putAt([token.uid], token), 'no supplier_name');
  }),
  defineCheck({
    ids: ['TOK-40', 'TRN-68'],
    title: 'pushed tokens: only the connection of their eMSP writes and reads them',
    needs: ['second peer', 'tokens RECEIVER'],
    run: async (target) => {
      const { receiver, uid, token } = await pushToken(target);
      const other = await target.second();
      const own = other.receiver('tokens').routing;
      const takeover = { ...token, contract_id: 'TAKEN', last_updated: T[3] };
      for (const routing of [receiver.routing, own]) {
        const answers = [
          await other.call('PUT', receiver.url(uid), { body: takeover, routing }),
          await other.call('PATCH', receiver.url(uid), { body: { valid: false, last_updated: T[3] }, routing }),
          await other.call('GET', receiver.url(uid), { routing }),
        ];
        for (const answer of answers) {
          const refused = (answer.statusCode ?? 0) >= 2000 && (answer.data ?? null) === null;
          expectThat(refused, 'HTTP 404, or 200 with 2001, without data', answer.describe());
        }
      }
      await expectHeld(receiver, [uid], token);
    },
  }),
];

function pushed(ids: readonly string[], title: string, run: (target: Target) => Promise<void>): Check {
  return defineCheck({ ids, title: `pushed tokens: ${title}`, needs: ['tokens RECEIVER'], run });
}
