import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';

import { ProcessGroup } from '../process/process-group';
import type { SupervisedProcess } from '../process/supervised-process';
import type { PartContext } from './part-context';
import { type KafkaOptions, type StartedKafka, startKafka } from './start-kafka';
import { type MongodOptions, type StartedMongod, startMongod } from './start-mongod';

export interface StartPartsOptions extends Omit<PartContext, 'group'> {
  readonly mongo?: MongodOptions;
  readonly kafka?: KafkaOptions;
  /**
   * The group that is to own the parts, for a launcher that starts more after them. Default: a new one, stopped by the
   * signals that end this process.
   */
  readonly group?: ProcessGroup;
}

/** MongoDB and Kafka, running. */
export interface Parts {
  /** With `replicaSet`, without a database name; stays the same over restarts of mongod. */
  readonly mongodbUri: string;
  /** host:port, one or more; the same over restarts. */
  readonly kafkaBrokers: string[];
  /** undefined when it was given by `MONGODB_URI`. */
  readonly mongod: SupervisedProcess | undefined;
  /** undefined when it was given by `KAFKA_BROKERS`. */
  readonly kafka: SupervisedProcess | undefined;
  readonly sources: { readonly mongod: StartedMongod['source']; readonly kafka: StartedKafka['source'] };
  /** Stops what was started here, by pid. Data stays. */
  stop(): Promise<void>;
}

/**
 * Finds or fetches MongoDB and Kafka, starts both at once on 127.0.0.1 and waits until they take writes. Both are
 * brought back on the same port and data when they die. When one of them can not be started, the other one is stopped and the
 * error is thrown.
 */
export async function startParts(options: StartPartsOptions): Promise<Parts> {
  const { mongo, kafka, ...context } = options;
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const own = new ProcessGroup();
  if (options.group) options.group.add(own);
  else own.stopWithProcess();
  const part = { ...context, dataDir, group: own };
  try {
    const [mongod, broker] = await Promise.all([startMongod(part, mongo), startKafka(part, kafka)]);
    return {
      mongodbUri: mongod.uri,
      kafkaBrokers: broker.brokers,
      mongod: mongod.process,
      kafka: broker.process,
      sources: { mongod: mongod.source, kafka: broker.source },
      stop: () => own.stop(),
    };
  } catch (error) {
    await own.stop();
    throw error;
  }
}
