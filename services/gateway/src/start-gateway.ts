import { conversationsContract, credentialsContract, objectsContract, PeerDirectory, serveHttp, type ServiceContext } from '@roamgrid/runtime';
import { createGatewayApp } from './gateway-app';
import type { GatewayConfig } from './gateway-config';
import { refusingTooMany } from './refusing-too-many';

/** Slow clients hold a socket, never more: time limits for the head and for the whole request. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 60_000;

/** Starts the edge: OCPI over HTTP outside, gRPC inside. */
export async function startGateway({ config, logger, clock, health, connect, onStop }: ServiceContext<GatewayConfig>): Promise<void> {
  const directory = new PeerDirectory(connect(credentialsContract, config.credentials), logger, clock);
  const following = directory.follow(false);
  onStop('directory', async () => {
    directory.close();
    await following;
  });
  health.check('credentials', () => (directory.complete ? undefined : 'the directory of peers is not here yet'));

  const objects = new Map(Object.entries(config.objects).map(([module, address]) => [module, connect(objectsContract, address)]));
  onStop('objects', () => objects.forEach((client) => client.close()));
  const conversations = new Map(Object.entries(config.conversations).map(([module, address]) => [module, connect(conversationsContract, address)]));
  onStop('conversations', () => conversations.forEach((client) => client.close()));

  const app = createGatewayApp({ config, directory, objects, conversations, clock, logger });
  const server = await serveHttp(refusingTooMany(app, config.requestsAtOnce), {
    ...config.http,
    publicUrl: config.publicUrl,
    health,
    limits: { headersTimeout: HEADERS_TIMEOUT, requestTimeout: REQUEST_TIMEOUT, keepAliveTimeout: 65_000 },
    idle: 0,
  });
  onStop('http', () => server.close());
}
