import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import type { Ledger } from '../writes/ledger';
import { valueOf, type Json } from '../writes/subject';

interface Event {
  readonly module: string;
  readonly key: string;
  readonly rev: number;
  readonly object: Json;
}

const PATIENCE = 20_000;
const QUIET = 250;
const LOOK = 20;

/**
 * The change topics, as somebody reads them who must miss nothing: per object, each revision follows on the one before it, or
 * goes back to be told again up to the newest; what is skipped was lost, or came after a newer one.
 */
export class TopicLog {
  /** What was published out of order or not at all, in words. */
  readonly skipped: string[] = [];
  readonly #kafka: Kafka;
  readonly #topics: readonly string[];
  readonly #group: string;
  readonly #last = new Map<string, number>();
  readonly #values = new Map<string, Set<number>>();
  #messages = 0;

  constructor(brokers: readonly string[], prefix: string, modules: readonly string[]) {
    this.#kafka = new Kafka({ clientId: 'chaos', brokers: [...brokers], logLevel: logLevel.NOTHING });
    this.#topics = modules.map((module) => `${prefix}.${module}.changes`);
    this.#group = `${prefix}.chaos`;
  }

  /**
   * Reads on until every object has come to the revision that the store holds of it, or for 20 s; then the acknowledged
   * values that were never published, in words.
   */
  async catchUp(stored: ReadonlyMap<string, { readonly rev: number }>, ledgers: readonly Ledger[]): Promise<string[]> {
    const consumer = this.#kafka.consumer({ groupId: this.#group, readUncommitted: true, maxWaitTimeInMs: 100 });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
      await consumer.run({ eachMessage: ({ message }) => Promise.resolve(this.#read(message)) });
      await this.#untilRead(stored);
    } finally {
      await consumer.disconnect();
    }
    for (const [name, { rev }] of stored) {
      const last = this.#last.get(name);
      if (last !== rev) this.skipped.push(`${name} ends at ${last} in its topic, the store holds ${rev}`);
    }
    return this.#missing(ledgers);
  }

  async #untilRead(stored: ReadonlyMap<string, { readonly rev: number }>): Promise<void> {
    const isRead = (): boolean => [...stored].every(([name, { rev }]) => this.#last.get(name) === rev);
    const until = Date.now() + PATIENCE;
    let seen = -1;
    while (Date.now() < until && (!isRead() || seen !== this.#messages)) {
      seen = this.#messages;
      await pause(isRead() ? QUIET : LOOK);
    }
  }

  #read({ value }: KafkaMessage): void {
    const { module, key, rev, object } = JSON.parse(String(value)) as Event;
    const name = `${module}/${key}`;
    const before = this.#last.get(name) ?? 0;
    if (rev > before + 1) this.skipped.push(`${name} was published at ${rev} behind ${before}`);
    this.#last.set(name, rev);
    this.#messages += 1;
    const values = this.#values.get(name) ?? new Set();
    this.#values.set(name, values.add(valueOf(module, object)));
  }

  #missing(ledgers: readonly Ledger[]): string[] {
    const missing: string[] = [];
    for (const entry of ledgers.flatMap(({ promised }) => [...promised.values()])) {
      const published = this.#values.get(entry.name);
      for (const value of entry.unchecked) if (!published?.has(value)) missing.push(`${entry.name} at ${value} was acknowledged and never published`);
      entry.unchecked = [];
    }
    this.#values.clear();
    return missing;
  }
}
