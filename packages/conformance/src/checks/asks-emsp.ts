import type { Token, WhitelistType } from '@roamgrid/modules';
import { partyKey } from '@roamgrid/ocpi';
import { CheckFailure } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { expectEqual, expectThat, show } from '../check/expect';
import { field, type JsonObject } from '../check/field';
import type { PeerReply, RecordedRequest } from '../peer/recorded-request';
import { sampleToken } from '../samples/sample-token';
import type { Registration } from '../target/registration';
import type { Target } from '../target/target';
import { T } from './pushed-location';
import { pushToken } from './pushed-token';

/** Rows about a CPO at whose stations Tokens of the suite's eMSPs are used, seen from those eMSPs. */
export const asksEmspChecks: readonly Check[] = [
  asks(['TOK-24'], 'ALWAYS: allowed, and its eMSP is never asked', async (target) => {
    const { token } = await pushToken(target, { whitelist: 'ALWAYS' });
    answering(target.registration, () => ({ data: { allowed: 'BLOCKED', token } }));
    const from = target.registration.peer.requests.length;
    expectEqual((await ask(target, token))['allowed'], 'ALLOWED', 'allowed');
    expectEqual(asked(target.registration, token.uid, from).length, 0, 'requests to its eMSP');
  }),
  asks(['TOK-25'], 'ALLOWED: what is held or what its eMSP says, as the CPO likes; refused only by its eMSP', async (target) => {
    const { token } = await pushToken(target, { whitelist: 'ALLOWED' });
    answering(target.registration, () => ({ data: { allowed: 'NO_CREDIT', token } }));
    const from = target.registration.peer.requests.length;
    const { allowed } = await ask(target, token);
    const wasAsked = asked(target.registration, token.uid, from).length > 0;
    expectEqual(allowed, wasAsked ? 'NO_CREDIT' : 'ALLOWED', `allowed, the eMSP ${wasAsked ? 'asked' : 'not asked'}:`);
  }),
  asks(['TOK-26'], 'ALLOWED_OFFLINE: its eMSP decides; when that cannot be reached, it is allowed', async (target) => {
    const { token } = await pushToken(target, { whitelist: 'ALLOWED_OFFLINE' });
    answering(target.registration, () => ({ data: { allowed: 'BLOCKED', token } }));
    const from = target.registration.peer.requests.length;
    expectEqual((await ask(target, token))['allowed'], 'BLOCKED', 'allowed');
    expectEqual(asked(target.registration, token.uid, from).length, 1, 'requests to its eMSP');
    for (const outage of OUTAGES) {
      answering(target.registration, () => outage);
      expectEqual((await ask(target, token))['allowed'], 'ALLOWED', `allowed while the eMSP answers ${show(outage)}:`);
    }
  }),
  asks(['TOK-27'], 'NEVER: its eMSP is asked each time; when that cannot be reached, it is refused, whatever was said before', async (target) => {
    const { token } = await pushToken(target, { whitelist: 'NEVER' });
    answering(target.registration, () => ({ data: { allowed: 'ALLOWED', token } }));
    const from = target.registration.peer.requests.length;
    for (let count = 1; count <= 2; count += 1) {
      expectEqual((await ask(target, token))['allowed'], 'ALLOWED', 'allowed');
      expectEqual(asked(target.registration, token.uid, from).length, count, 'requests to its eMSP');
    }
    for (const outage of OUTAGES) {
      answering(target.registration, () => outage);
      const verdict = await askMaybe(target, token);
      expectThat(verdict?.['allowed'] !== 'ALLOWED', `a refusal while the eMSP answers ${show(outage)}`, show(verdict));
    }
  }),
  asks(['TOK-28'], 'valid=false is no reason not to ask where the whitelist says to: the eMSP decides', async (target) => {
    for (const whitelist of ['NEVER', 'ALLOWED_OFFLINE'] satisfies WhitelistType[]) {
      const { token } = await pushToken(target, { whitelist, valid: false });
      answering(target.registration, () => ({ data: { allowed: 'ALLOWED', token: { ...token, valid: true } } }));
      const from = target.registration.peer.requests.length;
      expectEqual((await ask(target, token))['allowed'], 'ALLOWED', 'allowed');
      expectEqual(asked(target.registration, token.uid, from).length, 1, 'requests to its eMSP');
    }
  }),
  asks(['TOK-14', 'TOK-18'], 'Token and reference of the answer are what the CPO goes on with; the question says type and place', async (target) => {
    const { token } = await pushToken(target, { type: 'APP_USER' });
    const newer: Token = { ...token, contract_id: 'NEWER', group_id: 'GROUP', last_updated: T[2] };
    const info = { allowed: 'ALLOWED', token: newer, authorization_reference: target.newId('REF'), location: { location_id: 'CF-SITE', evse_uids: ['E1'] } };
    answering(target.registration, () => ({ data: info }));
    const from = target.registration.peer.requests.length;
    const verdict = await ask(target, token, { location_id: 'CF-SITE', evse_uids: ['E1', 'E2'] });
    for (const name of ['contract_id', 'group_id'] as const) expectEqual(field(verdict, 'token', name), newer[name], name);
    expectEqual(verdict['authorization_reference'], info.authorization_reference, 'authorization_reference');
    expectEqual(verdict['location'], info.location, 'location');
    const [request] = asked(target.registration, token.uid, from);
    expectEqual(new URL(request?.path ?? '', target.registration.peer.url).searchParams.get('type'), 'APP_USER', 'type in the URL');
    expectEqual(request?.json, { location_id: 'CF-SITE', evse_uids: ['E1', 'E2'] }, 'LocationReferences');
  }),
  asks(['TOK-34'], 'a Token that was never pushed: the eMSPs are asked, all at once, and the one that knows it decides', async (target) => {
    const token = sampleToken(target.registration.party('EMSP'), target.newId(), T[1]);
    const other = await target.second();
    answering(other, () => ({ http: 404, status: 2004 }));
    for (const allowed of ['ALLOWED', 'BLOCKED']) {
      answering(target.registration, () => ({ data: { allowed, token } }));
      expectEqual((await ask(target, token))['allowed'], allowed, 'allowed');
    }
    answering(target.registration, () => ({ http: 404, status: 2004 }));
    expectEqual(await askMaybe(target, token), undefined, 'a verdict on a Token that nobody knows');
  }, ['second peer']),
  asks(['TOK-36'], 'two eMSPs that both know and allow a Token: it is always the same one that counts', async (target) => {
    const uid = target.newId();
    const both = [target.registration, await target.second()];
    const owners = new Set<string>();
    for (const slow of [0, 1, 0, 1]) {
      for (const [index, registration] of both.entries()) {
        const token = sampleToken(registration.party('EMSP'), uid, T[1]);
        const reply = { data: { allowed: 'ALLOWED', token } };
        registration.peer.script = ({ path }) => (isAuthorize(path) ? later(reply, index === slow ? 150 : 0) : undefined);
      }
      const verdict = await ask(target, { uid, type: 'RFID' });
      owners.add(partyKey({ country_code: String(field(verdict, 'token', 'country_code')), party_id: String(field(verdict, 'token', 'party_id')) }));
    }
    expectEqual(owners.size, 1, `owners of the Token that counted (${[...owners].join(', ')}):`);
  }, ['second peer']),
];

