import type { IncomingHttpHeaders } from 'node:http';

/** The part of a peer's envelope that we rely on; its timestamp is never used (TRN-76). */
export interface AnswerEnvelope {
  readonly status_code: number;
  readonly status_message?: string;
  readonly data?: unknown;
}

/** Whatever a peer answered over HTTP, success or not. */
export class OcpiAnswer {
  readonly httpStatus: number;
  /** Names in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** As received. */
  readonly body: Buffer;
  /** From the start of the call to the last byte of the answer. */
  readonly millis: number;
  /** The X-Request-ID that the call was made with. */
  readonly requestId: string;
  #envelope: { readonly parsed: AnswerEnvelope | undefined } | undefined;

  constructor(answer: Pick<OcpiAnswer, 'httpStatus' | 'headers' | 'body' | 'millis' | 'requestId'>) {
    this.httpStatus = answer.httpStatus;
    this.headers = answer.headers;
    this.body = answer.body;
    this.millis = answer.millis;
    this.requestId = answer.requestId;
  }

  /** The body as an OCPI envelope, parsed when first asked for; undefined when it is none. */
  get envelope(): AnswerEnvelope | undefined {
    return (this.#envelope ??= { parsed: parseEnvelope(this.body) }).parsed;
  }
}

function parseEnvelope(body: Buffer): AnswerEnvelope | undefined {
  try {
    const value = JSON.parse(body.toString('utf8')) as unknown;
    return isEnvelope(value) ? value : undefined;
  } catch {
    return undefined; // no JSON: an answer all the same, only not one of OCPI
  }
}

function isEnvelope(value: unknown): value is AnswerEnvelope {
  if (typeof value !== 'object' || value === null) return false;
  return 'status_code' in value && Number.isInteger(value.status_code);
}
