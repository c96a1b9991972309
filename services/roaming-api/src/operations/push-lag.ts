import { changeTopic, readConsumerLag, type TopicLag } from '@roamgrid/changes';

/** How far the push-dispatcher is behind on the change topics. */
export interface PushLag {
  /** Its consumer group. */
  readonly group: string;
  /** Rejects while Kafka is away. */
  read(): Promise<readonly TopicLag[]>;
}

type Kafka = Parameters<typeof readConsumerLag>[0];

/** The same as Kafka says. `modules` are those that are pushed. */
export function kafkaPushLag(kafka: Kafka, topicPrefix: string, modules: readonly string[]): PushLag {
  const group = `${topicPrefix}.push-dispatcher`;
  return { group, read: () => readConsumerLag(kafka, group, modules.map((id) => changeTopic(topicPrefix, id))) };
}
