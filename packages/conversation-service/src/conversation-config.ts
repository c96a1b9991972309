import { egressSection, type EgressConfig } from '@roamgrid/ocpi-client';
import { count, kafkaSection, mongoSection, positive, section, text, type KafkaConfig, type MongoConfig } from '@roamgrid/runtime';

/** The configuration of every conversation module; what each means stands in config.default.yaml. Times in milliseconds unless said. */
export interface ConversationConfig {
  readonly mongodb: MongoConfig;
  readonly kafka: KafkaConfig;
  readonly credentials: string;
  readonly publicUrl: string;
  readonly egress: EgressConfig;
  readonly answering: {
    /** Seconds. */
    readonly timeout: number;
    readonly margin: number;
    readonly settle: number;
    readonly retries: readonly number[];
  };
  readonly asking: {
    readonly answerTimeout: number;
    readonly retries: readonly number[];
    readonly grace: number;
    /** Seconds. */
    readonly longest: number;
    readonly lateFor: number;
  };
  readonly poll: number;
  readonly lease: number;
  /** Days. */
  readonly keep: number;
}

export const conversationSections = {
  mongodb: mongoSection,
  kafka: kafkaSection,
  credentials: text,
  publicUrl: text,
  egress: egressSection,
  answering: section({ timeout: positive, margin: count, settle: count, retries: { type: 'array', items: positive } }),
  asking: section({ answerTimeout: positive, retries: { type: 'array', items: positive }, grace: count, longest: positive, lateFor: count }),
  poll: positive,
  lease: positive,
  keep: positive,
};
