import { setTimeout as pause } from 'node:timers/promises';
import { cdrs, credentialsSchema, hubClientInfo, locations, sessions, tariffs, tokens, type CredentialsRole, type ModuleDeclaration, type Role } from '@roamgrid/modules';
import { joinUrl, partyKey, routingHeaders, tokenCandidates, type Party } from '@roamgrid/ocpi';
import { field, isJsonObject, listField, textField, type JsonObject } from '../check/field';
import { PlatformClient } from '../http/platform-client';
import type { HostedPeer, PeerHost } from '../peer/peer-host';
import { headerOf, type PeerReply, type RecordedRequest } from '../peer/recorded-request';
import type { PlatformHooks } from '../target/platform-hooks';
import type { Defect } from './defect';
import { trialHooks } from './trial-hooks';
import { TrialBudgets, type Budget } from './trial-budgets';
import { TrialClientInfos } from './trial-client-infos';
import { conversationSides, TrialConversations } from './trial-conversations';
import { answerModule } from './trial-modules';
import { TrialObjects } from './trial-objects';

/** A peer as the platform knows it; without credentials it is only invited. */
export interface TrialPeer {
  token: string;
  credentials?: JsonObject;
  endpoints: readonly unknown[];
  /** Wants changes by PATCH. */
  patches?: boolean;
  /** Does smart charging for the platform. */
  contracted?: boolean;
}

/** What a trial platform is besides its roles. */
export interface TrialTraits {
  readonly budget?: Budget;
  /** Base URL under which peers reach it, when that is not its own. */
  readonly publicUrl?: string;
  readonly authorization?: { readonly backend: string };
}

/** Two CPOs and an eMSP. */
const ROLES: readonly (readonly [Role, string])[] = [
  ['CPO', 'TPC'],
  ['CPO', 'TP2'],
  ['EMSP', 'TPE'],
];
const HELD = { locations, tariffs, tokens, sessions, cdrs } as const;

/** Modules that the trial platform has. */
export type Held = keyof typeof HELD;

/** Whether the trial platform has a module. */
export function isHeld(module: string): module is Held {
  return Object.hasOwn(HELD, module);
}

const INVALID: PeerReply = { status: 2001 };
const NOT_ALLOWED: PeerReply = { http: 405, status: 2000 };
/** How long a peer may take to answer, in ms. */
const PATIENCE = 500;
const OVERLOADED: PeerReply = { http: 429, status: 3000, headers: { 'retry-after': '1' } };
const FIXED = '2026-01-01T00:00:00Z';

/**
 * A platform in one process, with the versions, credentials and locations modules, on which the checks are tried: without
 * defects they pass, with one they must find it.
 */
export class TrialPlatform implements HostedPeer {
  /** As peers see it. */
  readonly url: string;
  /** Where it listens. */
  readonly innerUrl: string;
  readonly peers: TrialPeer[] = [];
  readonly locations: TrialObjects;
  readonly tariffs: TrialObjects;
  readonly tokens: TrialObjects;
  readonly sessions: TrialObjects;
  readonly cdrs: TrialObjects;
  readonly clientInfos: TrialClientInfos;
  readonly conversations: TrialConversations;
  /** Modules that are broken at the moment. */
  readonly broken = new Set<string>();
  readonly roles: readonly CredentialsRole[];
  readonly logged: string[] = [];
  /** URL of what decides about its own Tokens. */
  readonly backend: string | undefined;
  /** What eMSPs said last of their Tokens, by uid. */
  readonly verdicts = new Map<string, JsonObject>();
  readonly #budgets: TrialBudgets | undefined;

  constructor(
    readonly host: PeerHost,
    readonly defects: ReadonlySet<Defect>,
    readonly random: () => string,
    roles: readonly (readonly [Role, string])[] = ROLES,
    { authorization, budget, publicUrl }: TrialTraits = {},
  ) {
    this.innerUrl = host.add(`trial-${random()}`, this);
    const plain = publicUrl === undefined || defects.has('plain URLs behind TLS');
    this.url = plain ? this.innerUrl : publicUrl + new URL(this.innerUrl).pathname;
    this.backend = authorization?.backend;
    this.#budgets = budget && new TrialBudgets(budget);
    this.roles = roles.map(([role, party_id]) => ({
      ...{ role, country_code: 'DE', party_id },
      business_details: { name: `Trial ${role}` },
    }));
    const passesOn = this.#has('NAP') && !defects.has('a NAP lists its own only');
    const objects = (module: ModuleDeclaration): TrialObjects => new TrialObjects(module, this.#path('s', module.id), defects, passesOn);
    this.locations = objects(locations);
    this.tariffs = objects(tariffs);
    this.tokens = objects(tokens);
    this.sessions = objects(sessions);
    this.cdrs = objects(cdrs);
    this.clientInfos = new TrialClientInfos(defects);
    this.conversations = new TrialConversations(this);
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
    const connected = this.peers.flatMap(({ credentials }) => listField(credentials, 'roles'));
    const listed = this.#has('HUB') && this.defects.has('a hub lists its peers') ? connected : [];
    return { token, url: joinUrl(this.url, 'versions'), roles: [...this.roles, ...listed] };
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
    const refusal = this.#refusal(peer, path);
    if (refusal) return refusal;
    if (path === '/2.2.1/credentials' && peer) return this.#credentials(request, peer);
    const plain = this.#versionsOrDetails(request, path);
    if (plain) return plain;
    if (!peer?.credentials && !this.defects.has('token A opens modules')) return { http: 401, status: 2000 };
    const conversed = peer && this.conversations.answer(request, path, new URLSearchParams(query), peer);
    if (conversed) return conversed;
    return answerModule(this, request, path, new URLSearchParams(query), peer?.credentials ?? {});
  }

  /** What a stranger is told, or a peer that asks too much. */
  #refusal(peer: TrialPeer | undefined, path: string): PeerReply | undefined {
    const open = path === '/versions' && this.defects.has('versions are public');
    if (!peer) return open ? undefined : { http: this.defects.has('an unknown token is 403') ? 403 : 401, status: 2000 };
    const isSpent = this.#budgets?.isSpent(peer) ?? false;
    const told = this.defects.has('overload is a bare 503') ? { http: 503, text: '' } : OVERLOADED;
    return isSpent ? told : undefined;
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
    const endpoint = (module: ModuleDeclaration, role: string): JsonObject[] => {
      const passing = module.passedOnBy.some((each) => this.#has(each)) || this.#has('HUB');
      const sends = this.#has(module.owner) || passing;
      const receives = this.roles.some((each) => module.interested.includes(each.role));
      const missing = module.id === 'tariffs' && this.defects.has(role === 'SENDER' ? 'no sender of tariffs' : 'no receiver of tariffs');
      const offered = all || (role === 'SENDER' ? sends : receives);
      const url = this.#path(role === 'SENDER' ? 's' : 'r', module.id);
      return offered && !missing && sides.includes(role) ? [{ identifier: module.id, role, url }] : [];
    };
    const held = Object.values(HELD).flatMap((module) => [...endpoint(module, 'SENDER'), ...endpoint(module, 'RECEIVER')]);
    return [...held, ...endpoint(hubClientInfo, 'SENDER'), ...endpoint(hubClientInfo, 'RECEIVER'), ...conversationSides(this, sides)];
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
