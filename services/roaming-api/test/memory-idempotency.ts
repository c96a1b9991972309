import type { IdempotencyDocument } from '../src/idempotency/idempotency-document';
import type { IdempotencyRecords } from '../src/idempotency/idempotency-records';

type Named = Pick<IdempotencyDocument, '_id' | 'until'>;

/** Requests with an Idempotency-Key in memory. */
export class MemoryIdempotency implements IdempotencyRecords {
  readonly stored = new Map<string, IdempotencyDocument>();

  async begin(record: IdempotencyDocument, now: Date): Promise<IdempotencyDocument | undefined> {
    const known = this.stored.get(record._id);
    if (known && known.expires > now) return Promise.resolve(known);
    this.stored.set(record._id, record);
    return undefined;
  }

  async takeOver(abandoned: IdempotencyDocument, until: Date): Promise<boolean> {
    const known = this.#same(abandoned);
    if (!known || known.answer) return Promise.resolve(false);
    this.stored.set(known._id, { ...known, until });
    return true;
  }

  async finish(record: Named, answer: Buffer): Promise<void> {
    const known = this.#same(record);
    if (known) this.stored.set(known._id, { ...known, answer });
    return Promise.resolve();
  }

  async forget(record: Named): Promise<void> {
    if (this.#same(record)) this.stored.delete(record._id);
    return Promise.resolve();
  }

  #same({ _id, until }: Named): IdempotencyDocument | undefined {
    const known = this.stored.get(_id);
    return known?.until.getTime() === until.getTime() ? known : undefined;
  }
}
