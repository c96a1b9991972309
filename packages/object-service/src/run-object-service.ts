import { join } from 'node:path';
import { ChangeRelay, changeTopic, createKafka, ensureChangeTopic } from '@roamgrid/changes';
import type { ModuleDeclaration } from '@roamgrid/modules';
import {
  kafkaSection,
  mongoSection,
  objectsContract,
  relaysContract,
  runService,
  type KafkaConfig,
  type MongoConfig,
  type PrepareContext,
  type ServiceContext,
} from '@roamgrid/runtime';
import { connectionProblem, connectMongo, ObjectStore, type Connection } from '@roamgrid/store';
import { objectHandlers } from './object-handlers';
import type { ObjectHooks } from './object-hooks';

export interface ObjectServiceConfig {
  readonly mongodb: MongoConfig;
  readonly kafka: KafkaConfig;
}

/** The version whose bytes are published to the company's own systems. */
const PUBLISHED_VERSION = '2.2.1';

/** What a service of a module has beside that: sections of configuration, and hooks that need other parts. */
export interface ObjectServiceExtension<Extra extends object> {
  readonly sections: Readonly<Record<string, object>>;
  readonly hooks: (context: ServiceContext<ObjectServiceConfig & Extra>, parts: ObjectServiceParts) => Promise<ObjectHooks> | ObjectHooks;
}

/** What the hooks of a service may work with. */
export interface ObjectServiceParts {
  readonly connection: Connection;
  readonly store: ObjectStore;
}

const NOTHING_MORE: ObjectServiceExtension<object> = { sections: {}, hooks: () => ({}) };

/** Runs the service of a module as this process: its collection, its contract, its relay. `main` is the __dirname of its main. */
export async function runObjectService<Extra extends object = object>(
  module: ModuleDeclaration,
  main: string,
  extension: ObjectServiceExtension<Extra> = NOTHING_MORE,
): Promise<void> {
  await runService<ObjectServiceConfig & Extra>({
    name: module.id,
    directory: join(main, '..'),
    sections: { mongodb: mongoSection, kafka: kafkaSection, ...extension.sections },
    start: (context) => startObjectService(module, context, extension),
    prepare: (context) => prepareObjectService(module, context),
  });
}

async function prepareObjectService(module: ModuleDeclaration, context: PrepareContext<ObjectServiceConfig>): Promise<void> {
  const { config, logger, clock, onStop } = context;
  const connection = await connectMongo(config.mongodb, logger);
  onStop('mongodb', () => connection.close());
  await ObjectStore.open(connection, module.id, clock, { history: module.history !== false });
  await ensureChangeTopic(
    createKafka(config.kafka, `roamgrid-${module.id}`, logger),
    changeTopic(config.kafka.topicPrefix, module.id),
    module.delivery.style,
  );
}

async function startObjectService<Extra extends object>(
  module: ModuleDeclaration,
  context: ServiceContext<ObjectServiceConfig & Extra>,
  extension: ObjectServiceExtension<Extra>,
): Promise<void> {
  const { config, logger, clock, health, holder, grpc, onStop } = context;
  const connection = await connectMongo(config.mongodb, logger);
  onStop('mongodb', () => connection.close());
  health.check('mongodb', () => connectionProblem(connection));

  const store = await ObjectStore.open(connection, module.id, clock, { history: module.history !== false });
  onStop('writes', () => store.drain());
  grpc.add(objectsContract, objectHandlers(module, store, await extension.hooks(context, { connection, store })));
  const stop = new AbortController();
  const counting = store.keepCounted(stop.signal, (error) => logger.warn({ err: error }, 'counters not checked'));
  onStop('counting', () => {
    stop.abort();
    return counting;
  });

  const relay = new ChangeRelay({
    connection,
    collections: store.collections,
    kafka: createKafka(config.kafka, `roamgrid-${module.id}`, logger),
    topicPrefix: config.kafka.topicPrefix,
    module: module.id,
    style: module.delivery.style,
    version: PUBLISHED_VERSION,
    holder,
    clock,
    logger,
  });
  grpc.add(relaysContract, { Status: () => relay.status() });
  const relaying = relay.run(stop.signal);
  onStop('relay', async () => {
    stop.abort();
    await relaying;
  });
}
