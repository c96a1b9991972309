import { credentialsSchema, type CredentialsRole } from '@roamgrid/modules';
import { joinUrl, partyKey, readRouting, routingHeaders, tokenCandidates, type Party } from '@roamgrid/ocpi';
import { field, isJsonObject, textField, type JsonObject } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import type { HostedPeer, PeerHost } from '../peer/peer-host';
import { headerOf, type PeerReply, type RecordedRequest } from '../peer/recorded-request';
import type { PlatformHooks } from '../target/platform-hooks';
import type { Defect } from './defect';
import { clientHooks } from './trial-client';
import { TrialLocations } from './trial-locations';

/** A peer as the platform knows it; without credentials it is only invited. */
export interface TrialPeer {
  token: string;
  credentials?: JsonObject;
  endpoints: readonly unknown[];
}

const ROLES: readonly CredentialsRole[] = (['CPO', 'EMSP'] as const).map((role) => ({
  role,
  country_code: 'DE',
  party_id: role === 'CPO' ? 'TPC' : 'TPE',
  business_details: { name: `Trial ${role}` },
}));

const NOT_FOUND: PeerReply = { http: 404, status: 2001 };
const INVALID: PeerReply = { status: 2001 };
const NOT_ALLOWED: PeerReply = { http: 405, status: 2000 };

/**
 * A platform in one process, with the versions, credentials and locations modules, on which the checks are tried: without
 * defects they pass, with one they must find it.
 */
export class TrialPlatform implements HostedPeer {
  readonly url: string;
  readonly peers: TrialPeer[] = [];
  readonly locations: TrialLocations;
  readonly #random: () => string;

  constructor(
    host: PeerHost,
    readonly defects: ReadonlySet<Defect>,
    random: () => string,
  ) {
    this.url = host.add('trial', this);
    this.locations = new TrialLocations(this.#path('s', 'locations'), defects);
    this.#random = random;
  }

  get hooks(): PlatformHooks {
    return clientHooks(this);
  }

  /** A new token by which a peer may call. */
  invite(): TrialPeer {
    const peer: TrialPeer = { token: this.#random(), endpoints: [] };
    this.peers.push(peer);
    return peer;
  }

  credentials(token: string): JsonObject {
    return { token, url: joinUrl(this.url, 'versions'), roles: ROLES };
  }

  get cpo(): Party {
    return { country_code: 'DE', party_id: 'TPC' };
  }

  async answer(request: RecordedRequest): Promise<PeerReply> {
    const slash = /\/(?=\?|$)/.exec(request.path);
    if (slash && this.defects.has('a slash at the end redirects'))
      return { http: 301, headers: { location: this.url } };
    const reply = await this.#reply(request);
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
    return this.#module(request, path, new URLSearchParams(query), peer?.credentials ?? {});
  }

  #versionsOrDetails(request: RecordedRequest, path: string): PeerReply | undefined {
    if (path === '/versions') return this.#plain(request, this.#versions());
    const version = /^\/([\d.]+)$/.exec(path)?.[1];
    if (version === undefined) return undefined;
    const known = version === '2.2.1' || this.defects.has('details of any version');
    return known ? this.#plain(request, this.#details()) : { http: 404, status: 3002 };
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

  #details(): unknown {
    const credentials = { identifier: 'credentials', role: 'SENDER', url: this.#path('credentials') };
    const endpoints = [
      credentials,
      { identifier: 'locations', role: 'SENDER', url: this.#path('s', 'locations') },
      { identifier: 'locations', role: 'RECEIVER', url: this.#path('r', 'locations') },
      ...(this.defects.has('credentials listed twice') ? [{ ...credentials, role: 'RECEIVER' }] : []),
      ...(this.defects.has('a custom module')
        ? [{ ...credentials, identifier: 'x-parking', url: this.#path('x') }]
        : []),
    ];
    return { version: this.defects.has('details of another version') ? '2.2' : '2.2.1', endpoints };
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
    const status = await this.#callBack(json, peer);
    return status === undefined ? this.#registered(json, peer, method) : { status };
  }

  #registered(json: JsonObject, peer: TrialPeer, method: string): PeerReply {
    peer.credentials = json;
    if (this.defects.has('token A stays')) this.peers.push({ token: peer.token, endpoints: [] });
    if (method === 'POST' || !this.defects.has('PUT keeps the token')) peer.token = this.#random();
    const shown = this.defects.has('the answer holds token B') ? (textField(json, 'token') ?? '') : peer.token;
    if (shown !== peer.token) peer.token = shown;
    return { data: this.credentials(shown) };
  }

  /** A status code when the peer can not be used; else its endpoints are known then. */
  async #callBack(credentials: JsonObject, peer: TrialPeer): Promise<number | undefined> {
    if (this.defects.has('the peer is not called back')) return undefined;
    const client = new PlatformClient(textField(credentials, 'token') ?? '');
    const listed = await client.call('GET', textField(credentials, 'url') ?? '').catch(() => undefined);
    if (listed?.statusCode !== 1000 || !Array.isArray(listed.data)) return 3001;
    const entry = (listed.data as unknown[]).find((each) => field(each, 'version') === '2.2.1');
    if (entry === undefined) return 3002;
    const details = await client.call('GET', textField(entry, 'url') ?? '');
    peer.endpoints = field(details.data, 'endpoints') as unknown[];
    const roles = (field(credentials, 'roles') as readonly CredentialsRole[]).map(({ role }) => role);
    const needed = [...(roles.includes('CPO') ? ['SENDER'] : []), ...(roles.includes('EMSP') ? ['RECEIVER'] : [])];
    const usable = peer.endpoints.some(
      (each) => field(each, 'identifier') === 'locations' && needed.includes(textField(each, 'role') ?? ''),
    );
    return usable ? undefined : 3003;
  }

  #module(request: RecordedRequest, path: string, query: URLSearchParams, credentials: JsonObject): PeerReply {
    const [, , side, module, ...segments] = path.split('/').map(decodeURIComponent);
    const routing = readRouting(request.headers);
    if (module !== 'locations') return NOT_FOUND;
    if (routing.problem !== undefined) return INVALID;
    const parties = (field(credentials, 'roles') as readonly CredentialsRole[] | undefined) ?? [];
    const known = parties.some((party) => routing.from && partyKey(party) === partyKey(routing.from));
    const swapped = this.defects.has('routing is not swapped')
      ? routing
      : { to: routing.from, from: routing.to ?? this.cpo };
    const headers = routingHeaders(swapped);
    if (routing.from && !known && !this.defects.has('FROM is not checked')) return { ...INVALID, headers };
    if (side === 's') {
      const reply = request.method === 'GET' ? this.locations.sender(segments, query) : NOT_ALLOWED;
      return { ...reply, headers: { ...headers, ...reply.headers } };
    }
    const [country_code = '', party_id = '', ...ids] = segments;
    const owner = { country_code, party_id };
    const owned = parties.some((party) => partyKey(party) === partyKey(owner));
    if (!owned && !this.defects.has('owners are not checked')) return { ...NOT_FOUND, headers };
    const reply = this.locations.receiver(request, owner, ids);
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }
}
