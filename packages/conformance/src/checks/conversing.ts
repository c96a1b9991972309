import type { ConversationId } from '@roamgrid/modules';
import { joinUrl } from '@roamgrid/ocpi';
import { CheckFailure, NotCovered } from '../check/check-failure';
import { eventually } from '../check/eventually';
import { expectSuccess, expectThat, show } from '../check/expect';
import { field, isJsonObject, listField, type JsonObject } from '../check/field';
import type { Answer } from '../http/answer';
import type { RecordedRequest } from '../peer/recorded-request';
import type { ScriptedPeer } from '../peer/scripted-peer';
import type { Conversations, Talk } from '../target/platform-hooks';
import type { Target } from '../target/target';

/** What a request can be answered with at once. */
const RESPONSES: Readonly<Record<ConversationId, readonly unknown[]>> = {
  commands: ['ACCEPTED', 'NOT_SUPPORTED', 'REJECTED', 'UNKNOWN_SESSION'],
  chargingprofiles: ['ACCEPTED', 'NOT_SUPPORTED', 'REJECTED', 'TOO_OFTEN', 'UNKNOWN_SESSION'],
};

/** How a conversation can end. */
const ENDS: readonly string[] = ['REFUSED', 'COMPLETED', 'TIMED_OUT', 'FAILED'];

/** A URL of one of our peers at which the platform is to tell one result. */
export class Reply {
  /** As it arrives at the peer, query included. */
  readonly path: string;
  readonly url: string;

  constructor(readonly peer: ScriptedPeer, module: ConversationId, id: string, query = '') {
    this.path = joinUrl('/2.2.1/sender', module, 'replies', id) + query;
    this.url = peer.url + this.path;
  }

  /** All that came there and was answered. */
  came(): RecordedRequest[] {
    return this.peer.requests.filter(({ path, replied }) => path === this.path && replied !== undefined);
  }

  /** What comes there first, or as the number `count`. */
  async comes(count = 1): Promise<RecordedRequest> {
    await this.peer.waitFor(`result number ${count} at ${this.path}`, () => this.came().length >= count);
    const found = this.came()[count - 1];
    if (found) return found;
    throw new CheckFailure(`a result at ${this.path}`, 'none');
  }
}

/** The hook without which nothing of this can be checked. */
export function backendOf({ hooks }: Target): Conversations {
  if (!hooks.conversations) throw new NotCovered('needs a hook that asks and answers for the platform');
  return hooks.conversations;
}

/**
 * Fails unless a request was answered at once by 200/1000 with a response of its module: one of these literals, a timeout in
 * whole seconds above 0 (CMD-05), and where there is a message, a list of DisplayText (CMD-39). Gives it.
 */
export function expectResponse(module: ConversationId, answer: Answer, ...wanted: readonly string[]): JsonObject {
  const data = expectSuccess(answer);
  const holds = isJsonObject(data) && RESPONSES[module].includes(data['result']) && (wanted.length === 0 || wanted.includes(String(data['result'])));
  expectThat(holds, `a response with the result ${(wanted.length === 0 ? RESPONSES[module] : wanted).join(' or ')}`, `${show(data)}, ${answer.describe()}`);
  const { timeout, message } = data;
  expectThat(Number.isInteger(timeout) && Number(timeout) > 0, 'timeout in whole seconds', show(data));
  const texts = listField(data, 'message').filter((text) => field(text, 'language') !== undefined && field(text, 'text') !== undefined);
  expectThat((message ?? null) === null || (Array.isArray(message) && texts.length === message.length), 'message: a list of DisplayText', show(data));
  return data;
}

/** What a peer asked and the platform's own systems have to answer, once it is there; its request holds the text `marker`. */
export async function forwarded(target: Target, module: ConversationId, kind: string, marker: string): Promise<Talk> {
  let found: Talk | undefined;
  await eventually(`a ${kind} of ${marker} to wait for the platform's own systems`, async (note) => {
    const talks = await about(target, module, marker);
    note(show(talks.map(({ kind: name, state }) => `${name} ${state}`)));
    found = talks.find((talk) => talk.kind === kind && talk.state === 'WAITING');
    return found !== undefined;
  });
  if (found) return found;
  throw new CheckFailure(`a ${kind} of ${marker}`, 'none');
}

