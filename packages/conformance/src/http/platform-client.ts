import { randomUUID } from 'node:crypto';
import { authorizationHeader, Header, routingHeaders, type Routing } from '@roamgrid/ocpi';
import { Agent, type Dispatcher, request as send } from 'undici';
import { CheckFailure } from '../check/check-failure';
import { Answer } from './answer';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface CallOptions {
  /** Instead of the client's own token. */
  readonly token?: string;
  /** A whole header; null sends none. */
  readonly authorization?: string | null;
  /** Text and buffers go as they are, everything else as JSON. */
  readonly body?: unknown;
  readonly routing?: Routing | undefined;
  /** On top of all others; undefined takes a header away. Names go out as they are written here. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** What a call may take, in ms: registrations call back. */
const TIMEOUT = 60_000;

/** Calls the platform with one credentials token, as plain HTTP: no redirects, no retries. */
export class PlatformClient {
  readonly #dispatcher: Dispatcher | undefined;

  /** `ca`: PEM of the authority to trust instead of the public ones. */
  constructor(
    readonly token: string,
    readonly ca?: string,
  ) {
    this.#dispatcher = ca === undefined ? undefined : new Agent({ connect: { ca }, pipelining: 0 });
  }

  /** The same with another token. */
  withToken(token: string): PlatformClient {
    return new PlatformClient(token, this.ca);
  }

  /** Throws CheckFailure when there is no HTTP answer at all. */
  async call(method: Method, url: string, options: CallOptions = {}): Promise<Answer> {
    const body = bodyOf(options.body);
    const headers = this.#headers(options, body !== undefined);
    const request = `${method} ${shorten(url)}`;
    try {
      const how = { headersTimeout: TIMEOUT, bodyTimeout: TIMEOUT, ...(this.#dispatcher && { dispatcher: this.#dispatcher }) };
      const response = await send(url, { method, headers, body: body ?? null, ...how });
      return new Answer(request, response.statusCode, response.headers, await response.body.text());
    } catch (error) {
      throw new CheckFailure('an HTTP answer', `${request}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #headers(options: CallOptions, hasBody: boolean): Record<string, string> {
    const { token = this.token, authorization = authorizationHeader(token), routing } = options;
    const all: Record<string, string | undefined> = {
      ...(authorization !== null && { [Header.Authorization]: authorization }),
      [Header.RequestId]: randomUUID(),
      [Header.CorrelationId]: randomUUID(),
      ...(routing && routingHeaders(routing)),
      ...(hasBody && { 'content-type': 'application/json' }),
      ...options.headers,
    };
    return Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
  }
}

function bodyOf(body: unknown): string | Buffer | undefined {
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) return body;
  return JSON.stringify(body);
}

function shorten(url: string): string {
  const { pathname, search } = new URL(url);
  const text = pathname + search;
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
