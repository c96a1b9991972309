import type { Consumer } from 'kafkajs';

/** Resolves at the end of the signal, rejects when the library gives up, be it before anyone waits for it. */
export function consumerEnd(consumer: Consumer, signal: AbortSignal): Promise<void> {
  const ended = new Promise<void>((resolve, reject) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer.on(consumer.events.STOP, () => reject(new Error('the consumer stopped')));
  });
  ended.catch(() => undefined); // who waits for it gets the rejection
  return ended;
}
