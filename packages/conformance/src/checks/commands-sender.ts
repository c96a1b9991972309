import type { Session, Token } from '@roamgrid/modules';
import { partyKey, readRouting } from '@roamgrid/ocpi';
import { defineCheck, type Check, type Need } from '../check/define-check';
import { patienceMillis } from '../check/patience';
import { expectEqual, expectMethodNotAllowed, expectRefused, expectStatus, expectSuccess, expectThat, show } from '../check/expect';
import { field, isJsonObject, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import type { PeerReply } from '../peer/recorded-request';
import { cdrTokenOf, sampleToken } from '../samples/sample-token';
import type { Target } from '../target/target';
import { seedToken } from './asked-authorization';
import { ask, backendOf, scripted, tell, until, untilOver, type Asking } from './conversing';
import { expectHeld } from './pushed-location';
import { pushSession } from './pushed-session';
import { moments } from './seeded-location';

/** What a peer answers, in seconds, where the platform is to run out of patience. */
const SHORT = 1;

/** Rows about an eMSP that sends commands, seen from the CPO that is sent them. */
export const commandsSenderChecks: readonly Check[] = [
  asks(['CMD-09', 'TRN-26'], 'the result by POST: 200/1000 without data; any other method 405', async (target) => {
    const { talk, url } = await start(target);
    for (const method of ['PUT', 'PATCH'] as const) expectMethodNotAllowed(await target.registration.call(method, url, { body: { result: 'ACCEPTED' } }));
    for (const method of ['GET', 'DELETE'] as const) expectMethodNotAllowed(await target.registration.call(method, url));
    expectDone(await tell(target, url, { result: 'ACCEPTED', message: [{ language: 'en', text: 'Plug in' }] }));
    const { state, result } = await untilOver(target, 'commands', talk);
    expectEqual([state, field(result, 'result')], ['COMPLETED', 'ACCEPTED'], 'how it ended');
  }),
  asks(['CMD-12', 'CMD-13', 'RTE-03'], 'each request names a response_url of its own that nobody guesses; it is routed from the eMSP to the CPO', async (target) => {
    const asked = [await start(target), await start(target), await start(target)];
    const secrets = asked.map(({ url }) => new URL(url).pathname.split('/').at(-1) ?? '');
    expectEqual(new Set(secrets).size, asked.length, 'different response_urls');
    for (const [index, { request, url }] of asked.entries()) {
      const secret = secrets[index] ?? '';
      expectThat(secret.length >= 22 && new Set(secret).size >= 8, 'at the least 22 characters that say nothing', show(url));
      expectThat(!request.text.replaceAll(url, '').includes(secret), 'a secret that stands nowhere else in the request', 'it does');
      const { from, to } = readRouting(request.headers);
      expectEqual([from && partyKey(from), to && partyKey(to)], [partyKey(target.platformEmsp()), partyKey(target.registration.party('CPO'))], 'FROM and TO');
    }
  }),
  asks(['CMD-13'], 'a response_url takes no result of another peer than the one that was asked', async (target) => {
    const { talk, url } = await start(target);
    const other = await target.second();
    const routing = { from: other.party('CPO'), to: target.platformEmsp() };
    for (const options of [{ routing }, {}]) expectUnknown(await other.call('POST', url, { body: { result: 'REJECTED' }, ...options }));
    expectDone(await tell(target, url, { result: 'ACCEPTED' }));
    expectEqual(field((await untilOver(target, 'commands', talk)).result, 'result'), 'ACCEPTED', 'the result');
  }, ['second peer']),
  asks(['CMD-13', 'TRN-10'], 'a response_url takes one result: the same again is a success, another is refused', async (target) => {
    const { talk, url } = await start(target);
    for (let time = 0; time < 2; time += 1) expectDone(await tell(target, url, { result: 'EVSE_OCCUPIED' }));
    for (const result of ['ACCEPTED', 'CANCELED_RESERVATION']) expectOver(await tell(target, url, { result }));
    expectEqual(field((await untilOver(target, 'commands', talk)).result, 'result'), 'EVSE_OCCUPIED', 'the result');
  }),
  asks(['CMD-13', 'CMD-14'], 'that of a RESERVE_NOW takes CANCELED_RESERVATION later', async (target) => {
    const { talk, url } = await reserve(target);
    expectDone(await tell(target, url, { result: 'ACCEPTED' }));
    for (let time = 0; time < 2; time += 1) expectDone(await tell(target, url, { result: 'CANCELED_RESERVATION' }));
    const ended = await until(target, 'commands', talk, 'to be cancelled', (seen) => seen.ended !== undefined);
    expectEqual([field(ended.result, 'result'), field(ended.ended, 'result')], ['ACCEPTED', 'CANCELED_RESERVATION'], 'the results');
  }),
  asks(['CMD-11'], 'no result within the timeout of the answer: it ends as such; a late one is taken and changes nothing', async (target) => {
    const { talk, url } = await answered(target, { data: { result: 'ACCEPTED', timeout: SHORT } }, () => start(target));
    const over = await untilOver(target, 'commands', talk, patienceMillis() + SHORT * 1_000);
    expectEqual([over.state, over.result], ['TIMED_OUT', undefined], 'how it ended');
    expectDone(await tell(target, url, { result: 'ACCEPTED' }));
    const after = await until(target, 'commands', talk, 'to note the late result', ({ late }) => late !== undefined);
    expectEqual(after.state, 'TIMED_OUT', 'how it ended, later');
  }),
  asks(['CMD-37'], 'a Session that begins although its command had no result is taken', async (target) => {
    const token = app(target);
    const { talk } = await answered(target, { data: { result: 'ACCEPTED', timeout: SHORT } }, () => start(target, { token }));
    await untilOver(target, 'commands', talk, patienceMillis() + SHORT * 1_000);
    const change: Partial<Session> = { cdr_token: cdrTokenOf(token), auth_method: 'COMMAND' };
    const { receiver, id, session } = await pushSession(target, change);
    await expectHeld(receiver, [id], session);
  }, ['sessions RECEIVER']),
  asks(['CMD-35', 'CMD-39'], 'what is no CommandResult is refused, and the right one taken after it', async (target) => {
    const { talk, url } = await start(target);
    for (const wrong of [{ result: 'UNKNOWN_SESSION' }, { result: 'OK' }, {}, [], { result: 'ACCEPTED', message: 'Ready' }, { result: 'ACCEPTED', message: { language: 'en', text: 'Ready' } }]) {
      expectRefused(await tell(target, url, wrong), show(wrong));
    }
    expectDone(await tell(target, url, { result: 'FAILED' }));
    expectEqual(field((await untilOver(target, 'commands', talk)).result, 'result'), 'FAILED', 'the result');
  }),
  asks(['CMD-41'], 'a result at a URL that nobody waits at: 404 with 2001', async (target) => {
    const { url } = await start(target);
    const at = url.lastIndexOf('/') + 1;
    for (const secret of [target.random(32), url.slice(at).toLowerCase() === url.slice(at) ? `${url.slice(at)}x` : url.slice(at).toLowerCase()]) {
      expectUnknown(await tell(target, url.slice(0, at) + secret, { result: 'ACCEPTED' }));
    }
  }),
  asks(['CMD-43'], 'a result that comes before the answer to its command counts', async (target) => {
    const { registration } = target;
    let early: Answer | undefined;
    const { talk } = await scripted(registration.peer, async ({ path, json }) => {
      if (!path.startsWith('/2.2.1/receiver/commands')) return undefined;
      early = await tell(target, String(field(json, 'response_url')), { result: 'ACCEPTED' });
      return { data: { result: 'ACCEPTED', timeout: 5 } };
    }, () => start(target));
    if (!early) throw new Error('the peer was not asked');
    expectDone(early);
    const over = await until(target, 'commands', talk, 'to have its answer and its result', (seen) => seen.response !== undefined && seen.result !== undefined);
    expectEqual([over.state, field(over.result, 'result')], ['COMPLETED', 'ACCEPTED'], 'how it ended');
  }),
  asks(['CMD-25'], 'only with a Token of its own: whole, or named and then sent whole; one of somebody else, or not valid, is not sent', async (target) => {
    const own = await seedToken(target);
    const { request } = await start(target, { token: { uid: own.uid, type: own.type } as Token });
    for (const name of ['uid', 'type', 'contract_id', 'country_code', 'party_id', 'whitelist']) expectEqual(field(request.json, 'token', name), field(own, name), name);
    const revoked = await seedToken(target, { valid: false });
    const foreign = sampleToken(target.registration.party('EMSP'), target.newId(), moments(target)(0));
    const { peer } = target.registration;
    const from = peer.requests.length;
    for (const token of [foreign, { uid: revoked.uid, type: revoked.type }, { uid: target.newId() }]) {
      const wish = { kind: 'START_SESSION', from: target.platformEmsp(), to: target.registration.party('CPO'), request: { token, location_id: 'CF-SITE' } };
      const { taken, said } = await backendOf(target).begin('commands', wish);
      expectThat(!taken, `a START_SESSION with ${show(token)} to be refused`, said);
    }
    await start(target);
    expectEqual(peer.requests.slice(from).filter(({ path }) => path.startsWith('/2.2.1/receiver/commands')).length, 1, 'commands that arrived');
  }, ['tokens SENDER']),
  asks(['CMD-06', 'CMD-05'], 'an answer that is no yes ends it, whatever it is; its response_url stays without effect', async (target) => {
    for (const result of ['REJECTED', 'NOT_SUPPORTED', 'UNKNOWN_SESSION']) {
      const { talk } = await answered(target, { data: { result, timeout: 5, message: [{ language: 'en', text: 'No' }] } }, () => start(target));
      const over = await untilOver(target, 'commands', talk);
      expectEqual([over.state, field(over.response, 'result')], ['REFUSED', result], 'how it ended');
    }
    for (const reply of [{ data: { result: 'EVSE_OCCUPIED', timeout: 5 } }, { data: { result: 'ACCEPTED' } }, { status: 2003 }, { http: 404, status: 2000 }] satisfies PeerReply[]) {
      const { talk } = await answered(target, reply, () => start(target));
      const over = await untilOver(target, 'commands', talk);
      expectEqual(over.state, 'FAILED', `how it ended after ${show(reply)}:`);
    }
  }),
];

/** A START_SESSION of the platform with a Token that was never pushed. */
export function start(target: Target, change: { readonly token?: Token } & JsonObject = {}): Promise<Asking> {
  return ask(target, 'commands', 'START_SESSION', { token: app(target), location_id: 'CF-SITE', evse_uid: 'CF-SITE-E1', ...change });
}

function reserve(target: Target): Promise<Asking> {
  const expiry_date = new Date(target.now() + 3_600_000).toISOString();
  return ask(target, 'commands', 'RESERVE_NOW', { token: app(target), location_id: 'CF-SITE', reservation_id: target.newId(), expiry_date });
}

function app(target: Target): Token {
  return sampleToken(target.platformEmsp(), target.newId(), moments(target)(0), { type: 'APP_USER' });
}

/** Does something while our CPO answers commands in a way of its own. */
function answered<T>(target: Target, reply: PeerReply, run: () => Promise<T>): Promise<T> {
  return scripted(target.registration.peer, ({ path }) => (path.startsWith('/2.2.1/receiver/commands') ? reply : undefined), run);
}

/** Fails unless a result was taken: 200/1000 without data. */
export function expectDone(answer: Answer): void {
  expectSuccess(answer);
  expectThat(isJsonObject(answer.json) && (answer.json['data'] ?? null) === null, 'no data', show(answer.data));
}

/** Fails unless nothing waits at a URL. */
export function expectUnknown(answer: Answer): void {
  expectStatus(answer, 404, 2001);
}

/** Fails unless one result more was refused. */
export function expectOver(answer: Answer): void {
  const isRefused = (answer.statusCode ?? 0) >= 2000 && (answer.statusCode ?? 0) < 3000 && [200, 404].includes(answer.http);
  expectThat(isRefused, 'a refusal: 200 with 2001, or 404', answer.describe());
}

/** A check of commands that the platform sends to our CPO. */
function asks(ids: readonly string[], title: string, run: (target: Target) => Promise<void>, more: readonly Need[] = []): Check {
  return defineCheck({ ids, title: `sent commands: ${title}`, needs: ['commands SENDER', 'conversations', ...more], run });
}
