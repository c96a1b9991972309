import type { Request, Response } from 'express';
import type { JsonSchema } from '@roamgrid/modules';
import type { Right } from '../keys/api-key';

/** Reads a request and answers it; what it throws becomes a problem. */
export type Handler = (request: Request, response: Response) => Promise<void> | void;

export type Method = 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';

/** A query parameter or a header, given once or not at all. */
export interface QueryParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: JsonSchema;
}

/** What a request may carry: one JSON value of at most `maxBytes`, or a stream that the handler reads itself. */
export type RouteBody =
  | { readonly kind: 'json'; readonly schema: JsonSchema; readonly maxBytes: number; readonly optional?: boolean }
  | { readonly kind: 'stream'; readonly mediaType: string; readonly schema: JsonSchema };

/** An answer that is no problem; `mediaType` is application/json unless given. Without a schema it has no body. */
export interface RouteAnswer {
  readonly description: string;
  readonly schema?: JsonSchema;
  readonly mediaType?: string;
  /** Headers that tell something, with what they tell. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** One method of one path: how it is guarded, documented and answered. The API and its document are made of these. */
export interface Route {
  readonly method: Method;
  /** Path with `{name}` for each parameter. */
  readonly path: string;
  /** Unique id of the operation. */
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  /** What a caller must know besides. */
  readonly notes?: string;
  /** Who may call it: anybody, or who holds a key with this right; `key` is `read` of a GET and `write` of all else. */
  readonly access: 'open' | 'key' | Right;
  /** The module whose objects are meant; a key can be limited to some. */
  readonly module?: string;
  readonly query?: readonly QueryParameter[];
  /** Headers that the handler reads, in lower case. */
  readonly headers?: readonly QueryParameter[];
  readonly body?: RouteBody;
  readonly answers: Readonly<Record<number, RouteAnswer>>;
  /** Has a limit of its own, or is needed most where all else is refused: does not count among the requests at once. */
  readonly uncounted?: true;
  readonly handle: Handler;
}

/** A parameter of the path. Throws when the route has none of that name, which is a defect. */
export function pathParameter(request: Request, name: string): string {
  const value = request.params[name];
  if (typeof value !== 'string') throw new Error(`the path has no parameter ${name}`);
  return value;
}

const routes = new WeakMap<Request, Route>();

/** Notes which route a request has come to. */
export function takeRoute(request: Request, route: Route): void {
  routes.set(request, route);
}

/** A query parameter, undefined when it is absent or empty. Throws when its route does not declare it, which is a defect. */
export function queryParameter(request: Request, name: string): string | undefined {
  checkDeclared(request, name, 'query');
  const value = request.query[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A header, undefined when it is absent or empty. Throws when its route does not declare it, which is a defect. */
export function headerParameter(request: Request, name: string): string | undefined {
  checkDeclared(request, name, 'headers');
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** What a handler reads and no document tells of, nobody can use. */
function checkDeclared(request: Request, name: string, place: 'query' | 'headers'): void {
  const route = routes.get(request);
  if (route?.[place]?.some((parameter) => parameter.name === name)) return;
  throw new Error(`${route?.id ?? 'the route'} reads ${name} of its ${place} without declaring it`);
}

/** The bytes of a JSON body, empty when there is none. */
export function bodyBytes(request: Request): Buffer {
  const body: unknown = request.body;
  return Buffer.isBuffer(body) ? body : Buffer.alloc(0);
}

/** Answers with a value as JSON: as text, which leaves in one piece with its headers. */
export function sendJson(response: Response, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

/** Answers with bytes that are JSON already. */
export function sendJsonBytes(response: Response, status: number, bytes: Buffer): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}
