/** A call with one request and one reply. */
export interface UnaryCall<Request, Reply> {
  readonly kind: 'unary';
  readonly request: Request;
  readonly reply: Reply;
}

/** A call with one request and a stream of replies. */
export interface StreamCall<Request, Reply> {
  readonly kind: 'stream';
  readonly request: Request;
  readonly reply: Reply;
}

/** A gRPC service: where its proto stands, its full name, and (for the compiler only) its calls. */
export interface Contract<Calls> {
  readonly protoFile: string;
  readonly serviceName: string;
  readonly calls?: Calls;
}

/** Names a gRPC service and gives it its TypeScript face. */
export function defineContract<Calls>(protoFile: string, serviceName: string): Contract<Calls> {
  return { protoFile, serviceName };
}

/** What a server provides for a contract. Streams push with `send` and end when the returned promise settles. */
export type Handlers<Calls> = {
  [Name in keyof Calls]: Calls[Name] extends UnaryCall<infer Request, infer Reply>
    ? (request: Request) => Promise<Reply>
    : Calls[Name] extends StreamCall<infer Request, infer Reply>
      ? (request: Request, send: (reply: Reply) => void, signal: AbortSignal) => Promise<void>
      : never;
};

/** Options of one client call; `timeout` in milliseconds, 10 s unless given. */
export interface CallOptions {
  readonly timeout?: number;
}

/** What a client of a contract can call. A stream ends with its loop, or throws when the connection is lost. */
export type Client<Calls> = {
  [Name in keyof Calls]: Calls[Name] extends UnaryCall<infer Request, infer Reply>
    ? (request: Request, options?: CallOptions) => Promise<Reply>
    : Calls[Name] extends StreamCall<infer Request, infer Reply>
      ? (request: Request, signal: AbortSignal) => AsyncIterable<Reply>
      : never;
} & { close(): void };
