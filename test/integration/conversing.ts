import { waitUntil } from '@roamgrid/testkit';
import type { Json } from './charging-objects';
import type { RunningPlatform } from './platform-stack';

/** A conversation as the roaming API shows it. */
export interface Talk {
  readonly id: string;
  readonly kind: string;
  readonly direction: 'asked' | 'asking';
  readonly state: string;
  readonly request: Json;
  readonly response?: Json;
  readonly result?: Json;
  readonly ended?: Json;
  readonly late?: Json;
  readonly told?: boolean;
  readonly error?: string;
}

export const FINAL: readonly string[] = ['REFUSED', 'COMPLETED', 'TIMED_OUT', 'FAILED'];

/** A party of a platform, as the backend that works through its roaming API. */
export class Backend {
  readonly #platform: RunningPlatform;
  readonly #party: string;

  /** `party`: `CC*PID`. */
  constructor(platform: RunningPlatform, party: string) {
    this.#platform = platform;
    this.#party = party.replace('*', '/');
  }

  /** Asks the party `to` for something; `key` is its Idempotency-Key. */
  async begin(module: string, to: string, kind: string, request: Json, key?: string): Promise<Talk> {
    const body = JSON.stringify({ kind, from: this.#party.replace('/', '*'), to, request });
    return this.#call('POST', `/v1/${module}`, body, key);
  }

  read(module: string, id: string): Promise<Talk> {
    return this.#call('GET', `/v1/${module}/${this.#party}/${id}`);
  }

  answer(module: string, id: string, result: Json): Promise<Talk> {
    return this.#call('POST', `/v1/${module}/${this.#party}/${id}/result`, JSON.stringify(result));
  }

  /** Tells who set a profile on a session what is so now. */
  tellActive(notice: Json): Promise<{ items: Talk[] }> {
    return this.#call('POST', `/v1/chargingprofiles/${this.#party}/active`, JSON.stringify(notice));
  }

  async list(module: string, query: Readonly<Record<string, string>> = {}): Promise<Talk[]> {
    const found: Talk[] = [];
    for (let cursor: string | null | undefined = ''; cursor !== undefined && cursor !== null; ) {
      const parameters = new URLSearchParams({ ...query, limit: '100', ...(cursor !== '' && { cursor }) });
      const page: { items: Talk[]; next_cursor?: string | null } = await this.#call('GET', `/v1/${module}?${parameters.toString()}`);
      found.push(...page.items);
      cursor = page.next_cursor;
    }
    return found;
  }

  /** What peers ask that has no answer yet, once there is one of this kind. */
  async next(module: string, kind: string): Promise<Talk> {
    let found: Talk | undefined;
    await waitUntil(
      async () => {
        found = (await this.list(module, { direction: 'asked', state: 'WAITING' })).find((talk) => talk.kind === kind);
        return found !== undefined;
      },
      { what: `somebody asks for ${kind}`, timeoutMs: 15_000, intervalMs: 50 },
    );
    if (!found) throw new Error('nobody asked');
    return found;
  }

  /** The conversation once it is as expected. */
  async until(module: string, id: string, is: (talk: Talk) => boolean): Promise<Talk> {
    let talk: Talk | undefined;
    await waitUntil(async () => is((talk = await this.read(module, id))), { what: `${module} ${id} goes on`, timeoutMs: 30_000, intervalMs: 50 });
    if (!talk) throw new Error('not read');
    return talk;
  }

  untilFinal(module: string, id: string): Promise<Talk> {
    return this.until(module, id, ({ state }) => FINAL.includes(state));
  }

  async #call<Answer>(method: string, path: string, body?: string, key?: string): Promise<Answer> {
    const response = await fetch(`${this.#platform.roamingApiUrl}${path}`, {
      method,
      headers: { 'x-api-key': this.#platform.apiKey, 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(10_000),
    });
    const answer = (await response.json()) as Answer & { code?: string; detail?: string };
    if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${answer.code}: ${answer.detail}`);
    return answer;
  }
}
