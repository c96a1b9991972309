import type { ChargingProfileResponseType } from '@roamgrid/modules';
import { addQuery, joinUrl, partyKey, readRouting, type Party } from '@roamgrid/ocpi';
import { CheckFailure } from '../check/check-failure';
import { defineCheck, type Check } from '../check/define-check';
import { eventually } from '../check/eventually';
import { expectEqual, expectThat, show } from '../check/expect';
import { field, textField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import { PlatformClient } from '../http/platform-client';
import type { RecordedRequest } from '../peer/recorded-request';
import type { ScriptedPeer } from '../peer/scripted-peer';
import { endpointUrl } from '../target/version-details';
import type { Target } from '../target/target';
import { expectDone } from './commands-sender';
import { expectResponse, Reply, responseUrlIn, scripted, tell } from './conversing';
import { connect, type Connected } from './credentials-client';
import { activeProfile, PROFILE } from './profiling';
import { pushSession } from './pushed-session';

type Kind = 'SET' | 'GET' | 'CLEAR';

/** A request of the SCSP that the platform passed on. */
interface Passed {
  /** What the SCSP was answered with at once. */
  readonly answer: Answer;
  readonly reply: Reply;
  /** As it came to the CPO. */
  readonly request: RecordedRequest;
}

/** Rows about an eMSP that an SCSP works for: what it asks goes through the eMSP to the CPO, our own, and back. */
export const smartChargingForDriversChecks: readonly Check[] = [
  forDrivers(['CHP-24', 'CHP-36', 'ROL-02', 'SES-22'], 'the SCSP hears of the Session; what it sets, reads and clears goes to the CPO with another response_url, the result back to its own', async (at) => {
    const results: Readonly<Record<Kind, JsonObject>> = {
      SET: { result: 'ACCEPTED' },
      GET: { result: 'ACCEPTED', profile: activeProfile(at.target) },
      CLEAR: { result: 'UNKNOWN' },
    };
    for (const [kind, result] of Object.entries(results) as [Kind, JsonObject][]) {
      const { answer, reply, request } = await at.ask(kind);
      expectResponse('chargingprofiles', answer, 'ACCEPTED');
      expectRouted(request, at.emsp, at.target.registration.party('CPO'));
      const url = responseUrlIn(request);
      expectThat(!url.startsWith(at.scsp.url), 'a response_url of the eMSP', url);
      expectEqual(reply.came().length, 0, 'results before the CPO has told any');
      expectDone(await tell(at.target, url, result));
      const told = await reply.comes();
      expectEqual(told.json, result, 'the result');
      expectRouted(told, at.emsp, at.party);
    }
  }),
  forDrivers(['CHP-24', 'CHP-07'], 'the SCSP is answered at once as the CPO answers, and hears no result where that is no yes', async (at) => {
    const refusals: readonly ChargingProfileResponseType[] = ['NOT_SUPPORTED', 'REJECTED', 'TOO_OFTEN', 'UNKNOWN_SESSION'];
    const replies: Reply[] = [];
    for (const result of refusals) {
      const { answer, reply } = await scripted(at.target.registration.peer, (request) => (isAsked(request) ? { data: { result, timeout: 5 } } : undefined), () => at.ask('SET'));
      expectResponse('chargingprofiles', answer, result);
      replies.push(reply);
    }
    const reply = new Reply(at.scsp, 'chargingprofiles', at.target.newId('R'));
    expectResponse('chargingprofiles', await at.call('SET', reply, at.target.newId()), 'UNKNOWN_SESSION');
    await at.done('SET', { result: 'REJECTED' });
    expectEqual([...replies, reply].flatMap((each) => each.came().map(({ json }) => json)), [], 'results of what was refused');
  }),
  forDrivers(['CHP-25'], 'a Session has in each path the id by which the platform that is asked knows it', async (at) => {
    const { request } = await at.done('SET', { result: 'ACCEPTED' });
    expectEqual(request.path, `/2.2.1/receiver/chargingprofiles/${at.session}`, 'the path at the CPO, that knows the Session by its own id,');
    expectDone(await at.tellActive(activeProfile(at.target)));
    const told = await at.scsp.waitFor('an ActiveChargingProfile', isTold);
    expectEqual(told.path, `/2.2.1/sender/chargingprofiles/${at.known}`, 'the path at the SCSP, that knows the Session as it was pushed to it,');
  }),
  forDrivers(['CHP-26', 'CHP-13'], 'an ActiveChargingProfile of the CPO goes on to the SCSP that has set a profile with success, and to no other', async (at) => {
    const active = activeProfile(at.target);
    expectDone(await at.tellActive(active));
    await at.done('SET', { result: 'REJECTED' });
    expectDone(await at.tellActive(active));
    expectEqual(at.scsp.requests.filter(isTold).length, 0, 'what was told before a profile was set with success');
    await at.done('SET', { result: 'ACCEPTED' });
    const other = await at.other();
    expectDone(await at.tellActive(active));
    const told = await at.scsp.waitFor('the ActiveChargingProfile', isTold);
    expectEqual([told.method, told.json], ['PUT', active], 'the ActiveChargingProfile');
    expectRouted(told, at.emsp, at.party);
    expectEqual(other.requests.filter(isTold).map(({ path }) => path), [], 'what an SCSP was told that has set none');
  }),
  forDrivers(['E2E-09'], 'a Session comes, a profile is set, its result told, a change of the limit, the profile cleared: all through the eMSP', async (at) => {
    const { request } = await at.done('SET', { result: 'ACCEPTED' });
    expectEqual(field(request.json, 'charging_profile'), PROFILE, 'the profile at the CPO');
    expectThat(!request.text.includes(at.scsp.url), 'no URL of the SCSP at the CPO', request.text);
    const active = activeProfile(at.target, { charging_rate_unit: 'A', charging_profile_period: [{ start_period: 0, limit: 8 }] });
    expectDone(await at.tellActive(active));
    expectEqual((await at.scsp.waitFor('the change of the limit', isTold)).json, active, 'the change of the limit');
    const cleared = await at.done('CLEAR', { result: 'ACCEPTED' });
    expectEqual([cleared.request.method, cleared.request.text], ['DELETE', ''], 'the request to clear');
    expectEqual(cleared.reply.came().length, 1, 'results of clearing');
  }),
];

/** An SCSP under contract with the platform's eMSP, and a Session of a driver of it at our CPO. */
class DriversCharger {
  readonly #others: Connected[] = [];

  private constructor(
    readonly target: Target,
    readonly connected: Connected,
    /** The id at the CPO. */
    readonly session: string,
    /** The id at the SCSP. */
    readonly known: string,
  ) {}

  static async at(target: Target): Promise<DriversCharger> {
    const connected = await connectCharger(target);
    const authorization_reference = target.newId('A');
    const { id } = await pushSession(target, { authorization_reference });
    const push = await connected.peer.waitFor('the Session', ({ method, path, text }) => method === 'PUT' && path.includes('/receiver/sessions/') && text.includes(authorization_reference));
    const { from } = readRouting(push.headers);
    expectEqual(from && partyKey(from), partyKey(target.platformEmsp()), 'FROM of the Session');
    return new DriversCharger(target, connected, id, textField(push.json, 'id') ?? '');
  }

  get scsp(): ScriptedPeer {
    return this.connected.peer;
  }

  get party(): Party {
    return partyOf(this.scsp);
  }

  get emsp(): Party {
    return this.target.platformEmsp();
  }

  /** One more such SCSP. */
  async other(): Promise<ScriptedPeer> {
    const connected = await connectCharger(this.target);
    this.#others.push(connected);
    return connected.peer;
  }

  /** Asks the platform; `session`: its id at the SCSP. */
  call(kind: Kind, reply: Reply, session = this.known): Promise<Answer> {
    const { token = '', details } = this.scsp.callBacks.at(-1) ?? {};
    const endpoint = details && endpointUrl(details, 'chargingprofiles', 'RECEIVER');
    if (endpoint === undefined) throw new CheckFailure('the interface chargingprofiles RECEIVER for an SCSP under contract', 'none');
    const client = new PlatformClient(token);
    const [url, routing] = [joinUrl(endpoint, session), { from: this.party, to: this.emsp }];
    if (kind === 'SET') return client.call('PUT', url, { body: { charging_profile: PROFILE, response_url: reply.url }, routing });
    const query = new URLSearchParams({ ...(kind === 'GET' && { duration: '900' }), response_url: reply.url }).toString();
    return client.call(kind === 'GET' ? 'GET' : 'DELETE', addQuery(url, query), { routing });
  }

  /** Asks; gives what came of it at both ends. */
  async ask(kind: Kind): Promise<Passed> {
    const { peer } = this.target.registration;
    const from = peer.requests.length;
    const reply = new Reply(this.scsp, 'chargingprofiles', this.target.newId('R'));
    const answer = await this.call(kind, reply);
    const request = await peer.waitFor(`a ${kind} that is passed on, after the answer ${answer.describe()}`, isAsked, { from });
    return { answer, reply, request };
  }

  /** Asks, and has the CPO tell a result; resolves once that has come back. */
  async done(kind: Kind, result: JsonObject): Promise<Passed> {
    const passed = await this.ask(kind);
    expectResponse('chargingprofiles', passed.answer, 'ACCEPTED');
    expectDone(await tell(this.target, responseUrlIn(passed.request), result));
    expectEqual((await passed.reply.comes()).json, result, 'the result');
    return passed;
  }

  /** Tells the platform, as the CPO, what is active. */
  tellActive(active: JsonObject): Promise<Answer> {
    const { registration } = this.target;
    const url = joinUrl(registration.endpoint('chargingprofiles', 'SENDER'), this.session);
    return registration.call('PUT', url, { body: active, routing: { from: registration.party('CPO'), to: this.emsp } });
  }

  async close(): Promise<void> {
    for (const { link } of [this.connected, ...this.#others]) await link.disconnect();
  }
}

async function connectCharger(target: Target): Promise<Connected> {
  const connected = await connect(target, target.newPeer({ roles: [target.newRole('SCSP')] }), { smart_charging: true });
  await eventually('the SCSP to have what the platform offers', (note) => {
    note(show(connected.peer.callBacks.length));
    return Promise.resolve(connected.peer.callBacks.length > 0);
  });
  return connected;
}

function partyOf({ roles: [role] }: ScriptedPeer): Party {
  if (!role) throw new Error('a peer without roles');
  return { country_code: role.country_code, party_id: role.party_id };
}

function isAsked({ path }: RecordedRequest): boolean {
  return path.startsWith('/2.2.1/receiver/chargingprofiles/');
}

function isTold({ method, path, replied }: RecordedRequest): boolean {
  return method === 'PUT' && path.startsWith('/2.2.1/sender/chargingprofiles/') && replied !== undefined;
}

function expectRouted({ headers }: RecordedRequest, speaker: Party, addressee: Party): void {
  const { from, to } = readRouting(headers);
  expectEqual([from && partyKey(from), to && partyKey(to)], [partyKey(speaker), partyKey(addressee)], 'FROM and TO');
}

/** A check of an SCSP that acts for drivers of the platform's eMSP. */
function forDrivers(ids: readonly string[], title: string, run: (at: DriversCharger) => Promise<void>): Check {
  return defineCheck({
    ids,
    title: `smart charging for an eMSP: ${title}`,
    needs: ['connect', 'chargingprofiles SENDER', 'sessions RECEIVER'],
    run: async (target) => {
      const at = await DriversCharger.at(target);
      await run(at);
      await at.close();
    },
  });
}
