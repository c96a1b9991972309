import { setTimeout as pause } from 'node:timers/promises';
import { credentialsSchema, locations, tariffs, type CredentialsRole, type Role } from '@roamgrid/modules';
import { joinUrl, partyKey, routingHeaders, tokenCandidates, type Party } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import type { HostedPeer, PeerHost } from '../peer/peer-host';
import { headerOf, type PeerReply, type RecordedRequest } from '../peer/recorded-request';
import type { PlatformHooks } from '../target/platform-hooks';
import type { Defect } from './defect';
import { trialHooks } from './trial-hooks';
import { answerModule } from './trial-modules';
import { TrialObjects } from './trial-objects';

/** A peer as the platform knows it; without credentials it is only invited. */
export interface TrialPeer {
  token: string;
  credentials?: JsonObject;
  endpoints: readonly unknown[];
}

/** Two CPOs and an eMSP. */
const ROLES: readonly (readonly [Role, string])[] = [
  ['CPO', 'TPC'],
  ['CPO', 'TP2'],
  ['EMSP', 'TPE'],
];
/** Roles that locations and tariffs are for. */
const INTERESTED: readonly string[] = locations.interested;

const INVALID: PeerReply = { status: 2001 };
const NOT_ALLOWED: PeerReply = { http: 405, status: 2000 };
/** How long a peer may take to answer, in ms. */
const PATIENCE = 500;
const FIXED = '2026-01-01T00:00:00Z';

/**
 * A platform in one process, with the versions, credentials and locations modules, on which the checks are tried: without
 * defects they pass, with one they must find it.
 */
export class TrialPlatform implements HostedPeer {
  readonly url: string;
  readonly peers: TrialPeer[] = [];
  readonly locations: TrialObjects;
  readonly tariffs: TrialObjects;
  /** Modules that are broken at the moment. */
  readonly broken = new Set<string>();
  readonly roles: readonly CredentialsRole[];
  readonly logged: string[] = [];

  constructor(
    readonly host: PeerHost,
    readonly defects: ReadonlySet<Defect>,
    readonly random: () => string,
    roles: readonly (readonly [Role, string])[] = ROLES,
  ) {
    this.url = host.add(`trial-${random()}`, this);
    this.roles = roles.map(([role, party_id]) => ({
      ...{ role, country_code: 'DE', party_id },
      business_details: { name: `Trial ${role}` },
    }));
    const passesOn = this.#has('NAP') && !defects.has('a NAP lists its own only');
    this.locations = new TrialObjects(locations, this.#path('s', 'locations'), defects, passesOn);
    this.tariffs = new TrialObjects(tariffs, this.#path('s', 'tariffs'), defects, passesOn);
  }

  get hooks(): PlatformHooks {
    return trialHooks(this);
  }

  /** A new token by which a peer may call. */
  invite(): TrialPeer {
    const peer: TrialPeer = { token: this.random(), endpoints: [] };
    this.peers.push(peer);
    return peer;
  }

  credentials(token: string): JsonObject {
    return { token, url: joinUrl(this.url, 'versions'), roles: this.roles };
  }

  get cpo(): Party {
    return { country_code: 'DE', party_id: 'TPC' };
  }

  async answer(request: RecordedRequest): Promise<PeerReply> {
    const headers = this.defects.has('logs hold tokens') ? JSON.stringify(request.headers) : '';
    this.logged.push(`${request.method} ${request.path} ${headers}`);
    const slash = /\/(?=\?|$)/.exec(request.path);
    if (slash && this.defects.has('a slash at the end redirects'))
      return { http: 301, headers: { location: this.url } };
    if (this.defects.has('other versions crash') && !/^\/(versions|2\.2\.1)/.test(request.path)) return { http: 500, text: '' };
    const reply = await this.#reply(request);
    if (this.defects.has('timestamps are kept')) {
      return { ...reply, text: JSON.stringify({ data: reply.data, status_code: reply.status ?? 1000, timestamp: FIXED }) };
    }
    if (this.defects.has('ids are not repeated'))
      return { ...reply, headers: { ...reply.headers, 'x-request-id': 'x' } };
    if (this.defects.has('no timestamp')) {
      return { ...reply, text: JSON.stringify({ data: reply.data, status_code: reply.status ?? 1000 }) };
    }
    const http400 = this.defects.has('semantic errors are HTTP 400') && reply.status === 2001 && !reply.http;
    return http400 ? { ...reply, http: 400 } : reply;
  }

  async #reply(request: RecordedRequest): Promise<PeerReply> {
    const [whole = '', query = ''] = request.path.split('?', 2);
    const path = whole.replace(/\/+$/, '');
    const peer = this.#caller(request);
    const open = path === '/versions' && this.defects.has('versions are public');
    if (!peer && !open) return { http: this.defects.has('an unknown token is 403') ? 403 : 401, status: 2000 };
    if (path === '/2.2.1/credentials' && peer) return this.#credentials(request, peer);
    const plain = this.#versionsOrDetails(request, path);
    if (plain) return plain;
    if (!peer?.credentials && !this.defects.has('token A opens modules')) return { http: 401, status: 2000 };
    return answerModule(this, request, path, new URLSearchParams(query), peer?.credentials ?? {});
  }

  #versionsOrDetails(request: RecordedRequest, path: string): PeerReply | undefined {
    if (path === '/versions') return this.#plain(request, this.#versions());
    const version = /^\/([\d.]+)$/.exec(path)?.[1];
    if (version === undefined) return undefined;
    const known = version === '2.2.1' || this.defects.has('details of any version');
    const registered = this.#caller(request)?.credentials !== undefined;
    return known ? this.#plain(request, this.#details(registered)) : { http: 404, status: 3002 };
  }

