import { once } from 'node:events';
import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { selfSignedCertificate } from '../peer/self-signed-certificate';

const ADDRESS = '127.0.0.1';

/** What an ingress is to a platform: takes TLS off, asks for no certificate of the client, and passes everything on. */
export class TlsFront {
  readonly #server: Server;
  #behind = '';

  private constructor(
    /** PEM of the authority that vouches for it. */
    readonly ca: string,
    key: string,
  ) {
    this.#server = createServer({ key, cert: ca }, (request, response) => this.#pass(request, response));
  }

  static async start(): Promise<TlsFront> {
    const { cert, key } = selfSignedCertificate(ADDRESS, Date.now());
    const front = new TlsFront(cert, key);
    front.#server.listen(0, ADDRESS);
    await once(front.#server, 'listening');
    return front;
  }

  /** Without a slash at the end. */
  get url(): string {
    return `https://${ADDRESS}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Says where requests go. */
  leadTo(url: string): void {
    this.#behind = url;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #pass(request: IncomingMessage, response: ServerResponse): void {
    const { method, headers, url = '/' } = request;
    const onward = ask(this.#behind + url, { method, headers: { ...headers, 'x-forwarded-proto': 'https' } }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }
}
