/** An event of a stream of server-sent events. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** Reads a stream of server-sent events as its specification says, as far as our feed goes. */
export class EventStream {
  readonly response: Response;
  /** The id that a client would resume with. */
  lastId = '';
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder();
  #rest = '';
  readonly #events: ServerEvent[] = [];

  constructor(response: Response) {
    if (!response.body) throw new Error('the answer has no body');
    this.response = response;
    this.#reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  }

  /** The next events, as many as asked for; fewer only at the end of the stream. */
  async take(count: number): Promise<ServerEvent[]> {
    while (this.#events.length < count && (await this.#readMore()));
    return this.#events.splice(0, count);
  }

  /** Waits for a heartbeat or event that says where this client stands, other than at the id given. */
  async moved(from = ''): Promise<void> {
    while (this.lastId === from && (await this.#readMore()));
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => undefined); // it may have been cut already
  }

  /** False at the end of the stream, however it came. */
  async #readMore(): Promise<boolean> {
    const { done, value } = await this.#reader.read().catch(() => ({ done: true, value: undefined }));
    if (done || !value) return false;
    const blocks = (this.#rest + this.#decoder.decode(value, { stream: true })).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#take(block);
    return true;
  }

  #take(block: string): void {
    const fields = block.split('\n').map((line) => /^(\w*): ?(.*)$/.exec(line));
    const values = (name: string): string[] => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
    this.lastId = values('id').at(-1) ?? this.lastId;
    const data = values('data').join('\n');
    if (data !== '' && !values('event').includes('position')) this.#events.push({ id: this.lastId, event: values('event').at(-1) ?? 'message', data: JSON.parse(data) as unknown });
  }
}
