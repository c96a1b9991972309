import type { ClientInfo } from '@roamgrid/modules';
import { addQuery } from '@roamgrid/ocpi';
import { HandshakePeer, type ReceivedCall, sendEnvelope, waitUntil } from '@roamgrid/testkit';
import type { RunningPlatform } from './platform-stack';

/** An answer of the platform's gateway. */
export interface GatewayAnswer {
  readonly http: number;
  readonly status: number;
  readonly data: unknown;
  readonly headers: Headers;
}

/** A registered peer that notes what it is pushed, lists what it is told to, and can fall silent. */
export class ClientPeer {
  readonly pushes: ReceivedCall[] = [];
  /** What it lists as the sender of a module. */
  readonly listed = new Map<string, readonly unknown[]>();
  readonly lists: ReceivedCall[] = [];
  isSilent = false;
  /** HTTP status with which it refuses what it is pushed; undefined: it takes it. */
  refuses: (call: ReceivedCall) => number | undefined = () => undefined;
  id = '';
  readonly #peer: HandshakePeer;
  readonly #gatewayUrl: string;
  #token = '';

  private constructor(peer: HandshakePeer, gatewayUrl: string) {
    this.#peer = peer;
    this.#gatewayUrl = gatewayUrl;
    peer.answer = (call, response) => {
      if (this.isSilent) {
        response.destroy();
        return true;
      }
      const [, , module = ''] = call.path.split(/[/?]/);
      const list = this.listed.get(module);
      if (call.method === 'GET' && list) {
        this.lists.push(call);
        sendEnvelope(response, 200, { status_code: 1000, data: list });
        return true;
      }
      if (!['POST', 'PUT'].includes(call.method) || module === 'credentials') return false;
      const refusal = this.refuses(call);
      if (refusal !== undefined) {
        sendEnvelope(response, refusal, { status_code: 2001, status_message: 'not like this' });
        return true;
      }
      this.pushes.push(call);
      sendEnvelope(response, 200, { status_code: 1000 });
      return true;
    };
  }

  /** Registers with the platform, which has set `quirks` for it; `endpoints` are `module SIDE`. */
  static async register(
    platform: RunningPlatform,
    partyId: string,
    roles: readonly string[],
    endpoints: readonly string[],
    quirks: Readonly<Record<string, boolean>> = {},
  ): Promise<ClientPeer> {
    const peer = await HandshakePeer.start(partyId, partyId);
    peer.roles = roles;
    peer.endpoints = ['credentials SENDER', ...endpoints].map((text) => {
      const [identifier = '', role = ''] = text.split(' ');
      return { identifier, role };
    });
    const client = new ClientPeer(peer, platform.gatewayUrl);
    const { token, peer: invited } = await platform.api.invite(partyId, quirks);
    client.id = invited.id;
    client.#token = token;
    const answer = await client.call('POST', 'credentials', peer.credentials());
    client.#token = (answer.data as { token: string }).token;
    return client;
  }

  /** Where it listens. */
  get url(): string {
    return this.#peer.base;
  }

  /** Calls the gateway below /ocpi/2.2.1. */
  async call(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<GatewayAnswer> {
    const response = await fetch(`${this.#gatewayUrl}/ocpi/2.2.1/${path}`, {
      method,
      headers: { authorization: `Token ${Buffer.from(this.#token).toString('base64')}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { status_code: status, data } = (await response.json()) as { status_code: number; data?: unknown };
    return { http: response.status, status, data, headers: response.headers };
  }

  /** Says, as a hub, how a client of its own stands. */
  say(info: Omit<ClientInfo, 'last_updated'>, lastUpdated = new Date().toISOString(), query = ''): Promise<GatewayAnswer> {
    const path = addQuery(`receiver/hubclientinfo/${info.country_code}/${info.party_id}`, query);
    return this.call('PUT', path, { ...info, last_updated: lastUpdated });
  }

  /** Pushes of a module, in the order in which they came. */
  pushesOf(module: string): ReceivedCall[] {
    return this.pushes.filter(({ path }) => path.startsWith(`/2.2.1/${module}/`));
  }

  /** The newest status that it was told of a party in a role. */
  told(party: string, role: string): string | undefined {
    const infos = this.pushesOf('hubclientinfo').map(({ body }) => body as unknown as ClientInfo);
    return infos.filter((info) => info.party_id === party && info.role === role).at(-1)?.status;
  }

  async untilTold(party: string, role: string, status: string): Promise<void> {
    await waitUntil(() => Promise.resolve(this.told(party, role) === status), {
      what: `${this.#peer.partyId} is told that ${party} ${role} is ${status}`,
      timeoutMs: 60_000,
      intervalMs: 50,
    });
  }

  stop(): Promise<void> {
    return this.#peer.stop();
  }
}
