import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ApiProblem } from './api-problem';
import type { components } from './generated/api';
import type { ConversationName, ModuleName } from './module-types';

/** What happened. After a `reset`, all that the platform still has of these modules follows. */
export type FeedEvent =
  | { readonly type: 'change'; readonly id: string; readonly change: components['schemas']['ChangeEvent'] }
  | { readonly type: 'reset'; readonly id: string; readonly modules: readonly string[] };

export interface FeedOptions {
  readonly modules?: readonly (ConversationName | ModuleName)[];
  /** The party that owns the objects, such as `NL*RGC`. */
  readonly party?: string;
  /** `own`, or the id of a peer. */
  readonly origin?: string;
  /** Without `lastEventId`: only what happens from now on, or the newest state of everything first. Default: now. */
  readonly from?: 'now' | 'start';
  /** The id of the last event that was handled, kept by the caller: everything behind it follows. */
  readonly lastEventId?: string;
  readonly signal?: AbortSignal;
}

/** Opens the stream; the rest of a request is the caller's. */
export type OpenFeed = (headers: Record<string, string>, query: string, signal?: AbortSignal) => Promise<Response>;

const PAUSE = 1_000;
const LONGEST_PAUSE = 30_000;

/**
 * The live feed of changes, at least once and in order for each object. A connection that is lost is made again behind the
 * last event; `for await` ends only with the signal, or throws an {@link ApiProblem} that trying again cannot heal.
 */
export class FeedEvents implements AsyncIterable<FeedEvent> {
  readonly #open: OpenFeed;
  readonly #options: FeedOptions;
  #lastId: string | undefined;
  #failures = 0;

  constructor(open: OpenFeed, options: FeedOptions) {
    this.#open = open;
    this.#options = options;
    this.#lastId = options.lastEventId;
  }

  /** Where this reader stands: keep it once all events so far are handled, and give it as `lastEventId` another time. */
  get lastEventId(): string | undefined {
    return this.#lastId;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<FeedEvent> {
    const { signal } = this.#options;
    while (!signal?.aborted) {
      try {
        yield* this.#connection();
      } catch (error) {
        if (signal?.aborted) return;
        if (error instanceof ApiProblem && !mayPass(error)) throw error;
        await pause(this.#pauseAfter(error), signal);
      }
    }
  }

  async *#connection(): AsyncGenerator<FeedEvent> {
    const headers = this.#lastId === undefined ? {} : { 'last-event-id': this.#lastId };
    const response = await this.#open(headers, this.#query(), this.#options.signal);
    if (!response.ok) throw await ApiProblem.from(response);
    if (!response.body) throw new Error('the feed has no body');
    this.#failures = 0;
    for await (const { id, event, data } of messages(response.body)) {
      const read = readEvent(id ?? this.#lastId ?? '', event, data);
      if (read) yield read;
      this.#lastId = id ?? this.#lastId; // not before the caller has come back for the next one
    }
    throw new Error('the feed ended');
  }

  #query(): string {
    const { modules, party, origin, from } = this.#options;
    const query = new URLSearchParams({
      ...(modules && { module: modules.join(',') }),
      ...(party !== undefined && { party }),
      ...(origin !== undefined && { origin }),
      ...(from !== undefined && { from }),
    });
    return query.size > 0 ? `?${query.toString()}` : '';
  }

  #pauseAfter(error: unknown): number {
    this.#failures += 1;
    const asked = error instanceof ApiProblem ? (error.retryAfter ?? 0) * 1_000 : 0;
    return Math.max(asked, Math.min(PAUSE * 2 ** (this.#failures - 1), LONGEST_PAUSE));
  }
}

/** Too much at once, and a part that is away, pass; a key that is revoked or a filter that is none do not. */
function mayPass({ status }: ApiProblem): boolean {
  return status === 429 || status >= 500;
}

function readEvent(id: string, event: string | undefined, data: string): FeedEvent | undefined {
  if (event === 'change') return { type: 'change', id, change: JSON.parse(data) as components['schemas']['ChangeEvent'] };
  if (event !== 'reset') return undefined;
  const { modules } = JSON.parse(data) as components['schemas']['FeedReset'];
  return { type: 'reset', id, modules };
}

async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const arrived: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => arrived.push(message) });
  const decoder = new TextDecoder();
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    parser.feed(decoder.decode(chunk, { stream: true }));
    yield* arrived.splice(0);
  }
}

function pause(millis: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal?.addEventListener('abort', done, { once: true });
  });
}
