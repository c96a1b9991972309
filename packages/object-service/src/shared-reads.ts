/**
 * Lets those who ask for the same thing while a read of it is under way share the next read: each is told what held after it
 * had asked, and a crowd costs two reads.
 */
export class SharedReads<Value> {
  readonly #reads = new Map<string, { running: Promise<Value>; next?: Promise<Value> }>();

  /** What `read` gives, called now or soon; of those who share a key, any one's `read` may be the one that is called. */
  get(key: string, read: () => Promise<Value>): Promise<Value> {
    const present = this.#reads.get(key);
    if (!present) return this.#start(key, read);
    const startNext = (): Promise<Value> => this.#start(key, read);
    return (present.next ??= present.running.then(startNext, startNext));
  }

  #start(key: string, read: () => Promise<Value>): Promise<Value> {
    const entry: { running: Promise<Value>; next?: Promise<Value> } = { running: read() };
    this.#reads.set(key, entry);
    const ended = (): void => {
      if (!entry.next) this.#reads.delete(key);
    };
    entry.running.then(ended, ended);
    return entry.running;
  }
}
