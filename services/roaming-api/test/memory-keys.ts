import type { Clock } from '@roamgrid/runtime';
import type { KeyDocument } from '../src/keys/key-document';
import type { KeyRecords, NewKey } from '../src/keys/key-records';

/** Keys in memory, as several replicas could share them. */
export class MemoryKeys implements KeyRecords {
  readonly stored = new Map<string, KeyDocument>();
  /** How often the news were asked for. */
  looks = 0;
  /** Makes every call fail. */
  away: Error | undefined;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async list(): Promise<KeyDocument[]> {
    return this.#answer([...this.stored.values()]);
  }

  async changedSince(moment: Date): Promise<KeyDocument[]> {
    this.looks += 1;
    return this.#answer([...this.stored.values()].filter(({ changed }) => changed >= moment));
  }

  async add(key: NewKey): Promise<KeyDocument> {
    const now = new Date(this.#clock.now());
    const document = { ...key, created: now, changed: now, revoked: null, lastUsed: null };
    this.stored.set(key._id, document);
    return this.#answer(document);
  }

  async revoke(id: string): Promise<KeyDocument | undefined> {
    const known = this.stored.get(id);
    if (!known || known.revoked) return this.#answer(known);
    const now = new Date(this.#clock.now());
    const revoked = { ...known, revoked: now, changed: now };
    this.stored.set(id, revoked);
    return this.#answer(revoked);
  }

  async noteUse(uses: ReadonlyMap<string, Date>): Promise<void> {
    for (const [id, lastUsed] of uses) {
      const known = this.stored.get(id);
      if (known) this.stored.set(id, { ...known, lastUsed });
    }
    return this.#answer(undefined);
  }

  async #answer<Answer>(answer: Answer): Promise<Answer> {
    if (this.away) throw this.away;
    return Promise.resolve(answer);
  }
}
