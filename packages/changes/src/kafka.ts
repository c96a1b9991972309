import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { Kafka, logLevel, type LogEntry, type SASLOptions } from 'kafkajs';
import type { KafkaConfig, Logger } from '@roamgrid/runtime';
import { listUncommitted } from './list-uncommitted';
import { restWhenIdle } from './rest-when-idle';
import { takePlaceOfPredecessor } from './take-place';

/** A Kafka client that logs into ours. Without `tls` and `sasl`: plaintext, as anybody. */
export function createKafka(config: Pick<KafkaConfig, 'brokers'> & Partial<KafkaConfig>, clientId: string, logger: Logger): Kafka {
  restWhenIdle();
  listUncommitted();
  takePlaceOfPredecessor();
  return new Kafka({
    clientId,
    brokers: [...config.brokers],
    ...(config.tls?.enabled && { ssl: tlsOptions(config.tls) }),
    ...(config.sasl?.mechanism && { sasl: saslOptions(config.sasl) }),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    // A consumer that crashed is replaced by ours: the library's own restart would come beside it, and be one member of the group too many.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5, restartOnFailure: () => Promise.resolve(false) },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => toLogger(logger, entry),
  });
}

function tlsOptions({ caFile, certFile, keyFile }: KafkaConfig['tls']): ConnectionOptions {
  return {
    ...(caFile !== '' && { ca: [readFileSync(caFile)] }),
    ...(certFile !== '' && { cert: readFileSync(certFile) }),
    ...(keyFile !== '' && { key: readFileSync(keyFile) }),
  };
}

function saslOptions({ mechanism, username, password }: KafkaConfig['sasl']): SASLOptions {
  return { mechanism, username, password } as SASLOptions;
}

/** Largest message that a change topic takes, in bytes: the largest object that we let in, with ample room around it. */
const MAX_MESSAGE = 8 * 1024 * 1024;

/** How long a topic keeps its messages: the newest of each object, all for ever, or all for some days. */
export type TopicStyle = 'state' | 'append' | 'conversation';

const WEEK = 7 * 86_400_000;

const keptBy: Readonly<Record<TopicStyle, readonly { name: string; value: string }[]>> = {
  state: [{ name: 'cleanup.policy', value: 'compact' }],
  append: [{ name: 'cleanup.policy', value: 'delete' }, { name: 'retention.ms', value: '-1' }],
  conversation: [{ name: 'cleanup.policy', value: 'delete' }, { name: 'retention.ms', value: String(WEEK) }],
};

/** Creates a change topic unless it is there. */
export async function ensureChangeTopic(kafka: Kafka, topic: string, style: TopicStyle): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if ((await admin.listTopics()).includes(topic)) return;
    const configEntries = [...keptBy[style], { name: 'max.message.bytes', value: String(MAX_MESSAGE) }];
    await admin.createTopics({ topics: [{ topic, numPartitions: 3, configEntries }], waitForLeaders: true });
  } finally {
    await admin.disconnect();
  }
}

/** How a broker says that the transaction before is not written out yet: the library tries again at once. */
const TRANSACTION_ENDING = /another concurrent operation on the same transaction/;

function toLogger(logger: Logger, { level, log, namespace }: LogEntry): void {
  const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...details } = log;
  const text = `kafka ${namespace}: ${message}`;
  const expected = TRANSACTION_ENDING.test(`${message} ${String(details['error'])}`);
  if (level === logLevel.ERROR && !expected) logger.warn(details, text);
  else logger.debug(details, text);
}
