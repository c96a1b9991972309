import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { tokenCandidates } from '@roamgrid/ocpi';

/** A call that the peer received. */
export interface ReceivedCall {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: { readonly token: string; readonly url: string; readonly roles: readonly unknown[] } | undefined;
}

/** Answers a call in its own way; returns false to leave it to the peer. */
export type Answer = (call: ReceivedCall, response: ServerResponse) => boolean | Promise<boolean>;

const ENDPOINTS = [
  { identifier: 'credentials', role: 'RECEIVER' },
  { identifier: 'locations', role: 'SENDER' },
  { identifier: 'nltnm-parking', role: 'SENDER' },
];

/** An OCPI platform of which only versions and credentials exist, and which does what a test tells it. */
export class HandshakePeer {
  readonly calls: ReceivedCall[] = [];
  /** The tokens with which it may be called. */
  readonly accepted = new Set<string>();
  /** What the versions list names; only 2.2.1 has details. */
  versions = ['2.2.1'];
  endpoints: readonly { readonly identifier: string; readonly role?: string }[] = ENDPOINTS;
  roles: readonly string[] = ['CPO'];
  /** Token that it hands out next. */
  nextToken: string;
  answer: Answer = () => false;
  readonly #server: Server;
  #port = 0;

  private constructor(
    readonly name: string,
    readonly partyId: string,
  ) {
    this.nextToken = `${name}-token-1`;
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const call: ReceivedCall = {
          method: request.method ?? '',
          path: request.url ?? '',
          token: tokenCandidates(request.headers.authorization)[0] ?? '',
          headers: request.headers,
          body: text === '' ? undefined : (JSON.parse(text) as NonNullable<ReceivedCall['body']>),
        };
        this.calls.push(call);
        void this.#respond(call, response);
      });
    });
  }

  static async start(name: string, partyId: string): Promise<HandshakePeer> {
    const peer = new HandshakePeer(name, partyId);
    await new Promise<void>((resolve) => peer.#server.listen(0, '127.0.0.1', resolve));
    peer.#port = (peer.#server.address() as AddressInfo).port;
    return peer;
  }

  /** The same when it has stopped. */
  get base(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get versionsUrl(): string {
    return `${this.base}/versions`;
  }

  /** Its Credentials object with a token that it accepts from then on. */
  credentials(token = this.nextToken): Record<string, unknown> {
    this.accepted.add(token);
    const roles = this.roles.map((role) => ({
      role,
      country_code: 'DE',
      party_id: this.partyId,
      business_details: { name: this.name, note: null },
    }));
    return { token, url: this.versionsUrl, roles };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** Method and path of all calls since the last look. */
  takeCalls(): string[] {
    return this.calls.splice(0).map(({ method, path }) => `${method} ${path}`);
  }

  async #respond(call: ReceivedCall, response: ServerResponse): Promise<void> {
    if (await this.answer(call, response)) return;
    if (!this.accepted.has(call.token)) sendEnvelope(response, 401, { status_code: 2000 });
    else if (call.path === '/versions')
      sendEnvelope(response, 200, success(this.versions.map((version) => this.#version(version))));
    else if (call.path === '/2.2.1') sendEnvelope(response, 200, success({ version: '2.2.1', endpoints: this.#endpoints() }));
    else if (call.path === '/2.2.1/credentials') this.#credentialsCall(call, response);
    else sendEnvelope(response, 404, { status_code: 2000 });
  }

  #credentialsCall({ method }: ReceivedCall, response: ServerResponse): void {
    this.accepted.clear(); // what worked before ends with each of these calls
    sendEnvelope(response, 200, success(method === 'DELETE' ? undefined : this.credentials()));
  }

  #version(version: string): Record<string, string> {
    return { version, url: `${this.base}/${version}` };
  }

  #endpoints(): Record<string, string>[] {
    return this.endpoints.map((endpoint) => ({ ...endpoint, url: `${this.base}/2.2.1/${endpoint.identifier}` }));
  }
}

/** Answers with an OCPI envelope. */
export function sendEnvelope(response: ServerResponse, status: number, body: Readonly<Record<string, unknown>>): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...body, timestamp: new Date().toISOString() }));
}

function success(data: unknown): Record<string, unknown> {
  return { status_code: 1000, data };
}
