import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { chargingProfiles, type ConversationDeclaration, type CredentialsRole, type RequestKind } from '@roamgrid/modules';
import { joinUrl, partyKey, type Party } from '@roamgrid/ocpi';
import { field, listField, textField, type JsonObject } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import type { PeerReply } from '../peer/recorded-request';
import type { OwnWrite, UsedToken } from '../target/platform-hooks';
import { judgeRequest } from './trial-judge';
import type { TrialPeer, TrialPlatform } from './trial-platform';
import { outgoing } from './trial-push';
import type { TrialTalk } from './trial-talk';

/** Seconds that answers name. */
const TIMEOUT = 2;
/** Milliseconds after which silence is told. */
const SILENCE = 1_500;
const ATTEMPTS = 2;
const INVALID: PeerReply = { status: 2001 };

/** A valid request of a peer. */
export interface TrialRequest {
  readonly module: ConversationDeclaration;
  readonly kind: RequestKind;
  readonly peer: TrialPeer;
  readonly counterpart: Party;
  readonly url: string;
  readonly request: JsonObject;
}

/** What peers ask of the stations of the trial platform. */
export class TrialAsked {
  readonly talks: TrialTalk[] = [];
  readonly #platform: TrialPlatform;

  constructor(platform: TrialPlatform) {
    this.#platform = platform;
  }

  async receive(asked: TrialRequest): Promise<PeerReply> {
    const { defects } = this.#platform;
    if (!isOfPeer(asked.url, asked.peer) && !defects.has('any response_url')) return INVALID;
    const verdict = judgeRequest(this.#platform, asked);
    if (typeof verdict !== 'string') return verdict;
    const known = this.#reservation(asked);
    const talk = this.#talkOf(asked, known, verdict);
    if (this.#isPending(talk)) return { data: { result: 'REJECTED', timeout: TIMEOUT } };
    this.talks.unshift(talk);
    if (talk.kind === 'CANCEL_RESERVATION' && !known) await this.#unknown(talk);
    else if (verdict === 'ACCEPTED') await this.#wait(talk, asked.module.silent);
    else if (defects.has('refusals have results')) this.#later(talk, { result: 'REJECTED' });
    const isSpared = verdict !== 'ACCEPTED' && defects.has('no timeout in refusals');
    return { data: { result: verdict, ...(!isSpared && { timeout: TIMEOUT }) } };
  }

  #talkOf({ module, kind, peer, counterpart, request, url }: TrialRequest, known: TrialTalk | undefined, verdict: string): TrialTalk {
    const { cpo, defects, random } = this.#platform;
    const isPassedOn = defects.has('reservation_id goes to the station');
    const fresh = kind.name === 'RESERVE_NOW' ? random() : undefined;
    const reservation = isPassedOn ? textField(request, 'reservation_id') : (known?.reservation ?? fresh);
    return {
      ...{ handle: random(), module: module.id, kind: kind.name, declared: kind, direction: 'asked', peer, counterpart, party: cpo, request, url },
      ...{ state: verdict === 'ACCEPTED' ? 'WAITING' : 'REFUSED', ...(reservation !== undefined && { reservation }), replaces: known !== undefined },
    };
  }

  /** Gives the result of the platform's own systems. */
  answer({ handle }: { readonly handle: string }, result: JsonObject): OwnWrite {
    const talk = this.talks.find((each) => each.handle === handle);
    const isValid = this.#platform.defects.has('results of the backend are not checked') || talk?.declared?.result.put.own(result).ok === true;
    const isTaken = talk !== undefined && isValid && this.#note(talk, result);
    return { taken: isTaken, warnings: [], said: isTaken ? talk.state : 'invalid, or over' };
  }

  /** Whether a result fits what there is. */
  #note(talk: TrialTalk, result: JsonObject): boolean {
    const { defects } = this.#platform;
    if (talk.state === 'WAITING') {
      talk.state = 'COMPLETED';
      talk.result = result;
      this.#later(talk, defects.has('results are translated') && result['result'] === 'EVSE_OCCUPIED' ? { result: 'FAILED' } : result);
      return true;
    }
    if (isDeepStrictEqual(talk.result, result) || isDeepStrictEqual(talk.ended, result)) return true;
    const mayEnd = talk.ended === undefined && talk.result?.['result'] === 'ACCEPTED' && result['result'] === talk.declared?.endedBy;
    if (!mayEnd) return false;
    talk.ended = result;
    if (!defects.has('a cancelled reservation is not told')) this.#later(talk, result);
    return true;
  }

