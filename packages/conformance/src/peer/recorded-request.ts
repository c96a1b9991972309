import type { IncomingMessage } from 'node:http';

/** A request of the platform to a peer of the suite. */
export interface RecordedRequest {
  readonly method: string;
  /** Below the peer's own URL, with the query, exactly as it came. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Names as they came, before they were folded. */
  readonly rawHeaders: readonly string[];
  readonly text: string;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;
  /** HTTP status of the reply, once there is one. */
  replied?: number;
}

/** What a peer of the suite answers: an envelope by default. */
export interface PeerReply {
  /** Default 200. */
  readonly http?: number;
  /** OCPI status code, default 1000. */
  readonly status?: number;
  readonly message?: string;
  readonly data?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** A whole body instead of an envelope. */
  readonly text?: string;
  /** Closes the connection without an answer. */
  readonly hangUp?: boolean;
}

/** A header of a recorded request, by its name in lower case. */
export function headerOf(request: RecordedRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

/** Reads a request to its end. */
export async function readRequest(incoming: IncomingMessage, path: string): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return {
    method: incoming.method ?? '',
    path,
    headers: incoming.headers,
    rawHeaders: incoming.rawHeaders,
    text,
    json: parse(text),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
