import type { Kafka } from 'kafkajs';

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** What a broker holds of a partition: messages from `low` to before `high`. */
export interface PartitionOffsets extends TopicPartition {
  readonly low: number;
  readonly high: number;
}

/** What the broker holds of each partition of these topics. Throws when a topic is not there. */
export async function readTopicOffsets(kafka: Kafka, topics: readonly string[]): Promise<PartitionOffsets[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const found = await Promise.all(
      topics.map(async (topic) => {
        const partitions = await admin.fetchTopicOffsets(topic);
        return partitions.map(({ partition, low, high }) => ({
          topic,
          partition,
          low: Number(low),
          high: Number(high),
        }));
      }),
    );
    return found.flat().sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
  } finally {
    await admin.disconnect();
  }
}
