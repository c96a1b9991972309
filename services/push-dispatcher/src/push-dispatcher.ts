import { once } from 'node:events';
import { join } from 'node:path';
import { ChangeConsumer, changeTopic, createKafka, ensureChangeTopic, placedClientId } from '@roamgrid/changes';
import { EgressPolicy } from '@roamgrid/ocpi-client';
import {
  credentialsContract,
  messageOf,
  PeerDirectory,
  pushContract,
  pushOperationsContract,
  type ServiceContext,
  type ServiceDefinition,
} from '@roamgrid/runtime';
import { connectionProblem, connectMongo } from '@roamgrid/store';
import { AttemptLog } from './attempts/attempt-log';
import { Backlogs } from './backlog/backlogs';
import { openCollections, type Collections } from './collections';
import { PeerControls } from './control/peer-controls';
import { dispatcherSections, type DispatcherConfig } from './dispatcher-config';
import { ClientStatuses } from './hubs/client-statuses';
import { HubReader } from './hubs/hub-reader';
import { ChangeIntake } from './intake/change-intake';
import { DueLook } from './lane/due-look';
import { Lanes } from './lane/lanes';
import { Unsettled } from './lane/unsettled';
import { ObjectsByModule } from './objects-by-module';
import { PushOperations } from './operations/push-operations';
import { PushStatus } from './push-status';
import { RemovedPeers } from './removed-peers';
import { News } from './replicas/news';
import { Replicas } from './replicas/replicas';
import { DeliveryRows } from './rows/delivery-rows';
import { OwedOverview } from './rows/owed-overview';

type Context = ServiceContext<DispatcherConfig>;

/** The consumer group, behind the platform's prefix: all replicas share it, and platforms may share a Kafka. */
const GROUP = 'push-dispatcher';
const TOPIC_RETRY = 1_000;

/** Brings every change of our own parties to every peer that it interests. */
export const pushDispatcher: ServiceDefinition<DispatcherConfig> = {
  name: 'push-dispatcher',
  directory: join(__dirname, '..'),
  sections: dispatcherSections,
  start,
  async prepare({ config, logger, onStop }) {
    const connection = await connectMongo(config.mongodb, logger);
    onStop('mongodb', () => connection.close());
    await openCollections(connection, config);
  },
};

async function start(context: Context): Promise<void> {
  const { config, logger, clock, health, holder, connect, onStop } = context;
  const objects = new ObjectsByModule(config.objects, connect);
  onStop('objects', () => objects.close());
  const connection = await connectMongo(config.mongodb, logger);
  onStop('mongodb', () => connection.close());
  health.check('mongodb', () => connectionProblem(connection));
  const collections = await openCollections(connection, config);
  const rows = new DeliveryRows(collections.rows);
  const backlogs = new Backlogs(collections.backlogs);
  const controls = new PeerControls({ controls: collections.controls, clock, logger });
  const attempts = new AttemptLog({ attempts: collections.attempts, config: config.attempts, clock, logger });
  onStop('attempts', () => attempts.close());
  const directory = startDirectory(context);
  const removed = new RemovedPeers({ rows, backlogs, controls, credentials: directory.credentials, clock, logger });
  const statuses = new ClientStatuses(directory);
  const holds: ClientStatuses['holds'] = (receiver) => statuses.holds(receiver);
  const egress = new EgressPolicy(config.egress);
  const stores = { holder, connection, rows, backlogs, controls, attempts, objects };
  const platform = (): PeerDirectory['platform'] => directory.platform;
  const full = (): boolean => replicas.full;
  const sending = { egress, holds, unsettled: new Unsettled(), random: Math.random };
  const lanes = new Lanes({ ...stores, ...sending, platform, full, config, clock, logger }, directory, () => removed.wake());
  const load = (): ReturnType<Lanes['load']> => lanes.load();
  const onSurplus = (surplus: number): void => lanes.giveBack(surplus);
  const replicas = new Replicas({ replicas: collections.replicas, load, onSurplus, clock, logger });
  serve(context, { ...stores, collections, directory, lanes });

  const alone = (): boolean => replicas.alone;
  const news = new News({ news: collections.news, id: replicas.id, alone, onNews: (ids) => lanes.bring(ids), clock, logger });
  const intake = new ChangeIntake({ directory, modules: objects.modules, rows, clock, onRows: (ids) => news.tell(lanes.bring(ids)) });
  const hubs = new HubReader({ objects, directory, statuses, onChange: () => lanes.judge(), clock, logger });
  const dueLook = new DueLook({ rows, lanes, modules: objects.modules.map(({ id }) => id), clock, logger });
  const stop = new AbortController();
  const consumer = consumerOf(context, objects, intake);
  const working = work({ directory, lanes, dueLook, controls, replicas, news, removed, hubs, consumer }, stop.signal);
  onStop('lanes', () => lanes.stop());
  onStop('consumer', async () => {
    stop.abort();
    await working;
  });
}