  /** Tells the active profile of a Session to who has set one. */
  async notify(party: Party, notice: JsonObject): Promise<OwnWrite> {
    const { defects } = this.#platform;
    const [declared] = chargingProfiles.notices;
    const isValid = declared?.schema.put.own(notice).ok === true || defects.has('results of the backend are not checked');
    if (!isValid) return { taken: false, warnings: [], said: 'invalid' };
    const { session_id: session, ...body } = notice;
    const askers = this.talks.filter(({ kind, request, result }) => {
      const isSet = kind === 'SET' && result?.['result'] === 'ACCEPTED';
      return request['session_id'] === session && (isSet || defects.has('active profiles are told to everybody'));
    });
    const peers = defects.has('active profiles are told to nobody') ? [] : [...new Map(askers.map((talk) => [talk.peer, talk])).values()];
    const told = defects.has('active profiles are told to everybody') && peers.length === 0 ? this.talks.slice(0, 1) : peers;
    for (const { peer, counterpart } of told) {
      const sender = peer.endpoints.find((each) => field(each, 'identifier') === 'chargingprofiles' && field(each, 'role') === 'SENDER');
      await this.#send(peer, joinUrl(textField(sender, 'url') ?? '', String(session)), 'PUT', body, { from: party, to: counterpart });
    }
    return { taken: true, warnings: [], said: `${told.length} told` };
  }

  /** What a command has settled about a Token. */
  settled({ uid, type, location }: UsedToken): JsonObject | undefined {
    if (this.#platform.defects.has('commanded Tokens are asked about')) return undefined;
    const found = this.talks.find(({ request }) => {
      const isIt = field(request, 'token', 'uid') === uid && field(request, 'token', 'type') === type;
      return isIt && (type !== 'RFID' || request['location_id'] === location?.['location_id']);
    });
    return found && { allowed: 'ALLOWED', token: field(found.request, 'token') };
  }

  #isPending({ kind, counterpart, request }: TrialTalk): boolean {
    const isSame = (talk: TrialTalk): boolean => talk.state === 'WAITING' && talk.kind === kind && isDeepStrictEqual([talk.counterpart, talk.request], [counterpart, request]);
    return kind === 'START_SESSION' && this.talks.some(isSame) && !this.#platform.defects.has('the same command shares a result');
  }

  /** The reservation of who asks. */
  #reservation({ counterpart, request }: TrialRequest): TrialTalk | undefined {
    if (request['reservation_id'] === undefined) return undefined;
    const isAnybodys = this.#platform.defects.has('reservation_id goes to the station');
    const last = this.talks.find((talk) => {
      const isIt = talk.request['reservation_id'] === request['reservation_id'] && talk.result?.['result'] === 'ACCEPTED';
      return isIt && (isAnybodys || partyKey(talk.counterpart) === partyKey(counterpart));
    });
    return last?.kind === 'RESERVE_NOW' || this.#platform.defects.has('cancelled reservations stay') ? last : undefined;
  }

  async #unknown(talk: TrialTalk): Promise<void> {
    talk.state = 'COMPLETED';
    talk.result = { result: 'UNKNOWN_RESERVATION' };
    if (this.#platform.defects.has('the result comes first')) await this.#tell(talk, talk.result);
    else this.#later(talk, talk.result);
  }

  async #wait(talk: TrialTalk, silent: string): Promise<void> {
    const { defects } = this.#platform;
    const silence = pause(SILENCE, undefined, { ref: false }).then(() => {
      if (talk.state === 'WAITING' && !defects.has('silence stays silence')) this.answer(talk, { result: silent });
    });
    if (defects.has('commands are answered by the station')) await silence;
  }

  /** Tells a result once the answer to its request is away. */
  #later(talk: TrialTalk, result: JsonObject): void {
    const shared = this.#platform.defects.has('the same command shares a result');
    if (shared && this.talks.some((other) => other !== talk && isDeepStrictEqual(other.request, talk.request))) return;
    void pause(30, undefined, { ref: false }).then(() => this.#tell(talk, result));
  }

  async #tell({ peer, url, counterpart, party }: TrialTalk, result: JsonObject): Promise<void> {
    const { defects } = this.#platform;
    const to = defects.has('the result goes to another URL') ? url.replace(/\?.*$/, '') : url;
    const most = defects.has('results are told for ever') ? 100 : ATTEMPTS;
    for (let attempt = 0; attempt < most; attempt += 1) {
      if (await this.#send(peer, to, 'POST', result, { from: party, to: counterpart })) return;
      await pause(20, undefined, { ref: false });
    }
  }

  /** Whether it was taken. */
  async #send({ credentials }: TrialPeer, url: string, method: 'POST' | 'PUT', body: JsonObject, routing: { from: Party; to: Party }): Promise<boolean> {
    const token = textField(credentials, 'token') ?? '';
    const answer = await new PlatformClient(token).call(method, url, { ...outgoing(this.#platform, token), body, routing }).catch(() => undefined);
    return answer?.statusCode === 1000;
  }
}

function isOfPeer(text: string, { credentials, endpoints }: TrialPeer): boolean {
  const hosts = [textField(credentials, 'url'), ...endpoints.map((each) => textField(each, 'url'))].map((url) => new URL(url ?? '').host);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && url.username === '' && hosts.includes(url.host);
}

/** The roles with which a peer speaks. */
export function rolesOf({ credentials }: TrialPeer, from: Party | undefined): CredentialsRole[] {
  const roles = listField(credentials, 'roles') as readonly CredentialsRole[];
  return roles.filter((role) => !from || partyKey(role) === partyKey(from));
}
