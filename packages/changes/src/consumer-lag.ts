import type { Kafka } from 'kafkajs';

/** How far a consumer group is behind on a topic. */
export interface TopicLag {
  readonly topic: string;
  /** Messages that the group has not taken yet, over all partitions. */
  readonly lag: number;
  /** The same of the partition that is behind most. */
  readonly worst: number;
}

/**
 * How many messages of each topic a consumer group has yet to take: what the broker holds beyond the offsets that the group
 * has committed, markers of transactions between them included. 0 means that all is taken. A topic that is not there yet is left out. Throws what kafkajs throws while the broker is away.
 */
export async function readConsumerLag(kafka: Kafka, groupId: string, topics: readonly string[]): Promise<TopicLag[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const known = topics.filter((topic) => there.has(topic));
    if (known.length === 0) return [];
    const committed = await admin.fetchOffsets({ groupId, topics: known });
    const lags = await Promise.all(
      known.map(async (topic) => {
        const taken = new Map(committed.find((one) => one.topic === topic)?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
        const held = await admin.fetchTopicOffsets(topic);
        // Nothing committed is -1; what was compacted or deleted meanwhile cannot be owed any more. A partition ends with the
        // marker of the transaction by which its last changes came: that is no message, and nobody commits it.
        const behind = held.map(({ partition, high, low }) => Math.max(0, Number(high) - Math.max(taken.get(partition) ?? -1, Number(low)) - 1));
        return { topic, lag: behind.reduce((sum, one) => sum + one, 0), worst: Math.max(0, ...behind) };
      }),
    );
    return lags.sort((a, b) => a.topic.localeCompare(b.topic));
  } finally {
    await admin.disconnect();
  }
}