interface Served {
  readonly collections: Collections;
  readonly rows: DeliveryRows;
  readonly backlogs: Backlogs;
  readonly controls: PeerControls;
  readonly objects: ObjectsByModule;
  readonly directory: PeerDirectory;
  readonly lanes: Lanes;
}

function serve({ grpc, clock, logger }: Context, { collections, rows, backlogs, controls, objects, directory, lanes }: Served): void {
  const owed = new OwedOverview(collections.rows, clock);
  const { modules } = objects;
  const { rows: rowCollection, attempts } = collections;
  grpc.add(pushContract, new PushStatus({ hosts: () => lanes.hosts(), rows, owed, clock }));
  const operations = { directory, modules, rows, rowCollection, owed, attempts, backlogs, controls, lanes, clock, logger };
  grpc.add(pushOperationsContract, new PushOperations(operations));
}

interface Parts {
  readonly directory: PeerDirectory;
  readonly lanes: Lanes;
  readonly dueLook: DueLook;
  readonly controls: PeerControls;
  readonly replicas: Replicas;
  readonly news: News;
  readonly removed: RemovedPeers;
  readonly hubs: HubReader;
  readonly consumer: (signal: AbortSignal) => Promise<void>;
}

/**
 * Nothing is accepted before all peers are known: what is accepted without them would never reach them. Nothing is sent before it
 * is known whom hubs say not to send to, and whom operators have paused.
 */
async function work({ directory, lanes, dueLook, controls, replicas, news, removed, hubs, consumer }: Parts, signal: AbortSignal): Promise<void> {
  if (!directory.complete) await once(directory, 'complete', { signal }).catch(() => undefined); // ends with the signal
  await Promise.all([hubs.begin(signal), controls.begin(signal)]);
  if (signal.aborted) return;
  lanes.start();
  const controlling = controls.run(() => lanes.control(), signal);
  const feeding = [replicas.run(signal), news.run(signal), dueLook.run(signal)];
  await Promise.all([controlling, ...feeding, removed.run(signal), hubs.run(signal), consumer(signal)]);
}

/**
 * Consumes the topics of all modules that are pushed; one that no service has created yet must not keep the others
 * waiting.
 */
function consumerOf(
  { config, logger, clock, health, holder }: Context,
  objects: ObjectsByModule,
  intake: ChangeIntake,
): Parts['consumer'] {
  const kafka = createKafka(config.kafka, placedClientId('roamgrid-push-dispatcher', holder), logger);
  const topicOf = (module: string): string => changeTopic(config.kafka.topicPrefix, module);
  const topics = objects.modules.map(({ id }) => topicOf(id));
  const accept = intake.accept.bind(intake);
  const consumer = new ChangeConsumer({
    kafka,
    groupId: `${config.kafka.topicPrefix}.${GROUP}`,
    topics,
    accept,
    clock,
    logger,
  });
  health.check('changes', () => consumer.problem);
  return async (signal: AbortSignal): Promise<void> => {
    for (const { id, delivery } of objects.modules) {
      while (!signal.aborted) {
        try {
          await ensureChangeTopic(kafka, topicOf(id), delivery.style);
          break;
        } catch (error) {
          logger.warn({ module: id, reason: messageOf(error) }, 'topic not to be had');
          await clock.sleep(TOPIC_RETRY, signal);
        }
      }
    }
    if (!signal.aborted) await consumer.run(signal);
  };
}

function startDirectory({ config, logger, clock, health, connect, onStop }: Context): PeerDirectory {
  const directory = new PeerDirectory(connect(credentialsContract, config.credentials), logger, clock);
  const following = directory.follow(true);
  onStop('directory', async () => {
    directory.close();
    await following;
  });
  health.check('directory', () => (directory.complete ? undefined : 'not complete yet'));
  return directory;
}
