import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { freePort } from '../process/free-port';
import { portAnswers } from '../process/port-answers';
import { promptRestart, type SupervisedProcess } from '../process/supervised-process';
import { waitUntil } from '../process/wait-until';
import { type FoundPart, findPart } from './find-part';
import { type MongodInstall, mongodRecipe } from './mongod-recipe';
import type { PartContext } from './part-context';
import type { ReportStep } from './part-progress';
import { answersAsReplicaSet, isPrimary, REPLICA_SET } from './replica-set';

export interface MongodOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** WiredTiger cache in GB, default 0.5. */
  readonly cacheGb?: number;
  /** Oplog in MB, default 512. How long a change stream may be behind. */
  readonly oplogMb?: number;
  /** Further command line arguments. */
  readonly args?: readonly string[];
}

export interface StartedMongod {
  readonly uri: string;
  readonly source: FoundPart<unknown>['source'];
  /** undefined when it runs elsewhere (`MONGODB_URI`). */
  readonly process: SupervisedProcess | undefined;
}

/** Finds or fetches mongod, starts it as a replica set of one and waits until it is primary. */
export async function startMongod(context: PartContext, options: MongodOptions = {}): Promise<StartedMongod> {
  const report: ReportStep = (step) => context.onProgress?.({ part: 'mongod', ...step });
  const found = await findPart(mongodRecipe, context.env ?? process.env, report);
  report({ step: 'start', detail: found.source === 'address' ? 'MONGODB_URI' : found.install.binary });
  if (found.source === 'address') {
    const what = 'the MongoDB at MONGODB_URI answers as a replica set';
    await waitUntil(() => answersAsReplicaSet(found.address), { what, timeoutMs: 10_000, intervalMs: 500 });
    report({ step: 'ready' });
    return { uri: found.address, source: found.source, process: undefined };
  }
  const port = options.port ?? (await freePort());
  const mongod = await runMongod(found.install, port, context, options);
  report({ step: 'ready' });
  return { uri: `mongodb://127.0.0.1:${port}/?replicaSet=${REPLICA_SET}`, source: found.source, process: mongod };
}

async function runMongod(
  install: MongodInstall,
  port: number,
  context: PartContext,
  options: MongodOptions,
): Promise<SupervisedProcess> {
  const folder = join(context.dataDir, 'mongod');
  await mkdir(folder, { recursive: true });
  return context.group.start({
    name: 'mongod',
    command: install.binary,
    args: [
      ...['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--nounixsocket'],
      ...['--replSet', REPLICA_SET, '--oplogSize', String(options.oplogMb ?? 512)],
      ...['--wiredTigerCacheSizeGB', String(options.cacheGb ?? 0.5)],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
      // The only member has nobody to hand over to, so a stop need not wait for one.
      ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
      ...(options.args ?? []),
    ],
    logFile: join(context.dataDir, 'logs', 'mongod.log'),
    ready: async () => (await portAnswers(port)) && (await isPrimary(port)),
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 20_000,
    restart: promptRestart,
    onKilled: (exit) => context.onKilled?.('mongod', exit),
    onRestarted: (pid) => context.onRestarted?.('mongod', pid),
    explain: explainMongodLog,
  });
}

/** What the end of mongod's log means to the person who started it. */
export function explainMongodLog(log: string): string | undefined {
  const library = /error while loading shared libraries: (\S+):/.exec(log)?.[1];
  if (library !== undefined) {
    return `the shared library ${library} is missing; apt-get install libcurl4 libssl3 brings all that mongod needs`;
  }
  if (log.includes('DBPathInUse')) return 'another mongod runs on the same data directory';
  if (log.includes('Address already in use')) return 'another process listens on its port';
  return undefined;
}
