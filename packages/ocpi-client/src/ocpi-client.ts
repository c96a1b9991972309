import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { authorizationHeader, Header, noQuirks, routingHeaders, type Quirks, type Routing } from '@roamgrid/ocpi';
import { messageOf, RoamgridError, systemClock, type Clock } from '@roamgrid/runtime';
import { errors } from 'undici';
import { askedLast } from './asked-last';
import type { EgressPolicy } from './egress-policy';
import { OcpiAnswer } from './ocpi-answer';
import { Pacer } from './pacer';
import { PeerPools } from './peer-pools';
import { pinnedLookup, type Resolve } from './pinned-lookup';
import { readBody } from './read-body';

/** Most bytes of an answer that is only an acknowledgement. */
export const PUSH_ANSWER_LIMIT = 64 * 1024;
/** Most bytes of a page of a list. */
export const PAGE_ANSWER_LIMIT = 32 * 1024 * 1024;

/** How a client calls; all but the policy have defaults. */
export interface OcpiClientOptions {
  readonly egress: EgressPolicy;
  /** Makes X-Request-ID and X-Correlation-ID; random UUIDs unless given. */
  readonly ids?: () => string;
  readonly clock?: Clock;
  /** Milliseconds: `connect` 3,000 unless given; `answer`, from the call to its last byte, 10,000. */
  readonly timeouts?: { readonly connect?: number; readonly answer?: number };
  /** Most connections to one origin of one peer; 16 unless given. */
  readonly connections?: number;
  /** Most calls a second to one peer, evenly spaced, where its quirks say nothing; no limit unless given. */
  readonly requestsPerSecond?: number | undefined;
  /** Resolves host names; the system unless given. */
  readonly resolve?: Resolve;
}

/** Whom to call. */
export interface CalledPeer {
  /** The peer's id: its connections and no one else's are used. */
  readonly key: string;
  /** The credentials token that the peer gave us. */
  readonly token: string;
  /** `raw` for peers with that quirk (TRN-07); `base64` unless given. */
  readonly tokenEncoding?: 'base64' | 'raw' | undefined;
  /** How it wants to be called; as OCPI says unless given. */
  readonly quirks?: Quirks | undefined;
}

/** One call. */
export interface OcpiRequest {
  readonly peer: CalledPeer;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute URL, query included. */
  readonly url: string;
  /** JSON. */
  readonly body?: Buffer | undefined;
  /** None on versions, credentials and hubclientinfo (VER-14, CRD-39). */
  readonly routing?: Routing | undefined;
  /** Most bytes of the answer; 64 kB unless given. */
  readonly maxBytes?: number | undefined;
  /** Milliseconds from the call to the last byte of the answer; overrides the client's. The peer's quirk goes before it. */
  readonly timeout?: number | undefined;
  /** Asked in the moment in which the request is written, which may be after waits; where it says no, nothing is sent (peer.unreachable). */
  readonly still?: (() => boolean) | undefined;
}

const CONNECT_TIMEOUT = 3_000;
const ANSWER_TIMEOUT = 10_000;
const CONNECTIONS = 16;

/**
 * Calls peers over OCPI: one pool a peer, bounded in time and size, no redirects (TRN-55), guarded targets (CRD-41).
 */
export class OcpiClient {
  readonly #egress: EgressPolicy;
  readonly #ids: () => string;
  readonly #clock: Clock;
  readonly #answerTimeout: number;
  readonly #requestsPerSecond: number | undefined;
  readonly #pools: PeerPools;
  readonly #pacer: Pacer;
  readonly #closing = new AbortController();

