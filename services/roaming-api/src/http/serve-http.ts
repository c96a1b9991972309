import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';

const STOP_GRACE = 5_000;

/** A listening HTTP server. */
export interface HttpServer {
  readonly port: number;
  /** Takes no more requests, lets running ones end, and cuts what is still open after 5 s. */
  close(): Promise<void>;
}

/**
 * Serves an application. Connections on which nothing moves for `idle` milliseconds are closed. Node's limit on the
 * time of a whole request is off, because imports last; the application has its own for all others.
 */
export async function serveHttp(app: Express, host: string, port: number, idle: number): Promise<HttpServer> {
  const server = createServer({ requestTimeout: 0, headersTimeout: 20_000 }, app);
  server.setTimeout(idle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const force = setTimeout(() => server.closeAllConnections(), STOP_GRACE);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(force);
}
