import createClient, { type Client } from 'openapi-fetch';
import { ApiProblem } from './api-problem';
import { FeedEvents, type FeedOptions } from './feed-events';
import type { paths } from './generated/api';
import type {
  ConversationName,
  ConversationOf,
  ConversationSelection,
  ImportedLine,
  ImportOptions,
  ImportSummary,
  ListedItem,
  ModuleName,
  ModuleObject,
  OwnObject,
  Selection,
} from './module-types';
import { readLines, writeLines } from './read-lines';

export interface RoamgridClientOptions {
  /** Base URL of the roaming API, such as `https://roaming.example`. */
  readonly url: string;
  /** The API key. */
  readonly key: string;
  /** What makes the requests; default: the global `fetch`. */
  readonly fetch?: typeof fetch;
}

const PAGE = 500;
const NDJSON = 'application/x-ndjson';

/**
 * The roaming API of a platform. `api` makes any call of the document, typed: `await client.api.GET('/v1/locations')`; it
 * throws an {@link ApiProblem} for every answer that is an error, as all methods here do.
 */
export class RoamgridClient {
  readonly api: Client<paths>;
  readonly #url: string;
  readonly #key: string;
  readonly #fetch: typeof fetch;

  constructor({ url, key, fetch: given = fetch }: RoamgridClientOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#key = key;
    this.#fetch = given;
    this.api = createClient<paths>({ baseUrl: this.#url, fetch: (request) => given(request), headers: this.#authorization() });
    this.api.use({
      onResponse: async ({ response }) => {
        if (response.status >= 400) throw await ApiProblem.from(response);
      },
    });
  }

  /** All objects of a selection, page by page as they are asked for, oldest created first. */
  items<Name extends ModuleName>(module: Name, selection: Selection = {}): AsyncGenerator<ListedItem<Name>> {
    return this.#pages<ListedItem<Name>>(module, { ...selection, limit: String(PAGE) });
  }

  /** All conversations of a selection, page by page as they are asked for, newest first. */
  conversations<Name extends ConversationName>(module: Name, selection: ConversationSelection = {}): AsyncGenerator<ConversationOf<Name>> {
    return this.#pages<ConversationOf<Name>>(module, { ...selection });
  }

  /** All objects of a selection as one stream: the cheapest way to read very many. Throws when it is cut before its end. */
  async *export<Name extends ModuleName>(module: Name, selection: Selection = {}): AsyncGenerator<ModuleObject<Name>> {
    const response = await this.#ask(`/v1/${module}/export${queryOf({ ...selection })}`, { headers: { accept: NDJSON } });
    for await (const line of readLines(bodyOf(response))) yield JSON.parse(line) as ModuleObject<Name>;
  }

  /**
   * Writes own objects as one stream, and hands out what becomes of each while it sends. Returns the summary, which says as
   * well when the upload broke. One object that is refused never stops the rest.
   */
  async *import<Name extends ModuleName>(
    module: Name,
    objects: AsyncIterable<OwnObject<Name>> | Iterable<OwnObject<Name>>,
    { results = 'all', signal }: ImportOptions = {},
  ): AsyncGenerator<ImportedLine, ImportSummary> {
    const response = await this.#ask(`/v1/${module}/import${queryOf({ results })}`, {
      method: 'POST',
      headers: { 'content-type': NDJSON },
      body: ReadableStream.from(writeLines(objects)),
      duplex: 'half',
      ...(signal && { signal }),
    });
    for await (const line of readLines(bodyOf(response))) {
      const answered = JSON.parse(line) as ImportedLine | ImportSummary;
      if ('lines' in answered) return answered;
      yield answered;
    }
    throw new Error('the import ended without a summary: it is not known how far it came');
  }

  /** Follows what changes: `for await (const event of client.follow()) …`. Made again by itself when it is lost. */
  follow(options: FeedOptions = {}): FeedEvents {
    const open = (headers: Record<string, string>, query: string, signal?: AbortSignal): Promise<Response> =>
      this.#fetch(`${this.#url}/v1/changes${query}`, {
        headers: { ...headers, ...this.#authorization(), accept: 'text/event-stream' },
        ...(signal && { signal }),
      });
    return new FeedEvents(open, options);
  }

  async *#pages<Item>(module: string, selection: Readonly<Partial<Record<string, string>>>): AsyncGenerator<Item> {
    let cursor: string | undefined;
    do {
      const response = await this.#ask(`/v1/${module}${queryOf({ ...selection, ...(cursor !== undefined && { cursor }) })}`, {});
      const page = (await response.json()) as { readonly items: Item[]; readonly next_cursor?: string };
      yield* page.items;
      cursor = page.next_cursor;
    } while (cursor !== undefined);
  }

  #authorization(): Record<string, string> {
    return { authorization: `Bearer ${this.#key}` };
  }

  async #ask(path: string, init: RequestInit & { duplex?: 'half' }): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), ...this.#authorization() };
    const response = await this.#fetch(`${this.#url}${path}`, { ...init, headers });
    if (!response.ok) throw await ApiProblem.from(response);
    return response;
  }
}

function queryOf(parameters: Readonly<Partial<Record<string, string>>>): string {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return given.length > 0 ? `?${new URLSearchParams(given).toString()}` : '';
}

function bodyOf(response: Response): AsyncIterable<Uint8Array> {
  if (!response.body) throw new Error('the answer has no body');
  return response.body as AsyncIterable<Uint8Array>;
}
