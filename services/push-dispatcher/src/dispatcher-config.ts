import { egressSection, type EgressConfig } from '@roamgrid/ocpi-client';
import {
  addressesSection,
  count,
  kafkaSection,
  mongoSection,
  positive,
  section,
  text,
  type KafkaConfig,
  type MongoConfig,
} from '@roamgrid/runtime';
import type { AttemptLogConfig } from './attempts/attempt-log';
import type { BreakerConfig } from './lane/breaker';
import type { LaneConfig } from './lane/lane';
import type { RetryConfig } from './lane/retry-schedule';

/** The sections of the push-dispatcher beside the common ones; what each means stands in config.default.yaml. */
export interface DispatcherConfig {
  readonly mongodb: MongoConfig;
  readonly kafka: KafkaConfig;
  readonly credentials: string;
  readonly objects: Readonly<Record<string, string>>;
  readonly egress: EgressConfig;
  readonly lane: LaneConfig;
  readonly retry: RetryConfig;
  readonly breaker: BreakerConfig;
  readonly attempts: AttemptLogConfig;
}

export const dispatcherSections = {
  mongodb: mongoSection,
  kafka: kafkaSection,
  credentials: text,
  objects: addressesSection,
  egress: egressSection,
  lane: section({
    window: positive,
    requestsPerSecond: { type: 'number', minimum: 0 },
    connectTimeout: positive,
    answerTimeout: positive,
    maxAnswerBytes: positive,
  }),
  retry: section({
    schedule: { type: 'array', items: positive, minItems: 1 },
    jitter: { type: 'number', minimum: 0, maximum: 1 },
  }),
  breaker: section({
    failures: positive,
    firstPause: positive,
    longestPause: positive,
    pausedProbe: positive,
    suspendAfter: positive,
    suspendedProbe: positive,
  }),
  attempts: section({ keep: count, buffer: positive }),
};
