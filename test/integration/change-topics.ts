import { Kafka, logLevel } from 'kafkajs';
import { waitUntil, type ReadEvent } from '@roamgrid/testkit';

/** Reads topics from the start until as many events as expected have come. */
export async function readEvents(brokers: readonly string[], topics: readonly string[], enough: (events: readonly ReadEvent[]) => boolean): Promise<ReadEvent[]> {
  const kafka = new Kafka({ clientId: 'events', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: `events-${process.pid}-${Date.now()}` });
  const events: ReadEvent[] = [];
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      eachMessage: ({ topic, message }) => {
        const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
        events.push({ topic, headers, event: JSON.parse(String(message.value)) as Record<string, unknown> });
        return Promise.resolve();
      },
    });
    await waitUntil(() => Promise.resolve(enough(events)), { what: 'the events are read', timeoutMs: 30_000 });
    return events;
  } finally {
    await consumer.disconnect();
  }
}
