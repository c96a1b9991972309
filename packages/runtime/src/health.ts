import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Why a service cannot serve at the moment; undefined when it can. */
export type ReadinessCheck = () => string | undefined;

/**
 * Probes over HTTP. `/healthz`: the process lives; a dependency that is down never fails it. `/readyz`: it can serve now,
 * else 503 with the reasons.
 */
export class Health {
  readonly #checks = new Map<string, ReadinessCheck>();
  #server: Server | undefined;
  #started = false;
  #stopping = false;

  /** Adds a reason that can keep the service from being ready. */
  check(name: string, readiness: ReadinessCheck): void {
    this.#checks.set(name, readiness);
  }

  started(): void {
    this.#started = true;
  }

  stopping(): void {
    this.#stopping = true;
  }

  /** Whether this process has been told to stop: it serves on for a moment, and wants its clients to go elsewhere. */
  get isStopping(): boolean {
    return this.#stopping;
  }

  /** All that keeps the service from serving now; empty when it can. */
  reasons(): string[] {
    if (this.#stopping) return ['stopping'];
    if (!this.#started) return ['starting'];
    return [...this.#checks].flatMap(([name, readiness]) => {
      const reason = readiness();
      return reason === undefined ? [] : [`${name}: ${reason}`];
    });
  }

  async listen(host: string, port: number): Promise<number> {
    const server = createServer((request, response) => {
      const reasons = request.url === '/healthz' ? [] : this.reasons();
      const known = request.url === '/healthz' || request.url === '/readyz';
      response.writeHead(known ? (reasons.length === 0 ? 200 : 503) : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ok: known && reasons.length === 0, reasons }));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, host, resolve);
    });
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
