import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { objectKey, type Party } from '@roamgrid/ocpi';
import { HandshakePeer, sendEnvelope, type Platform, type ReceivedCall, type RoamingApiClient, type SeededRandom } from '@roamgrid/testkit';
import type { Json, Subject, SubjectModule } from '../writes/subject';
import { PeerList } from './peer-list';
import { PeerLog } from './peer-log';
import { answerSick, type Sickness } from './sickness';

export interface PeerSpec {
  readonly partyId: string;
  readonly roles: readonly ('CPO' | 'EMSP')[];
  readonly sickness?: Sickness;
}

/** Longest time that a healthy peer thinks about a push, milliseconds. */
const THINKING = 12;
/** Of so many pushes a healthy peer refuses one, to take it the next time. */
const HICCUP = 400;
const TIMEOUT = 4_000;
const RETRY = 500;
const TRIES = 20;
const COUNTRY = 'DE';
const RECEIVED: readonly string[] = ['locations', 'tariffs', 'sessions', 'cdrs'];
const LISTED: readonly SubjectModule[] = ['locations', 'tariffs'];

/** A peer of the platform: an eMSP that is pushed to, healthy or sick; where it is a CPO too, it lists objects and pushes them. */
export class FaultPeer {
  /** What it lists as an owner; empty: it owns nothing. */
  readonly lists: ReadonlyMap<SubjectModule, PeerList>;
  readonly party: Party;
  readonly log: PeerLog;
  #id = '';
  #token = '';
  #registrations = 0;
  #sickness: Sickness | undefined;

  private constructor(
    readonly spec: PeerSpec,
    readonly peer: HandshakePeer,
    readonly platform: Pick<Platform, 'gatewayUrl'>,
    readonly random: SeededRandom,
  ) {
    this.party = { country_code: COUNTRY, party_id: spec.partyId };
    this.log = new PeerLog(spec.partyId);
    this.lists = new Map((spec.roles.includes('CPO') ? LISTED : []).map((module) => [module, new PeerList()]));
    peer.roles = spec.roles;
    peer.endpoints = [
      { identifier: 'credentials', role: 'SENDER' },
      ...RECEIVED.map((identifier) => ({ identifier, role: 'RECEIVER' })),
      ...[...this.lists.keys()].map((identifier) => ({ identifier, role: 'SENDER' })),
    ];
    peer.answer = (call, response) => this.#answer(call, response);
  }

  static async start(spec: PeerSpec, platform: Pick<Platform, 'gatewayUrl'>, random: SeededRandom): Promise<FaultPeer> {
    return new FaultPeer(spec, await HandshakePeer.start(spec.partyId, spec.partyId), platform, random);
  }

  get name(): string {
    return this.spec.partyId;
  }

  get isHealthy(): boolean {
    return this.spec.sickness === undefined;
  }

  /** Whether it is to receive an object of our own. */
  isOwed({ driver }: Subject): boolean {
    return driver === undefined || driver.party_id === this.party.party_id;
  }

  /** Registers by the handshake; a sick peer is sick from then on. */
  async register(api: RoamingApiClient): Promise<void> {
    this.peer.nextToken = `${this.name}-token-${(this.#registrations += 1)}`;
    const { token, peer } = await api.invite(this.name);
    [this.#token, this.#id] = [token, peer.id];
    const answer = await this.call('POST', 'credentials', this.peer.credentials());
    this.#token = (answer.data as { token: string }).token;
    this.#sickness = this.spec.sickness;
  }

  /** Ends the registration and begins anew as one who knows nothing. */
  async registerAnew(api: RoamingApiClient): Promise<void> {
    await this.#persistently(() => this.#leave(api));
    this.peer.accepted.clear(); // what is still on its way to the old registration is refused
    this.log.forget();
    await this.#persistently(async () => {
      await this.#leave(api); // an attempt whose answer was lost has registered it
      await this.register(api);
    });
  }

  /** The operator of the platform removes it: that needs no token, of which it may never have heard. */
  async #leave(api: RoamingApiClient): Promise<void> {
    await api.call('DELETE', `/v1/peers/${this.#id}`).catch((error: unknown) => {
      if (!String(error).includes(': 404 ')) throw error; // it is gone already
    });
  }

  /** While processes are being killed an answer may stay away. */
  async #persistently(call: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await call();
        return;
      } catch (error) {
        if (tries === TRIES) throw error;
        await pause(RETRY);
      }
    }
  }

  /** Calls the platform below /ocpi/2.2.1. Throws unless it is a success. */
  async call(method: string, path: string, body?: unknown): Promise<{ readonly data?: unknown }> {
    const response = await fetch(`${this.platform.gatewayUrl}/ocpi/2.2.1/${path}`, {
      method,
      headers: { authorization: `Token ${Buffer.from(this.#token).toString('base64')}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT),
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer = JSON.parse(text) as { readonly status_code: number; readonly data?: unknown };
    if (!response.ok || answer.status_code !== 1000) throw new Error(`${method} ${path}: HTTP ${response.status} ${text.slice(0, 300)}`);
    return answer;
  }

  /** Pushes an object of its own to the platform. */
  async push({ module, party, id }: Subject, object: Json): Promise<void> {
    await this.call('PUT', `receiver/${module}/${party.country_code}/${party.party_id}/${id}`, object);
  }

  /** After so many milliseconds everything that it lists is to be pulled; no answer, no pull. */
  async askForPull(api: RoamingApiClient, after: number): Promise<void> {
    await pause(after);
    await api.call('POST', `/v1/peers/${this.#id}/pull`, { full: true }).catch(() => undefined);
  }

  stop(): Promise<void> {
    return this.peer.stop();
  }

  async #answer(call: ReceivedCall, response: ServerResponse): Promise<boolean> {
    this.peer.calls.length = 0; // what it was asked is kept in its log, and a run is long
    const url = new URL(call.path, this.peer.base);
    const [, , module = '', ...ids] = url.pathname.split('/').map(decodeURIComponent);
    const list = this.lists.get(module as SubjectModule);
    if (call.method === 'GET' && list) {
      list.page(url, response);
      return true;
    }
    if (!RECEIVED.includes(module) || call.method === 'GET') return false;
    if (!this.peer.accepted.has(call.token)) return false;
    if (this.#sickness) await answerSick(this.#sickness, response);
    else await this.#take(module, ids, call, response);
    return true;
  }

  async #take(module: string, ids: readonly string[], { method, body }: ReceivedCall, response: ServerResponse): Promise<void> {
    await pause(this.random.below(THINKING));
    if (this.random.below(HICCUP) === 0) {
      sendEnvelope(response, 503, { status_code: 3000 });
      return;
    }
    const object = (body ?? {}) as unknown as Json;
    const [country_code = '', party_id = '', id = ''] = method === 'POST' ? ['country_code', 'party_id', 'id'].map((name) => String(object[name])) : ids;
    this.log.take(`${module}/${objectKey({ country_code, party_id }, id)}`, object);
    if (method === 'POST') response.setHeader('location', `${this.peer.base}/2.2.1/${module}/${id}`);
    sendEnvelope(response, 200, { status_code: 1000 });
  }
}
