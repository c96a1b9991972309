import { createServer } from 'node:http';
import { connectGrpc, objectsContract, PeerDirectory, type ServiceContext } from '@roamgrid/runtime';
import { createGatewayApp } from './gateway-app';
import type { GatewayConfig } from './gateway-config';

/** Slow clients hold a socket, never more: time limits for the head and for the whole request. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;

/** Starts the edge: OCPI over HTTP outside, gRPC inside. */
export async function startGateway({ config, logger, clock, health, onStop }: ServiceContext<GatewayConfig>): Promise<void> {
  const directory = new PeerDirectory(config.credentials, logger, clock);
  const following = directory.follow(false);
  onStop('directory', async () => {
    directory.close();
    await following;
  });
  health.check('credentials', () => (directory.complete ? undefined : 'the directory of peers is not here yet'));

  const objects = new Map(Object.entries(config.objects).map(([module, address]) => [module, connectGrpc(objectsContract, address)]));
  onStop('objects', () => objects.forEach((client) => client.close()));

  const server = createServer(createGatewayApp({ config, directory, objects, logger }));
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(config.http.port, config.http.host, resolve);
  });
  onStop('http', async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    await closed;
  });
}
