import type { Platform } from './start-platform';

/** Figures of one partner and module, as GET /v1/status gives them. */
export interface ModuleStatus {
  readonly stored: number | null;
  readonly push: {
    readonly delivered: number;
    readonly waiting: number;
    readonly failed: number;
    readonly arrival_p50_ms: number | null;
    readonly arrival_p99_ms: number | null;
    readonly state: string;
    readonly last_error: string | null;
  } | null;
  readonly pull: {
    readonly seen: number;
    readonly stored: number;
    readonly refused: number;
    readonly full_crawls: number;
    readonly delta_crawls: number;
    readonly state: string;
    readonly last_error: string | null;
  } | null;
}

export interface PlatformStatus {
  readonly own: Readonly<Record<string, { readonly stored: number | null }>>;
  readonly peers: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly state: string | null;
    readonly modules: Readonly<Record<string, ModuleStatus>>;
  }[];
  readonly unavailable: readonly string[];
}

/** One line of an import's answer. */
export interface ImportLine {
  readonly line: number;
  readonly outcome: string;
  readonly key?: string;
  readonly code?: string;
  readonly message?: string;
}

export interface ImportSummary {
  readonly lines: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly stale: number;
  readonly refused: number;
}

/** An object as a list describes it. */
export interface DescribedObject {
  readonly key: string;
  readonly rev: number;
  readonly object: Record<string, unknown>;
}

/** The roaming API of a platform, as a backend would call it. A problem answer becomes an Error with its text. */
export class RoamingApiClient {
  readonly #url: string;
  readonly #key: string;

  constructor({ roamingApiUrl, apiKey }: Pick<Platform, 'roamingApiUrl' | 'apiKey'>) {
    this.#url = roamingApiUrl;
    this.#key = apiKey;
  }

  /** Any call; `path` from `/v1/…`, the answer's JSON. */
  async call<Reply>(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await this.#fetch(path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return (await response.json()) as Reply;
  }

  status(): Promise<PlatformStatus> {
    return this.call('GET', '/v1/status');
  }

  /** Lets another platform register with this one: what it has to be told. */
  invite(name: string, quirks: Readonly<Record<string, boolean>> = {}): Promise<{ peer: { id: string }; token: string; versions_url: string }> {
    return this.call('POST', '/v1/peers/invitations', { name, quirks });
  }

  /** Registers this platform with another one. */
  connect(name: string, versionsUrl: string, token: string): Promise<{ id: string; state: string }> {
    return this.call('POST', '/v1/peers', { name, versions_url: versionsUrl, token });
  }

  /** Streams NDJSON lines in; `onLine` hears of the lines that were refused, or of all. */
  async import(
    module: string,
    lines: AsyncIterable<string>,
    options: { results: 'refused' | 'all'; onLine?: (line: ImportLine) => void },
  ): Promise<ImportSummary> {
    const query = options.results === 'refused' ? '?results=refused' : '';
    const response = await this.#fetch(`/v1/${module}/import${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: ReadableStream.from(encoded(lines)),
      duplex: 'half',
    });
    let summary: ImportSummary | undefined;
    for await (const text of textLines(response)) {
      const result = JSON.parse(text) as ImportLine | ImportSummary;
      if ('lines' in result) summary = result;
      else options.onLine?.(result);
    }
    if (!summary) throw new Error(`the import of ${module} ended without a summary`);
    return summary;
  }

  /** All objects of a module, page by page. */
  async *list(module: string, query: Readonly<Record<string, string>> = {}): AsyncGenerator<DescribedObject> {
    let cursor: string | undefined;
    do {
      const parameters = new URLSearchParams({ limit: '500', ...query, ...(cursor !== undefined && { cursor }) });
      const page = await this.call<{ items: DescribedObject[]; next_cursor?: string }>('GET', `/v1/${module}?${parameters.toString()}`);
      yield* page.items;
      cursor = page.next_cursor;
    } while (cursor !== undefined);
  }

  async #fetch(path: string, init: RequestInit & { duplex?: 'half' }): Promise<Response> {
    const response = await fetch(this.#url + path, { ...init, headers: { ...init.headers, 'x-api-key': this.#key } });
    if (response.ok) return response;
    throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${await response.text()}`);
  }
}

async function* encoded(lines: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  let chunk = '';
  for await (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < 65_536) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  if (chunk !== '') yield Buffer.from(chunk);
}

async function* textLines(response: Response): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield line;
  }
  if (rest !== '') yield rest;
}
