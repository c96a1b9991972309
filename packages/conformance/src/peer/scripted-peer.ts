import { joinUrl, tokenCandidates } from '@roamgrid/ocpi';
import type { ConversationId, CredentialsRole, InterfaceRole, ModuleId } from '@roamgrid/modules';
import { CheckFailure } from '../check/check-failure';
import { field, textField } from '../check/field';
import { patienceMillis } from '../check/patience';
import type { Answer } from '../http/answer';
import { PlatformClient } from '../http/platform-client';
import { PeerModules } from './peer-modules';
import type { PeerHost } from './peer-host';
import { headerOf, type PeerReply, type RecordedRequest } from './recorded-request';

/** An endpoint as a peer lists it; `slash` ends its URL in one. */
export interface PeerEndpoint {
  readonly identifier: string;
  readonly role: InterfaceRole;
  readonly slash?: boolean;
}

export interface PeerSpec {
  readonly name: string;
  readonly roles: readonly CredentialsRole[];
  readonly versions?: readonly string[];
  readonly endpoints?: readonly PeerEndpoint[];
}

/** Answers a request in a way of its own, or leaves it to the peer. */
export type PeerScript = (request: RecordedRequest) => PeerReply | undefined | Promise<PeerReply | undefined>;

/** What happened while the platform's POST or PUT of credentials was open. */
export interface CallBack {
  readonly request: RecordedRequest;
  /** The platform's token for us, as it stood in the body. */
  readonly token: string;
  readonly versions: Answer;
  /** Undefined where the versions list led to none. */
  readonly details: Answer | undefined;
}

const OURS = '2.2.1';
const FOR_ALL: readonly ModuleId[] = ['locations', 'tariffs', 'tokens', 'sessions', 'cdrs'];

const CONVERSATIONS: readonly ConversationId[] = ['commands', 'chargingprofiles'];

/** Endpoints of a peer that is both CPO and eMSP, some URLs with a slash at the end and some without (TRN-53). */
export const ORDINARY_ENDPOINTS: readonly PeerEndpoint[] = [
  { identifier: 'credentials', role: 'SENDER' },
  ...FOR_ALL.flatMap((identifier, index): PeerEndpoint[] => [
    { identifier, role: 'SENDER', slash: index % 2 === 0 },
    { identifier, role: 'RECEIVER', slash: index % 2 === 0 },
  ]),
  ...CONVERSATIONS.flatMap((identifier, index): PeerEndpoint[] => [
    { identifier, role: 'SENDER' },
    { identifier, role: 'RECEIVER', slash: index % 2 === 0 },
  ]),
];

/** An OCPI platform that records what it is asked and answers as a check wants it to. */
export class ScriptedPeer {
  readonly url: string;
  readonly requests: RecordedRequest[] = [];
  /** Tokens with which it may be called. */
  readonly tokens = new Set<string>();
  readonly modules: PeerModules;
  readonly callBacks: CallBack[] = [];
  roles: readonly CredentialsRole[];
  versions: readonly string[];
  endpoints: readonly PeerEndpoint[];
  script: PeerScript = () => undefined;
  readonly #newToken: () => string;
  readonly #listeners = new Set<() => void>();

  constructor(spec: PeerSpec, host: PeerHost, newToken: () => string) {
    this.url = host.add(spec.name, this);
    this.roles = spec.roles;
    this.versions = spec.versions ?? [OURS];
    this.endpoints = spec.endpoints ?? ORDINARY_ENDPOINTS;
    this.modules = new PeerModules(joinUrl(this.url, OURS));
    this.#newToken = newToken;
  }

  get versionsUrl(): string {
    return joinUrl(this.url, 'versions');
  }

  /** A fresh token with which this peer may be called from now on. */
  issueToken(): string {
    const token = this.#newToken();
    this.tokens.add(token);
    return token;
  }

  /** This peer's Credentials object. */
  credentials(token = this.issueToken()): Record<string, unknown> {
    return { token, url: this.versionsUrl, roles: this.roles };
  }

  async answer(request: RecordedRequest): Promise<PeerReply> {
    this.requests.push(request);
    const reply = (await this.script(request)) ?? (await this.ordinary(request));
    request.replied = reply.http ?? 200;
    for (const listener of [...this.#listeners]) listener();
    return reply;
  }

  /**
   * The first answered request that `matches`, from index `from` on, whether it came already or comes within `timeout` ms.
   * Throws CheckFailure when none does; `what` says what was waited for.
   */
  async waitFor(
    what: string,
    matches: (request: RecordedRequest) => boolean,
    { from = 0, timeout = patienceMillis() }: { readonly from?: number; readonly timeout?: number } = {},
  ): Promise<RecordedRequest> {
    const find = (): RecordedRequest | undefined =>
      this.requests.slice(from).find((request) => request.replied !== undefined && matches(request));
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
        finish();
      };
      const look = (): void => {
        const found = find();
        if (found) settle(() => resolve(found));
      };
      const timer = setTimeout(() => {
        const seen = this.requests.slice(from).map(({ method, path }) => `${method} ${path}`);
        settle(() => reject(new CheckFailure(`${what} within ${timeout} ms`, `only: ${seen.join(', ') || 'nothing'}`)));
      }, timeout);
      this.#listeners.add(look);
      look();
    });
  }

  /** What the peer answers without a script. */
  async ordinary(request: RecordedRequest): Promise<PeerReply> {
    if (!tokenCandidates(headerOf(request, 'authorization')).some((token) => this.tokens.has(token))) {
      return { http: 401, status: 2000 };
    }
    const path = request.path.replace(/\?.*$/, '');
    if (path === '/versions')
      return { data: this.versions.map((version) => ({ version, url: joinUrl(this.url, version) })) };
    if (path === `/${OURS}`) return { data: { version: OURS, endpoints: this.#endpoints() } };
    if (path === `/${OURS}/credentials`) return this.#credentials(request);
    return this.modules.answer(request);
  }

  #endpoints(): Record<string, string>[] {
    return this.endpoints.map(({ identifier, role, slash }) => {
      const path = identifier === 'credentials' ? [identifier] : [role.toLowerCase(), identifier];
      return { identifier, role, url: joinUrl(this.url, OURS, ...path) + (slash ? '/' : '') };
    });
  }

  /** Calls the platform back while its request is open (CRD-03), then changes the tokens. */
  async #credentials(request: RecordedRequest): Promise<PeerReply> {
    if (request.method === 'GET') return { data: this.credentials([...this.tokens][0]) };
    if (request.method === 'DELETE') {
      this.tokens.clear();
      return {};
    }
    const callBack = await callPlatformBack(request);
    this.callBacks.push(callBack);
    if (callBack.details === undefined) return { status: 3001 };
    // Token A ends here; a token that a PUT replaces works on for what is under way (CRD-24).
    if (request.method === 'POST') this.tokens.clear();
    return { data: this.credentials() };
  }
}

async function callPlatformBack(request: RecordedRequest): Promise<CallBack> {
  const token = textField(request.json, 'token') ?? '';
  const client = new PlatformClient(token);
  const versions = await client.call('GET', textField(request.json, 'url') ?? '');
  const listed = Array.isArray(versions.data) ? (versions.data as readonly unknown[]) : [];
  const url = textField(
    listed.find((each) => field(each, 'version') === OURS),
    'url',
  );
  return { request, token, versions, details: url === undefined ? undefined : await client.call('GET', url) };
}
