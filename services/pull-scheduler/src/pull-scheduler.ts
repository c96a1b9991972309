import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { EgressPolicy, OcpiClient } from '@roamgrid/ocpi-client';
import { modules } from '@roamgrid/modules';
import {
  credentialsContract,
  objectsContract,
  PeerDirectory,
  pullContract,
  pullOperationsContract,
  RoamgridError,
  type Client,
  type ObjectsCalls,
  type ServiceContext,
  type ServiceDefinition,
} from '@roamgrid/runtime';
import { connectionProblem, connectMongo } from '@roamgrid/store';
import { Gate } from './gate';
import { JobSet } from './job-set';
import { JobStore } from './job-store';
import { operationsHandlers } from './operations-handlers';
import { Pauses } from './pauses';
import { PeerWindows } from './peer-windows';
import { pullHandlers } from './pull-handlers';
import { pullSchedulerSections, type PullSchedulerConfig } from './pull-scheduler-config';
import { Quarantine } from './quarantine';
import { SeenKeys } from './seen-keys';

/** Pulls from every peer what concerns us: deltas often, everything seldom. */
export const pullScheduler: ServiceDefinition<PullSchedulerConfig> = {
  name: 'pull-scheduler',
  directory: join(__dirname, '..'),
  sections: pullSchedulerSections,
  start: startPullScheduler,
  async prepare({ config, logger, onStop }) {
    const connection = await connectMongo(config.mongodb, logger);
    onStop('mongodb', () => connection.close());
    await Promise.all([JobStore.open(connection), SeenKeys.open(connection), Quarantine.open(connection), Pauses.open(connection)]);
  },
};

async function startPullScheduler(service: ServiceContext<PullSchedulerConfig>): Promise<void> {
  const { config, logger, clock, health, holder, grpc, connect, onStop } = service;
  const connection = await connectMongo(config.mongodb, logger);
  onStop('mongodb', () => connection.close());
  health.check('mongodb', () => connectionProblem(connection));
  const jobs = await JobStore.open(connection);
  const directory = new PeerDirectory(connect(credentialsContract, config.credentials), logger, clock);
  const egress = new EgressPolicy(config.egress);
  const quiet = logger.child({}, { level: 'warn' }); // places are held for the time of a turn: their coming and going is no news
  const context = {
    ...{ config, connection, clock, logger, jobs },
    seenKeys: await SeenKeys.open(connection),
    quarantine: await Quarantine.open(connection),
    client: new OcpiClient({ egress, clock, timeouts: { connect: config.timeouts.connect } }),
    objects: objectsClients(service),
    holder,
    gate: new Gate(config.limits.crawls),
    windows: new PeerWindows(config.limits.perPeer, { connection, clock, holder, ttl: config.timeouts.lease, logger: quiet }),
    pauses: await Pauses.open(connection),
    random: Math.random,
    ids: randomUUID,
  };
  const served = modules.filter(({ id }) => Object.hasOwn(config.objects, id));
  const set = new JobSet(context, directory, served);
  const following = directory.follow(true);
  onStop('crawls', () => set.stop());
  onStop('directory', async () => {
    directory.close();
    await following;
  });
  const wake = (): void => set.wake();
  const stop = new AbortController();
  const pausing = context.pauses.follow({ clock, logger }, wake, stop.signal);
  onStop('pauses', async () => {
    stop.abort();
    await pausing;
  });
  grpc.add(pullContract, pullHandlers(jobs, directory, clock, wake));
  grpc.add(pullOperationsContract, operationsHandlers({ ...context, directory, wake }));
}

/** A client for every module that has an address. */
function objectsClients({
  config,
  connect,
  onStop,
}: ServiceContext<PullSchedulerConfig>): (module: string) => Client<ObjectsCalls> {
  const clients = new Map(
    Object.entries(config.objects).map(([module, address]) => [module, connect(objectsContract, address)]),
  );
  onStop('module clients', () => {
    for (const client of clients.values()) client.close();
  });
  return (module) => {
    const client = clients.get(module);
    if (!client) throw new RoamgridError('config.invalid', `objects: no address for ${module}`);
    return client;
  };
}
