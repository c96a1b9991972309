import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Health } from './health';

const STOP_GRACE = 5_000;

/** How an HTTP server is run; times in milliseconds. */
export interface HttpServing {
  readonly host: string;
  readonly port: number;
  /** How clients see us. Its path, if it has one, is taken off the requests of an ingress that leaves it on. */
  readonly publicUrl: string;
  readonly health: Health;
  readonly limits: Pick<ServerOptions, 'requestTimeout' | 'headersTimeout' | 'keepAliveTimeout'>;
  /** A connection on which nothing moves for so long is closed; 0: never. */
  readonly idle: number;
}

/** A listening HTTP server. */
export interface HttpServer {
  readonly port: number;
  /** Takes no more requests, lets running ones end, and cuts what is still open after 5 s. */
  close(): Promise<void>;
}

/**
 * Serves an application. Once the service is told to stop, every answer asks its client to close the connection: a proxy
 * that keeps connections open then never sends a request into one that is about to go.
 */
export async function serveHttp(app: RequestListener, serving: HttpServing): Promise<HttpServer> {
  const { host, port, publicUrl, health, limits, idle } = serving;
  const prefix = new URL(publicUrl).pathname.replace(/\/$/, '');
  const server = createServer(limits, (request, response) => {
    request.url = withoutPrefix(request.url ?? '/', prefix);
    if (health.isStopping) response.setHeader('connection', 'close');
    app(request, response);
  });
  server.setTimeout(idle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

function withoutPrefix(url: string, prefix: string): string {
  const follows = url.slice(prefix.length, prefix.length + 1);
  if (prefix === '' || !url.startsWith(prefix) || !['', '/', '?'].includes(follows)) return url;
  return follows === '/' ? url.slice(prefix.length) : `/${url.slice(prefix.length)}`;
}

async function closeServer(server: Server): Promise<void> {
  const force = setTimeout(() => server.closeAllConnections(), STOP_GRACE);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(force);
}