/** Fails when something that was not accepted is left to the platform's own systems. */
export async function expectNotForwarded(target: Target, module: ConversationId, marker: string): Promise<void> {
  const waiting = (await about(target, module, marker)).filter(({ state }) => state === 'WAITING' || state === 'COMPLETED');
  expectThat(waiting.length === 0, 'nothing for the platform’s own systems', show(waiting.map(({ kind, state }) => `${kind} ${state}`)));
}

async function about(target: Target, module: ConversationId, marker: string): Promise<Talk[]> {
  return (await backendOf(target).asked(module)).filter(({ request }) => JSON.stringify(request).includes(marker));
}

/** Gives a result for the platform's own systems; fails when it is not taken. */
export async function answer(target: Target, module: ConversationId, talk: Talk, result: JsonObject): Promise<void> {
  const { taken, said } = await backendOf(target).answer(module, talk, result);
  expectThat(taken, `the result ${show(result)} to be taken of the platform’s own systems`, said);
}

/** Fails when the platform takes such a result of its own systems. */
export async function expectAnswerRefused(target: Target, module: ConversationId, talk: Talk, result: JsonObject): Promise<void> {
  const { taken, said } = await backendOf(target).answer(module, talk, result);
  expectThat(!taken, `the result ${show(result)} of its own systems to be refused`, said);
}

/** What the platform asked of a peer of ours. */
export interface Asking {
  readonly talk: Talk;
  /** As it came to the peer. */
  readonly request: RecordedRequest;
  /** Its response_url. */
  readonly url: string;
}

/** Lets the platform's eMSP ask our CPO for something; gives what arrives there. */
export async function ask(target: Target, module: ConversationId, kind: string, request: JsonObject): Promise<Asking> {
  const { peer } = target.registration;
  const from = peer.requests.length;
  const wish = { kind, from: target.platformEmsp(), to: target.registration.party('CPO'), request };
  const { talk, said } = await backendOf(target).begin(module, wish);
  if (!talk) throw new CheckFailure(`${kind} to be begun`, said);
  const isIt = ({ path }: RecordedRequest): boolean => path.startsWith(`/2.2.1/receiver/${module}`);
  const arrived = await peer.waitFor(`a ${kind} of the platform`, isIt, { from });
  return { talk, request: arrived, url: responseUrlIn(arrived) };
}

/** The response_url of a request as it came to a peer; fails unless it is one (CMD-12). */
export function responseUrlIn({ json, path, method }: RecordedRequest): string {
  const queried = new URL(path, 'http://peer.invalid').searchParams.get('response_url');
  const url = method === 'GET' || method === 'DELETE' ? queried : field(json, 'response_url');
  expectThat(typeof url === 'string' && URL.canParse(url) && url.length <= 255, 'response_url: a URL of at most 255 characters', show(url));
  return url;
}

/** Tells the platform the result of what it asked, as our CPO. */
export function tell({ registration }: Target, url: string, result: unknown): Promise<Answer> {
  const routing = { from: registration.party('CPO'), to: registration.platformParties('EMSP')[0] };
  return registration.call('POST', url, { body: result, routing });
}

/** What the platform's own systems see of it once that is so; `timeout` in ms. */
export async function until(target: Target, module: ConversationId, talk: Talk, what: string, is: (talk: Talk) => boolean, timeout?: number): Promise<Talk> {
  let seen = talk;
  await eventually(`${talk.kind} ${what}`, async (note) => {
    seen = await backendOf(target).read(module, talk);
    note(show(seen));
    return is(seen);
  }, timeout);
  return seen;
}

/** The same once it has ended. */
export function untilOver(target: Target, module: ConversationId, talk: Talk, timeout?: number): Promise<Talk> {
  return until(target, module, talk, 'to end', ({ state }) => ENDS.includes(state), timeout);
}

/** Answers for a peer in a way of its own while something is done. */
export async function scripted<T>(peer: ScriptedPeer, script: ScriptedPeer['script'], run: () => Promise<T>): Promise<T> {
  peer.script = script;
  try {
    return await run();
  } finally {
    peer.script = () => undefined;
  }
}
