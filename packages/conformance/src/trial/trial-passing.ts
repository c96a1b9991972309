import { setTimeout as pause } from 'node:timers/promises';
import { chargingProfiles, type CredentialsRole } from '@roamgrid/modules';
import { joinUrl, partyKey, type Party } from '@roamgrid/ocpi';
import { field, textField, type JsonObject } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import type { PeerReply } from '../peer/recorded-request';
import type { Talk } from '../target/platform-hooks';
import type { TrialRequest } from './trial-asked';
import type { TrialPeer, TrialPlatform } from './trial-platform';
import { outgoing, pushToAll } from './trial-push';
import type { TrialWishes } from './trial-wishes';

/** What the trial platform puts before the ids of Sessions towards SCSPs. */
const OURS = 'E-';
/** Milliseconds between looks at what a CPO has said. */
const LOOK = 5;
const TIMEOUT = 2;

interface Setter {
  readonly peer: TrialPeer;
  readonly counterpart: Party;
  readonly session: string;
}

/** What SCSPs under contract ask of the trial platform's eMSP about the Sessions of its drivers elsewhere. */
export class TrialPassing {
  readonly #platform: TrialPlatform;
  readonly #wishes: TrialWishes;
  readonly #setters: Setter[] = [];

  constructor(platform: TrialPlatform, wishes: TrialWishes) {
    this.#platform = platform;
    this.#wishes = wishes;
  }

  /** Shows a Session that was received to the SCSPs, as one of its own. */
  async show(session: JsonObject): Promise<void> {
    const { country_code, party_id } = this.#emsp;
    await pushToAll(this.#platform, 'sessions', { ...session, country_code, party_id, id: `${OURS}${String(session['id'])}` }, undefined);
  }

  /** Undefined where the Session is none of its drivers'. */
  async receive({ kind, module, peer, counterpart, request, url }: TrialRequest): Promise<PeerReply | undefined> {
    const { defects, sessions } = this.#platform;
    const id = String(request['session_id']);
    const session = peer.contracted === true ? sessions.receivedBy((each) => `${OURS}${String(each['id'])}` === id) : undefined;
    if (!session || module.id !== 'chargingprofiles') return undefined;
    const to = { country_code: String(session['country_code']), party_id: String(session['party_id']) };
    const wanted = { ...request, session_id: defects.has('ids of SCSPs go to CPOs') ? id : session['id'] };
    const { talk } = this.#wishes.begin(module, { kind: kind.name, from: this.#emsp, to, request: wanted }, defects.has('URLs of SCSPs go to CPOs') ? url : undefined);
    if (!talk) return { data: { result: 'REJECTED', timeout: TIMEOUT } };
    const answered = await this.#until(talk, ({ state }) => state !== 'SENT');
    void this.#passBack(talk, { peer, counterpart, session: id }, url);
    const result = defects.has('answers of CPOs stay with the eMSP') ? 'ACCEPTED' : (answered.response?.['result'] ?? 'REJECTED');
    return { data: { result, timeout: TIMEOUT } };
  }

  /** Tells on what a CPO tells of a Session. */
  async tellOn(id: string, body: JsonObject): Promise<void> {
    const { defects } = this.#platform;
    if (defects.has('what CPOs tell stays with the eMSP')) return;
    const known = `${OURS}${id}`;
    for (const { peer, counterpart, session } of this.#setters) {
      const endpoint = peer.endpoints.find((each) => field(each, 'identifier') === 'chargingprofiles' && field(each, 'role') === 'SENDER');
      if (session === known) await this.#send(peer, joinUrl(textField(endpoint, 'url') ?? '', defects.has('ids of SCSPs go to CPOs') ? id : known), 'PUT', body, counterpart);
    }
  }

  async #passBack(talk: Talk, setter: Setter, url: string): Promise<void> {
    const { state, result } = await this.#until(talk, (each) => each.state !== 'SENT' && each.state !== 'WAITING');
    if (state === 'REFUSED' || state === 'FAILED') return;
    const told = this.#platform.defects.has('results of CPOs stay with the eMSP') ? { result: chargingProfiles.silent } : (result ?? { result: chargingProfiles.silent });
    if (talk.kind === 'SET' && told['result'] === 'ACCEPTED' && !this.#setters.some(({ peer, session }) => peer === setter.peer && session === setter.session)) this.#setters.push(setter);
    await this.#send(setter.peer, url, 'POST', told, setter.counterpart);
  }

  async #until(talk: Talk, is: (talk: Talk) => boolean): Promise<Talk> {
    for (;;) {
      const seen = this.#wishes.read(talk);
      if (is(seen)) return seen;
      await pause(LOOK, undefined, { ref: false });
    }
  }

  async #send({ credentials }: TrialPeer, url: string, method: 'POST' | 'PUT', body: JsonObject, to: Party): Promise<void> {
    const token = textField(credentials, 'token') ?? '';
    const routing = { from: this.#emsp, to };
    await new PlatformClient(token).call(method, url, { ...outgoing(this.#platform, token), body, routing }).catch(() => undefined);
  }

  get #emsp(): CredentialsRole {
    const found = this.#platform.roles.find(({ role }) => role === 'EMSP');
    if (!found) throw new Error(`no eMSP among ${this.#platform.roles.map(partyKey).join(', ')}`);
    return found;
  }
}