  #caller(request: RecordedRequest): TrialPeer | undefined {
    const [token] = tokenCandidates(headerOf(request, 'authorization'));
    return this.peers.find((peer) => peer.token === token);
  }

  #plain({ method }: RecordedRequest, data: unknown): PeerReply {
    if (method !== 'GET' && !this.defects.has('versions take POST')) return NOT_ALLOWED;
    const routing = this.defects.has('routing headers on versions')
      ? routingHeaders({ to: this.cpo, from: this.cpo })
      : {};
    return { data, headers: routing };
  }

  #versions(): unknown[] {
    const relative = { version: '2.2', url: '/2.2' };
    const own = { version: '2.2.1', url: this.#path() };
    return this.defects.has('a relative URL in the versions') ? [own, relative] : [own];
  }

  #details(registered: boolean): unknown {
    const credentials = { identifier: 'credentials', role: 'SENDER', url: this.#path('credentials') };
    const endpoints = [
      credentials,
      ...(registered && this.defects.has('details leave out senders') ? this.#sides('RECEIVER') : this.#sides('SENDER', 'RECEIVER')),
      ...(this.defects.has('credentials listed twice') ? [{ ...credentials, role: 'RECEIVER' }] : []),
      ...(this.defects.has('a custom module')
        ? [{ ...credentials, identifier: 'x-parking', url: this.#path('x') }]
        : []),
    ];
    return { version: this.defects.has('details of another version') ? '2.2' : '2.2.1', endpoints };
  }

  #sides(...sides: readonly string[]): JsonObject[] {
    const all = this.defects.has('roles decide nothing');
    const sends = all || this.#has('CPO') || this.#has('NAP') || this.#has('HUB');
    const receives = all || this.roles.some(({ role }) => INTERESTED.includes(role));
    const endpoint = (identifier: string, role: string): JsonObject[] => {
      const offered = role === 'SENDER' ? sends : receives;
      const missing = identifier === 'tariffs' && this.defects.has(role === 'SENDER' ? 'no sender of tariffs' : 'no receiver of tariffs');
      const url = this.#path(role === 'SENDER' ? 's' : 'r', identifier);
      return offered && !missing && sides.includes(role) ? [{ identifier, role, url }] : [];
    };
    return ['locations', 'tariffs'].flatMap((identifier) => [...endpoint(identifier, 'SENDER'), ...endpoint(identifier, 'RECEIVER')]);
  }

  #has(role: Role): boolean {
    return this.roles.some((each) => each.role === role);
  }

  #path(...segments: readonly string[]): string {
    return joinUrl(this.url, '2.2.1', ...segments);
  }

  async #credentials({ method, json }: RecordedRequest, peer: TrialPeer): Promise<PeerReply> {
    if (method === 'GET') return { data: this.credentials(peer.token) };
    const again = this.defects.has('POST registers again');
    const registered = peer.credentials !== undefined;
    const allowed = method === 'POST' ? !registered || again : ['PUT', 'DELETE'].includes(method) && registered;
    if (!allowed) return NOT_ALLOWED;
    if (method === 'DELETE') {
      if (!this.defects.has('DELETE keeps the token')) this.peers.splice(this.peers.indexOf(peer), 1);
      return {};
    }
    if (!this.defects.has('Credentials are not checked') && !credentialsSchema.put.received(json).ok) return INVALID;
    if (!isJsonObject(json)) return INVALID;
    if (this.defects.has('a party registers once')) this.#forgetOthers(json);
    const status = await this.#callBack(json, peer);
    return status === undefined ? this.#registered(json, peer, method) : { status };
  }

  /** Ends the connections of other peers with one of these parties. */
  #forgetOthers(credentials: JsonObject): void {
    const keys = listField(credentials, 'roles').map((role) => partyKey(role as Party));
    const isOther = ({ credentials: known }: TrialPeer): boolean =>
      listField(known, 'roles').some((role) => keys.includes(partyKey(role as Party)));
    for (const other of this.peers.filter(isOther)) other.token = this.random();
  }

  #registered(json: JsonObject, peer: TrialPeer, method: string): PeerReply {
    peer.credentials = json;
    if (this.defects.has('token A stays')) this.peers.push({ token: peer.token, endpoints: [] });
    if (method === 'POST' || !this.defects.has('PUT keeps the token')) peer.token = this.random();
    const shown = this.defects.has('the answer holds token B') ? (textField(json, 'token') ?? '') : peer.token;
    if (shown !== peer.token) peer.token = shown;
    return { data: this.credentials(shown) };
  }

  /** A status code when the peer can not be used; else its endpoints are known then. */
  async #callBack(credentials: JsonObject, peer: TrialPeer): Promise<number | undefined> {
    if (this.defects.has('the peer is not called back')) return undefined;
    const client = new PlatformClient(textField(credentials, 'token') ?? '');
    const asked = client.call('GET', textField(credentials, 'url') ?? '').catch(() => undefined);
    const waits = this.defects.has('waits for ever');
    const listed = await (waits ? asked : Promise.race([asked, pause(PATIENCE, undefined, { ref: false })]));
    if (listed?.statusCode !== 1000 || !Array.isArray(listed.data)) return 3001;
    const entry = (listed.data as unknown[]).find((each) => field(each, 'version') === '2.2.1');
    if (entry === undefined) return 3002;
    const details = await client.call('GET', textField(entry, 'url') ?? '');
    peer.endpoints = field(details.data, 'endpoints') as unknown[];
    const roles = (field(credentials, 'roles') as readonly CredentialsRole[]).map(({ role }) => role);
    const needed = [...(roles.includes('CPO') ? ['SENDER'] : []), ...(roles.some((role) => role !== 'CPO') ? ['RECEIVER'] : [])];
    const usable = peer.endpoints.some(
      (each) => field(each, 'identifier') === 'locations' && needed.includes(textField(each, 'role') ?? ''),
    );
    return usable ? undefined : 3003;
  }
}
