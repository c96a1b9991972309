import type { Kafka, Message, Producer, Transaction } from 'kafkajs';

/** Kafka ends a transaction that a producer has left open for so long, milliseconds. */
const LONGEST_TRANSACTION = 15_000;
/** A transaction can begin only when the one before is written out: a matter of a few milliseconds. */
const RETRY = { initialRetryTime: 5, multiplier: 3, maxRetryTime: 2_000, retries: 6 };

/**
 * A producer of which there is one at a time for each id: when another opens with the same id, Kafka takes nothing more of
 * this one, whatever it still had on its way. No lease alone can promise that, for its holder may be stopped for a while
 * between looking at the clock and sending.
 *
 * Messages are sent within a transaction that stays open over many of them. Who reads uncommitted gets each at once, who reads
 * committed when {@link commit} is called.
 */
export class FencedProducer {
  readonly #producer: Producer;
  readonly #topic: string;
  #transaction: Transaction | undefined;
  /** Kafka's producer does one thing at a time; so do we. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(producer: Producer, topic: string) {
    this.#producer = producer;
    this.#topic = topic;
  }

  /** Resolves once nobody else can send under this id any more; what another left unfinished is aborted. */
  static async open(kafka: Kafka, topic: string, id: string): Promise<FencedProducer> {
    const producer = kafka.producer({
      ...{ allowAutoTopicCreation: false, maxInFlightRequests: 1, retry: RETRY },
      ...{ transactionalId: id, transactionTimeout: LONGEST_TRANSACTION },
    });
    const fenced = new FencedProducer(producer, topic);
    try {
      await producer.connect();
      fenced.#transaction = await producer.transaction();
      return fenced;
    } catch (error) {
      await producer.disconnect();
      throw error;
    }
  }

  /** Sends in order, behind everything sent before; resolves once all replicas in sync have it. */
  send(messages: Message[]): Promise<void> {
    return this.#next(async () => {
      this.#transaction ??= await this.#producer.transaction();
      await this.#transaction.sendBatch({ acks: -1, topicMessages: [{ topic: this.#topic, messages }] });
    });
  }

  /** Makes what was sent final. Nothing of it was lost when this fails, but a successor sends it again. */
  commit(): Promise<void> {
    return this.#next(async () => {
      const transaction = this.#transaction;
      this.#transaction = undefined;
      await transaction?.commit();
    });
  }

  /** Ends the connection; what was not committed is aborted by Kafka or by the successor. */
  async close(): Promise<void> {
    await this.#turn.catch(() => undefined); // whoever waits for that turn has its failure
    await this.#producer.disconnect();
  }

  #next(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.catch(() => undefined).then(work); // a failed turn was its caller's to see
    this.#turn = turn;
    return turn;
  }
}
