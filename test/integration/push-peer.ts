import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Endpoint, Peer } from '@roamgrid/runtime';

/** A push that the peer received. */
export interface Push {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Revision that the body says; -1 without a body. */
  readonly rev: number;
  readonly at: number;
}

/** How a push is answered; `hang`: not at all. */
export type PushAnswer =
  | 'hang'
  | {
      readonly status?: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
      readonly delay?: number;
    };

const TAKEN = '{"status_code":1000,"timestamp":"2026-01-01T00:00:00Z"}';

/** A receiver of pushes that answers as a test tells it, and notes all it got. */
export class PushPeer {
  readonly pushes: Push[] = [];
  /** Requests under way by path, the most there ever were. */
  readonly mostAtOnce = new Map<string, number>();
  respond: (push: Push) => PushAnswer = () => ({});
  token: string;
  quirks: Record<string, string> = {};
  /** Most requests under way together. */
  mostTogether = 0;
  #together = 0;
  #rev = 0;
  readonly #atOnce = new Map<string, number>();
  #server: Server | undefined;
  #port = 0;

  constructor(
    readonly id: string,
    readonly roles: readonly string[] = ['EMSP'],
  ) {
    this.token = `token-of-${id}`;
  }

  /** Listens, always on the same port. */
  async listen(): Promise<this> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        const rev = body === '' ? -1 : (JSON.parse(body) as { rev: number }).rev;
        this.#take(
          {
            method: request.method ?? '',
            path: request.url ?? '',
            headers: request.headers,
            body,
            rev,
            at: Date.now(),
          },
          response,
        );
      });
    });
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(this.#port, '127.0.0.1', resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    return this;
  }

  /** Connections are refused from now on, those that are open are cut. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  /** The peer as the credentials service tells it. */
  peer(state: Peer['state'] = 'registered'): Peer {
    this.#rev += 1;
    const endpoint = (identifier: string): Endpoint => ({
      identifier,
      role: 'RECEIVER',
      url: `http://127.0.0.1:${this.#port}/${identifier}`,
    });
    return {
      id: this.id,
      name: this.id,
      state,
      version: '2.2.1',
      versions_url: '',
      roles: this.roles.map((role) => ({
        role,
        country_code: 'DE',
        party_id: this.id.slice(0, 3),
        business_details: Buffer.from('{}'),
      })),
      endpoints: state === 'removed' ? [] : [endpoint('locations'), endpoint('tariffs')],
      inbound_tokens: [],
      outbound_token: this.token,
      rev: this.#rev,
      quirks: this.quirks,
    };
  }

  /** Revisions of an object in the order in which they came. */
  revsOf(id: string): number[] {
    return this.pushes.filter(({ path }) => path.endsWith(`/${id}`)).map(({ rev }) => rev);
  }

  /** The newest revision that came of each object, by id. */
  newest(): Map<string, number> {
    return new Map(this.pushes.map(({ path, rev }) => [decodeURIComponent(path.split('/').at(-1) ?? ''), rev]));
  }

  #take(push: Push, response: ServerResponse): void {
    this.pushes.push(push);
    const atOnce = (this.#atOnce.get(push.path) ?? 0) + 1;
    this.#atOnce.set(push.path, atOnce);
    this.mostAtOnce.set(push.path, Math.max(atOnce, this.mostAtOnce.get(push.path) ?? 0));
    this.mostTogether = Math.max(this.mostTogether, (this.#together += 1));
    response.on('close', () => (this.#together -= 1));
    response.on('close', () => this.#atOnce.set(push.path, (this.#atOnce.get(push.path) ?? 1) - 1));
    const answer = this.respond(push);
    if (answer === 'hang') return;
    const { status = 200, body = TAKEN, headers = {}, delay = 0 } = answer;
    const send = (): void =>
      void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    if (delay > 0) setTimeout(send, delay);
    else send();
  }
}

/** Our own party, that owns what is pushed. */
export const OWN_PARTY = { country_code: 'NL', party_id: 'OWN' };