/** Ways in which an eMSP is not there. */
const OUTAGES: readonly PeerReply[] = [{ hangUp: true }, { http: 503, status: 3000 }];

function answering({ peer }: Registration, authorize: () => PeerReply): void {
  peer.script = ({ path }) => (isAuthorize(path) ? authorize() : undefined);
}

function isAuthorize(path: string): boolean {
  return /\/sender\/tokens\/.*\/authorize(\?|$)/.test(path);
}

function asked({ peer }: Registration, uid: string, from: number): RecordedRequest[] {
  return peer.requests.slice(from).filter(({ path }) => isAuthorize(path) && path.includes(encodeURIComponent(uid)));
}

async function askMaybe(target: Target, { uid, type }: Pick<Token, 'uid' | 'type'>, location?: JsonObject): Promise<JsonObject | undefined> {
  return target.hooks.authorize?.({ uid, type, ...(location && { location }) });
}

async function ask(target: Target, token: Pick<Token, 'uid' | 'type'>, location?: JsonObject): Promise<JsonObject> {
  const verdict = await askMaybe(target, token, location);
  if (!verdict) throw new CheckFailure(`a verdict on ${token.uid}`, 'none');
  return verdict;
}

/** An answer that takes so many ms. */
function later(reply: PeerReply, millis: number): Promise<PeerReply> {
  return new Promise((resolve) => setTimeout(() => resolve(reply), millis));
}

function asks(ids: readonly string[], title: string, run: (target: Target) => Promise<void>, more: readonly 'second peer'[] = []): Check {
  return defineCheck({
    ids,
    title: `at a station of the platform: ${title}`,
    needs: ['authorize', 'tokens RECEIVER', ...more],
    run: async (target) => {
      try {
        await run(target);
      } finally {
        target.registration.peer.script = () => undefined;
        if (more.length > 0) (await target.second()).peer.script = () => undefined;
      }
    },
  });
}
