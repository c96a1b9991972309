import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { emptyEnvelope } from '@roamgrid/ocpi';
import type { PeerReply, RecordedRequest } from './recorded-request';
import { readRequest } from './recorded-request';

/** Where the suite's own peers listen, and how the platform reaches them. */
export interface PeerHostOptions {
  /** Address to listen on; default 127.0.0.1, or all addresses when `publicHost` is given. */
  readonly host?: string;
  /** Default 0: a free port. */
  readonly port?: number;
  /** Name under which the platform finds this machine, or a whole URL when a proxy stands before it. */
  readonly publicHost?: string;
}

export interface HostedPeer {
  answer(request: RecordedRequest): Promise<PeerReply>;
}

/** One HTTP server for all peers of the suite; each lives below a path of its own. */
export class PeerHost {
  readonly #peers = new Map<string, HostedPeer>();
  readonly #server: Server;
  readonly #publicHost: string | undefined;

  private constructor(publicHost: string | undefined) {
    this.#publicHost = publicHost;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy());
    });
  }

  static async start({ publicHost, host, port = 0 }: PeerHostOptions = {}): Promise<PeerHost> {
    const peers = new PeerHost(publicHost);
    const address = host ?? (publicHost === undefined ? '127.0.0.1' : '0.0.0.0');
    await new Promise<void>((resolve, reject) => {
      peers.#server.once('error', reject).listen(port, address, resolve);
    });
    return peers;
  }

  /** Adds a peer; gives the URL below which it is reached, without a slash at the end. */
  add(name: string, peer: HostedPeer): string {
    this.#peers.set(name, peer);
    return `${this.#base()}/${name}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #base(): string {
    const { port } = this.#server.address() as AddressInfo;
    const host = this.#publicHost ?? '127.0.0.1';
    return /^https?:\/\//.test(host) ? host.replace(/\/+$/, '') : `http://${host}:${port}`;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name = '', path = ''] = /^\/([^/?]*)(.*)$/.exec(incoming.url ?? '') ?? [];
    const request = await readRequest(incoming, path);
    const peer = this.#peers.get(name);
    const reply: PeerReply = peer ? await peer.answer(request) : { http: 404, status: 2000 };
    if (reply.hangUp) {
      response.destroy();
      return;
    }
    const body = reply.text ?? withData(emptyEnvelope(reply.status ?? 1000, Date.now(), reply.message), reply.data);
    response.writeHead(reply.http ?? 200, {
      'content-type': 'application/json',
      'x-request-id': String(incoming.headers['x-request-id'] ?? ''),
      'x-correlation-id': String(incoming.headers['x-correlation-id'] ?? ''),
      ...reply.headers,
    });
    response.end(body);
  }
}

function withData(envelope: string, data: unknown): string {
  return data === undefined ? envelope : `{"data":${JSON.stringify(data)},${envelope.slice(1)}`;
}
