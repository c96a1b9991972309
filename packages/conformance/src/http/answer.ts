import { field, isJsonObject } from '../check/field';

/** An HTTP answer of the platform, read as an OCPI envelope as far as it is one. */
export class Answer {
  /** The envelope's status_code; undefined when the body is no envelope. */
  readonly statusCode: number | undefined;
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown;

  constructor(
    readonly request: string,
    readonly http: number,
    readonly headers: Readonly<Record<string, string | string[] | undefined>>,
    readonly text: string,
  ) {
    this.json = parse(text);
    const code = field(this.json, 'status_code');
    this.statusCode = typeof code === 'number' ? code : undefined;
  }

  get data(): unknown {
    return field(this.json, 'data');
  }

  get timestamp(): unknown {
    return field(this.json, 'timestamp');
  }

  /** A header by its name in lower case. */
  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** One line for a reader: the request, and what came back. */
  describe(): string {
    const message = field(this.json, 'status_message');
    const body = isJsonObject(this.json)
      ? `status_code ${this.statusCode ?? 'missing'}${typeof message === 'string' ? ` “${message.slice(0, 200)}”` : ''}`
      : `a body that is no JSON object: ${JSON.stringify(this.text.slice(0, 120))}`;
    return `${this.request} → HTTP ${this.http}, ${body}`;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
