import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An object as a peer lists it: JSON text, so that it can be anything. */
export interface ListedObject {
  readonly json: string;
  /** Epoch milliseconds, for date_from. */
  readonly lastUpdated: number;
}

/** What a peer says instead of the page that was asked for. */
export type Script = (url: URL, response: ServerResponse) => 'said' | 'page' | Promise<'said' | 'page'>;

/** A peer with one list, which it pages as it likes: at most `cap` objects, next links with an argument of its own. */
export class ListPeer {
  objects: ListedObject[] = [];
  cap = 3;
  /** X-Total-Count, where it is not the truth; `none`: there is no such header. */
  total: number | 'none' | undefined;
  /** Asked before each page. */
  script: Script = () => 'page';
  /** Path and query of each request so far. */
  readonly requests: string[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** Most requests that were open at once. */
  mostOpen = 0;
  #open = 0;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<ListPeer> {
    const peer = new ListPeer();
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get endpoint(): string {
    return `${this.origin}/ocpi/cpo/2.2.1/list`;
  }

  /** The next link of a page, as this peer writes it. */
  link(url: URL, offset: number): string {
    const dateFrom = url.searchParams.get('date_from');
    const window = dateFrom === null ? '' : `&date_from=${encodeURIComponent(dateFrom)}`;
    return `${this.endpoint}?offset=${offset}&limit=${this.cap}${window}&shard=%7Ea`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.mostOpen = Math.max(this.mostOpen, (this.#open += 1));
    response.on('close', () => (this.#open -= 1));
    const url = new URL(request.url ?? '', this.origin);
    this.requests.push(`${url.pathname}${url.search}`);
    this.headers.push(request.headers);
    if ((await this.script(url, response)) === 'page') this.page(url, response);
  }

  /** Answers with the page that was asked for, and with another next link where one is given. */
  page(url: URL, response: ServerResponse, link?: string): void {
    const from = Date.parse(url.searchParams.get('date_from') ?? '1970-01-01T00:00:00Z');
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const listed = this.objects.filter(({ lastUpdated }) => lastUpdated >= from);
    const page = listed.slice(offset, offset + Math.min(this.cap, Number(url.searchParams.get('limit') ?? this.cap)));
    const end = offset + page.length;
    const next = link ?? (end < listed.length ? this.link(url, end) : undefined);
    response.setHeader('content-type', 'application/json');
    if (this.total !== 'none') response.setHeader('x-total-count', this.total ?? listed.length);
    response.setHeader('x-limit', this.cap);
    if (next !== undefined) response.setHeader('link', `<${next}>; rel="next"`);
    const data = page.map(({ json }) => json).join(', ');
    response.end(`{"data": [${data}], "status_code": 1000, "timestamp": "2026-01-01T00:00:00Z"}`);
  }
}
