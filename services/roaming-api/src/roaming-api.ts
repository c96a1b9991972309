import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createKafka } from '@roamgrid/changes';
import { conversationById, conversations, moduleById, modules } from '@roamgrid/modules';
import { ListCursorCodec } from '@roamgrid/ocpi';
import {
  askingContract,
  conversationsContract,
  credentialsContract,
  objectsContract,
  PeerDirectory,
  pullContract,
  pullOperationsContract,
  pushContract,
  pushOperationsContract,
  relaysContract,
  RoamgridError,
  serveHttp,
  UnderWay,
  type ServiceContext,
  type ServiceDefinition,
} from '@roamgrid/runtime';
import { connectMongo } from '@roamgrid/store';
import type { Backend, ServedConversation, ServedModule } from './backend';
import { KafkaChanges } from './feed/kafka-changes';
import { OpenFeeds } from './feed/open-feeds';
import { createApp } from './http/create-app';
import { KeyBudgets } from './http/key-budgets';
import { openIdempotency } from './idempotency/idempotency-document';
import { StoredIdempotency } from './idempotency/idempotency-records';
import { configuredKeys } from './keys/configured-keys';
import { openKeys } from './keys/key-document';
import { StoredKeys } from './keys/key-records';
import { KeyRing } from './keys/key-ring';
import { scopedAsking, scopedPush } from './keys/scoped-asking';
import { scopedConversations } from './keys/scoped-conversations';
import { scopedObjects } from './keys/scoped-objects';
import { kafkaPushLag } from './operations/push-lag';
import { roamingApiSections, type RoamingApiConfig } from './roaming-api-config';
import { routeTable } from './route-table';

/** The roaming API as a service. */
export const roamingApi: ServiceDefinition<RoamingApiConfig> = {
  name: 'roaming-api',
  directory: join(__dirname, '..'),
  sections: roamingApiSections,
  start,
  async prepare({ config, logger, onStop }) {
    const connection = await connectMongo(config.mongodb, logger);
    onStop('mongodb', () => connection.close());
    await Promise.all([openKeys(connection), openIdempotency(connection)]);
  },
};

async function start(context: ServiceContext<RoamingApiConfig>): Promise<void> {
  const { config, logger, clock, health, onStop } = context;
  const backend = await connectBackend(context);
  void backend.directory.follow(false);
  health.check('credentials', () =>
    backend.directory.complete ? undefined : 'no word from the credentials service yet',
  );
  if (config.apiKeys.length === 0) logger.warn('no API keys are configured: none can be made either');
  const { requestsPerSecond: perSecond, requestBurst: burst } = config.limits;
  const app = createApp(routeTable(backend), {
    keys: backend.keys,
    budgets: new KeyBudgets({ perSecond, burst }, clock),
    underWay: new UnderWay(config.limits.requestsAtOnce),
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
  follow(context, backend);
  logger.info({ host: config.http.host, port: server.port }, 'serving the roaming API');
}

type RunningBackend = Backend & { readonly changes: KafkaChanges };

/** What goes on beside the requests, until the service stops; clients of the feed are then sent elsewhere first. */
function follow({ onStop }: ServiceContext<RoamingApiConfig>, { keys, changes, feeds }: RunningBackend): void {
  const stop = new AbortController();
  const following = [keys.follow(stop.signal), changes.run(stop.signal), feeds.run(stop.signal)];
  onStop('feed', async () => {
    stop.abort();
    await Promise.all(following);
  });
}

async function connectBackend(context: ServiceContext<RoamingApiConfig>): Promise<RunningBackend> {
  const { config, logger, clock, connect, onStop } = context;
  const directory = new PeerDirectory(connect(credentialsContract, config.credentials), logger, clock);
  const push = scopedPush(connect(pushContract, config.push));
  const pull = connect(pullContract, config.pull);
  const operations = { pushOperations: connect(pushOperationsContract, config.push), pullOperations: connect(pullOperationsContract, config.pull) };
  const served = { modules: servedModules(config, connect), conversations: servedConversations(config, connect) };
  const clients = [...served.modules.flatMap(({ objects, asking, relays }) => [objects, asking, relays]), ...served.conversations.flatMap(({ calls, relays }) => [calls, relays])];
  for (const client of [directory, push, pull, ...Object.values(operations), ...clients]) onStop('client', () => client.close());
  const { publicUrl, limits } = config;
  return {
    ...(await connectStores(context, served)),
    ...served,
    directory,
    push,
    pull,
    ...operations,
    cursors: new ListCursorCodec(config.cursorKey),
    feeds: new OpenFeeds(limits.feeds, clock),
    publicUrl,
    limits,
    clock,
    logger,
  };
}

/** What this service keeps, and what it reads of Kafka. */
async function connectStores(
  { config, logger, clock, onStop }: ServiceContext<RoamingApiConfig>,
  served: Pick<Backend, 'conversations' | 'modules'>,
): Promise<Pick<RunningBackend, 'keys' | 'idempotency' | 'changes' | 'pushLag'>> {
  const connection = await connectMongo(config.mongodb, logger);
  onStop('mongodb', () => connection.close());
  const keys = new KeyRing({
    configured: configuredKeys(config.apiKeys),
    records: new StoredKeys(await openKeys(connection)),
    ...{ clock, logger, newId: randomUUID },
  });
  await keys.load();
  const kafka = createKafka(config.kafka, 'roamgrid-roaming-api', logger);
  const changes = new KafkaChanges({
    kafka,
    topicPrefix: config.kafka.topicPrefix,
    modules: [
      ...served.modules.map(({ declaration: { id, delivery } }) => ({ id, style: delivery.style })),
      ...served.conversations.map(({ declaration: { id } }) => ({ id, style: 'conversation' as const })),
    ],
    ...{ clock, logger, newId: randomUUID },
  });
  const pushLag = kafkaPushLag(kafka, config.kafka.topicPrefix, served.modules.map(({ declaration }) => declaration.id));
  return { keys, idempotency: new StoredIdempotency(await openIdempotency(connection)), changes, pushLag };
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
    const owned = scopedObjects(declaration, connect(objectsContract, address));
    const asking = scopedAsking(connect(askingContract, address), owned);
    return { declaration, version, objects: owned, asking, relays: connect(relaysContract, address) };
  });
}

/** The conversation modules that have an address. Throws config.invalid for one that is not declared. */
function servedConversations(
  { conversations: addresses }: RoamingApiConfig,
  connect: ServiceContext<RoamingApiConfig>['connect'],
): ServedConversation[] {
  return Object.entries(addresses).map(([id, address]) => {
    const declaration = conversationById(id);
    if (!declaration) {
      const known = conversations.map((conversation) => conversation.id).join(', ');
      throw new RoamgridError('config.invalid', `conversations/${id}: no such module, expected of ${known}`);
    }
    return { declaration, calls: scopedConversations(id, connect(conversationsContract, address)), relays: connect(relaysContract, address) };
  });
}