  constructor(options: OcpiClientOptions) {
    this.#egress = options.egress;
    this.#ids = options.ids ?? randomUUID;
    this.#clock = options.clock ?? systemClock;
    this.#pacer = new Pacer(this.#clock);
    this.#answerTimeout = options.timeouts?.answer ?? ANSWER_TIMEOUT;
    this.#requestsPerSecond = options.requestsPerSecond;
    this.#pools = new PeerPools({
      connections: options.connections ?? CONNECTIONS,
      connectTimeout: options.timeouts?.connect ?? CONNECT_TIMEOUT,
      lookup: pinnedLookup(options.egress, options.resolve),
    });
  }

  /**
   * Makes one call and returns whatever HTTP answer came, also errors and redirects. Throws peer.unreachable (no answer
   * in time, connection refused or lost), peer.bad_answer (no HTTP, or larger than allowed) or peer.address_forbidden;
   * the message names method, origin and path, never the token.
   */
  async call(request: OcpiRequest): Promise<OcpiAnswer> {
    const url = this.#egress.checkUrl(request.url);
    const { key, quirks = noQuirks } = request.peer;
    await this.#turn(key, quirks);
    const timeout = quirks.answer_timeout ?? request.timeout ?? this.#answerTimeout;
    const signal = AbortSignal.timeout(timeout);
    const requestId = this.#ids();
    const started = this.#clock.now();
    try {
      const pool = this.#pools.pool(key, url.origin);
      const response = await (request.still ? pool.compose(askedLast(request.still)) : pool).request({
        method: request.method,
        path: `${url.pathname}${url.search}`,
        headers: this.#headers(request, requestId),
        body: request.body ?? null,
        signal,
      });
      const headers: IncomingHttpHeaders = response.headers;
      const body = await readBody(response.body, request.maxBytes ?? PUSH_ANSWER_LIMIT);
      const millis = this.#clock.now() - started;
      return new OcpiAnswer({ httpStatus: response.statusCode, headers, body, millis, requestId });
    } catch (error) {
      throw failure(error, `${request.method} ${url.origin}${url.pathname}`, signal.aborted ? timeout : undefined);
    }
  }

  /** Closes the connections to a peer that is called no more. */
  forget(peerKey: string): Promise<void> {
    this.#pacer.forget(peerKey);
    return this.#pools.forget(peerKey);
  }

  /** Cuts all connections; calls that still run, or come later, fail. */
  close(): Promise<void> {
    this.#closing.abort();
    return this.#pools.destroy();
  }

  /** Waits for the peer's turn where its calls are to be spaced. */
  async #turn(peerKey: string, { requests_per_second = this.#requestsPerSecond }: Quirks): Promise<void> {
    const { signal } = this.#closing;
    if (requests_per_second !== undefined) await this.#pacer.turn(peerKey, requests_per_second, signal);
    if (signal.aborted) throw new RoamgridError('peer.unreachable', 'not called any more: this service stops');
  }

  #headers({ peer, body, routing }: OcpiRequest, requestId: string): Record<string, string> {
    const quirks = peer.quirks ?? noQuirks;
    const ids = { [Header.RequestId]: requestId, [Header.CorrelationId]: this.#ids() };
    return {
      accept: 'application/json',
      'accept-encoding': 'identity',
      [Header.Authorization]: authorizationHeader(peer.token, peer.tokenEncoding, quirks.authorization_scheme),
      ...(quirks.message_ids ? ids : {}),
      ...(body === undefined ? {} : { 'content-type': quirks.content_type }),
      ...(routing !== undefined && quirks.routing_headers ? routingHeaders(routing) : {}),
    };
  }
}

function failure(error: unknown, call: string, timedOutAfter: number | undefined): RoamgridError {
  if (error instanceof RoamgridError)
    return new RoamgridError(error.code, `${call}: ${error.message}`, { cause: error });
  if (timedOutAfter !== undefined) {
    return new RoamgridError('peer.unreachable', `${call}: no whole answer within ${timedOutAfter} ms`, {
      cause: error,
    });
  }
  const noHttp = error instanceof errors.HTTPParserError || error instanceof errors.HeadersOverflowError;
  return new RoamgridError(noHttp ? 'peer.bad_answer' : 'peer.unreachable', `${call}: ${describe(error)}`, {
    cause: error,
  });
}

/** Several addresses that failed come as one error without a text of its own. */
function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return messageOf(error) || 'connection failed';
}
