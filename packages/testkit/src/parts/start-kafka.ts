import { randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Kafka, logLevel } from 'kafkajs';

import { findOnPath, isExecutable } from '../process/find-on-path';
import { freePort } from '../process/free-port';
import { portAnswers } from '../process/port-answers';
import { promptRestart, type SupervisedProcess } from '../process/supervised-process';
import { waitUntil } from '../process/wait-until';
import { type FoundPart, findPart } from './find-part';
import { KAFKA_LOG4J, kafkaProperties } from './kafka-properties';
import { type KafkaInstall, kafkaRecipe } from './kafka-recipe';
import type { PartContext } from './part-context';
import type { ReportStep } from './part-progress';
import { runTool } from './run-tool';

export interface KafkaOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Of the KRaft controller; default: a free one. */
  readonly controllerPort?: number;
  /** Heap in MB, default 512. */
  readonly heapMb?: number;
  /** Broker properties that are added or replaced. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface StartedKafka {
  /** host:port, one or more. */
  readonly brokers: string[];
  readonly source: FoundPart<unknown>['source'];
  /** undefined when it runs elsewhere (`KAFKA_BROKERS`). */
  readonly process: SupervisedProcess | undefined;
}

/** Finds or fetches Kafka, formats its data folder once, starts it as one process and waits until it has a broker. */
export async function startKafka(context: PartContext, options: KafkaOptions = {}): Promise<StartedKafka> {
  const env = context.env ?? process.env;
  const report: ReportStep = (step) => context.onProgress?.({ part: 'kafka', ...step });
  const found = await findPart(kafkaRecipe, env, report);
  report({ step: 'start', detail: found.source === 'address' ? 'KAFKA_BROKERS' : found.install.libFolder });
  if (found.source === 'address') {
    const brokers = found.address.split(',').map((broker) => broker.trim());
    const what = 'Kafka at KAFKA_BROKERS answers';
    await waitUntil(() => hasBroker(brokers), { what, timeoutMs: 10_000, intervalMs: 500 });
    report({ step: 'ready' });
    return { brokers, source: found.source, process: undefined };
  }
  const port = options.port ?? (await freePort());
  const kafka = await runKafka(found.install, port, context, options);
  report({ step: 'ready' });
  return { brokers: [`127.0.0.1:${port}`], source: found.source, process: kafka };
}

async function runKafka(
  install: KafkaInstall,
  port: number,
  context: PartContext,
  options: KafkaOptions,
): Promise<SupervisedProcess> {
  const env = context.env ?? process.env;
  const folder = join(context.dataDir, 'kafka');
  const dataFolder = join(folder, 'data');
  if (dataFolder.includes(','))
    throw new Error(`dataDir: Kafka takes no folder with a comma in its name: ${dataFolder}`);
  await mkdir(dataFolder, { recursive: true });
  // One file for each port: a second launcher on the same folder must not change what the first one restarts with.
  const propertiesFile = join(folder, `server-${port}.properties`);
  const log4jFile = join(folder, 'log4j.properties');
  const controllerPort = options.controllerPort ?? (await freePort());
  const { properties = {} } = options;
  await writeFile(propertiesFile, kafkaProperties({ port, controllerPort, dataFolder, properties }));
  await writeFile(log4jFile, KAFKA_LOG4J);

  const java = await findJava(env);
  const jvm = (heapMb: number): string[] => [
    ...[`-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-Djava.awt.headless=true', `-Dlog4j.configuration=file:${log4jFile}`],
    ...['-cp', join(install.libFolder, '*')],
  ];
  if (!(await exists(join(dataFolder, 'meta.properties')))) {
    const format = ['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId(), '--config', propertiesFile];
    await runTool(java, [...jvm(128), ...format], { env });
  }
  return context.group.start({
    name: 'kafka',
    command: java,
    args: [...jvm(options.heapMb ?? 512), 'kafka.Kafka', propertiesFile],
    env,
    logFile: join(context.dataDir, 'logs', 'kafka.log'),
    ready: async () => (await portAnswers(port)) && (await hasBroker([`127.0.0.1:${port}`])),
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 20_000,
    restart: promptRestart,
    onKilled: (exit) => context.onKilled?.('kafka', exit),
    onRestarted: (pid) => context.onRestarted?.('kafka', pid),
    explain: explainKafkaLog,
  });
}

/** What the end of Kafka's log means to the person who started it. */
export function explainKafkaLog(log: string): string | undefined {
  if (log.includes('UnsupportedClassVersionError')) return 'the Java found is too old; Kafka needs Java 17 or later';
  if (log.includes('Failed to acquire lock on file')) return 'another Kafka runs on the same data directory';
  if (log.includes('Address already in use')) return 'another process listens on its port';
  return undefined;
}

async function hasBroker(brokers: string[]): Promise<boolean> {
  const kafka = new Kafka({
    clientId: 'roamgrid-launcher',
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length > 0;
  } finally {
    await admin.disconnect();
  }
}

async function findJava(env: NodeJS.ProcessEnv): Promise<string> {
  const ofHome = env['JAVA_HOME'] ? join(env['JAVA_HOME'], 'bin', 'java') : undefined;
  const java = ofHome !== undefined && (await isExecutable(ofHome)) ? ofHome : await findOnPath('java', env);
  if (java === undefined) throw new Error('Kafka needs Java 17 or later: java on PATH, or JAVA_HOME');
  return java;
}

/** Kafka's UUID text: 16 bytes as base64url; a leading dash would look like an option. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
