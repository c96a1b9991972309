import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { moduleById, modules } from '@roamgrid/modules';
import { ListCursorCodec } from '@roamgrid/ocpi';
import {
  credentialsContract,
  objectsContract,
  PeerDirectory,
  pullContract,
  pushContract,
  RoamgridError,
  serveHttp,
  type ServiceContext,
  type ServiceDefinition,
} from '@roamgrid/runtime';
import type { Backend, ServedModule } from './backend';
import { ApiKeys } from './http/api-keys';
import { createApp } from './http/create-app';
import { roamingApiSections, type RoamingApiConfig } from './roaming-api-config';
import { routeTable } from './route-table';

/** The roaming API as a service. */
export const roamingApi: ServiceDefinition<RoamingApiConfig> = {
  name: 'roaming-api',
  directory: join(__dirname, '..'),
  sections: roamingApiSections,
  start,
};

async function start(context: ServiceContext<RoamingApiConfig>): Promise<void> {
  const { config, logger, clock, health, onStop } = context;
  const backend = connectBackend(context);
  void backend.directory.follow(false);
  health.check('credentials', () =>
    backend.directory.complete ? undefined : 'no word from the credentials service yet',
  );
  const keys = new ApiKeys(config.apiKeys);
  if (config.apiKeys.length === 0) logger.warn('no API keys are configured: nobody can call');
  const app = createApp(routeTable(backend), {
    keys,
    bodySeconds: config.limits.bodySeconds,
    trustedProxies: config.trustedProxies,
    clock,
    logger,
    newId: randomUUID,
  });
  const server = await serveHttp(app, {
    ...config.http,
    publicUrl: config.publicUrl,
    health,
    limits: { requestTimeout: 0, headersTimeout: 20_000 }, // imports last; the application limits all other requests itself
    idle: config.limits.idleSeconds * 1000,
  });
  onStop('http', () => server.close());
  logger.info({ host: config.http.host, port: server.port }, 'serving the roaming API');
}

function connectBackend({ config, logger, clock, connect, onStop }: ServiceContext<RoamingApiConfig>): Backend {
  const directory = new PeerDirectory(connect(credentialsContract, config.credentials), logger, clock);
  const push = connect(pushContract, config.push);
  const pull = connect(pullContract, config.pull);
  const served = servedModules(config, connect);
  for (const client of [directory, push, pull, ...served.map(({ objects }) => objects)])
    onStop('client', () => client.close());
  const { publicUrl, limits } = config;
  return {
    modules: served,
    directory,
    push,
    pull,
    cursors: new ListCursorCodec(config.cursorKey),
    publicUrl,
    limits,
    clock,
    logger,
  };
}

/** The modules that have an address. Throws config.invalid for one that is not declared, or not in this version. */
function servedModules(
  { objects, ocpiVersion: version }: RoamingApiConfig,
  connect: ServiceContext<RoamingApiConfig>['connect'],
): ServedModule[] {
  return Object.entries(objects).map(([id, address]) => {
    const declaration = moduleById(id);
    if (!declaration?.versions[version]) {
      const known = modules.filter(({ versions }) => versions[version]).map((module) => module.id);
      throw new RoamgridError(
        'config.invalid',
        `objects/${id}: no such module in OCPI ${version}, expected of ${known.join(', ')}`,
      );
    }
    return { declaration, version, objects: connect(objectsContract, address) };
  });
}
