import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { messageOf, RoamgridError, type Clock, type Logger, type UnderWay } from '@roamgrid/runtime';
import { hasRight, mayUse, type ApiKey, type Right } from '../keys/api-key';
import { asKey } from '../keys/current-key';
import { BodyDeadline } from './body-deadline';
import type { KeyBudgets } from './key-budgets';
import { presentedKey } from './presented-key';
import { away, HttpProblem, REQUEST_ID, sendProblem } from './problem';
import { rightOf } from './right-of';
import { takeRoute, type Method, type Route, type RouteBody } from './route';

/** What the HTTP surface needs besides its routes. */
export interface AppOptions {
  /** Finds the key that a caller presents. */
  readonly keys: { find(presented: string): Promise<ApiKey | undefined> };
  readonly budgets: Pick<KeyBudgets, 'spend'>;
  readonly underWay: Pick<UnderWay, 'admit'>;
  readonly bodySeconds: number;
  /** Networks whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newId: () => string;
}

/**
 * The express application of a route table. Each request gets an id (its own X-Request-ID where it brings one), each
 * error becomes a problem, a path without the method a 405 with Allow, and anything else a 404.
 */
export function createApp(routes: readonly Route[], options: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').set('query parser', 'simple');
  app.set('trust proxy', [...options.trustedProxies]);
  const deadline = new BodyDeadline(options.clock, options.bodySeconds * 1000);
  const keyOf = new WeakMap<Request, ApiKey>();
  app.use(nameRequest(options), deadline.start);
  for (const [path, methods] of byPath(routes)) {
    const mounted = app.route(expressPath(path));
    for (const route of methods) {
      mounted[verb(route.method)](
        ...admit(route, options),
        checkKey(route, options, keyOf),
        checkQuery(route),
        ...readBody(route.body, deadline),
        handler(route, keyOf),
      );
    }
    mounted.all(refuseMethod(methods));
  }
  app.use((request) => {
    throw new HttpProblem(
      'route.unknown',
      `there is nothing at ${request.path}; GET /openapi.json lists what there is`,
    );
  });
  app.use(answerError(options.logger));
  return app;
}

function byPath(routes: readonly Route[]): Map<string, Route[]> {
  const paths = new Map<string, Route[]>();
  for (const route of routes) paths.set(route.path, [...(paths.get(route.path) ?? []), route]);
  return paths;
}

function expressPath(template: string): string {
  return template.replaceAll(/\{(\w+)\}/g, ':$1');
}

function verb(method: Method): 'get' | 'put' | 'patch' | 'post' | 'delete' {
  return method.toLowerCase() as 'get' | 'put' | 'patch' | 'post' | 'delete';
}

function nameRequest({ newId, clock, logger }: AppOptions): RequestHandler {
  return (request, response, next) => {
    const given = request.headers[REQUEST_ID];
    const id = typeof given === 'string' && /^[\x21-\x7e]{1,64}$/.test(given) ? given : newId();
    response.setHeader(REQUEST_ID, id);
    const begun = clock.now();
    response.once('close', () => {
      const { method, ip } = request;
      const about = { request: id, from: ip, method, route: routeOf(request), status: response.statusCode };
      logger.debug({ ...about, millis: clock.now() - begun }, 'request');
    });
    next();
  };
}

/** Before anything is looked at: what is refused must cost little, or it takes from what is not. */
function admit({ uncounted, body }: Route, { underWay }: AppOptions): RequestHandler[] {
  if (uncounted || body?.kind === 'stream') return [];
  return [
    (_request, response, next) => {
      if (!underWay.admit(response)) throw away('more requests at once than can be worked on; wait for Retry-After');
      next();
    },
  ];
}

type KeyOf = WeakMap<Request, ApiKey>;

/** Lets a request on whose key has the right, is for the module, and has not used up its budget. */
function checkKey(route: Route, { keys, budgets }: AppOptions, keyOf: KeyOf): RequestHandler {
  const right = rightOf(route);
  return async (request, _response, next) => {
    takeRoute(request, route);
    if (right === undefined) {
      next();
      return;
    }
    const presented = presentedKey(request.headers);
    const key = presented === undefined ? undefined : await keys.find(presented);
    if (!key) {
      const what = presented === undefined ? 'an API key is expected' : 'the API key is unknown or was revoked';
      throw new HttpProblem('key.unknown', `${what}: Authorization: Bearer KEY, or X-API-Key: KEY`, {
        'www-authenticate': 'Bearer',
      });
    }
    budgets.spend(key);
    checkRight(route, right, key);
    keyOf.set(request, key);
    next();
  };
}

function checkRight({ method, path, module }: Route, right: Right, key: ApiKey): void {
  if (!hasRight(key, right)) {
    const has = [...key.rights].join(', ');
    throw new HttpProblem(
      'key.right_missing',
      `${method} ${path} needs the right ${right}; the key "${key.name}" has ${has}`,
    );
  }
  if (module !== undefined && !mayUse(key, module)) {
    const modules = [...(key.modules ?? [])].join(', ');
    throw new HttpProblem('key.other_module', `the key "${key.name}" is for ${modules}, not for ${module}`);
  }
}

/** Not before here, because readers of bodies lose the context that a key is kept in. */
function handler(route: Route, keyOf: KeyOf): RequestHandler {
  return (request, response) => {
    const key = keyOf.get(request);
    return key ? asKey(key, () => route.handle(request, response)) : route.handle(request, response);
  };
}

function checkQuery({ query = [] }: Route): RequestHandler {
  return (request, _response, next) => {
    for (const [name, value] of Object.entries(request.query)) {
      if (!query.some((parameter) => parameter.name === name)) {
        const expected = query.map((parameter) => parameter.name).join(', ') || 'none';
        throw new RoamgridError('parameter.invalid', `unknown query parameter ${name}; expected: ${expected}`);
      }
      if (typeof value !== 'string')
        throw new RoamgridError('parameter.invalid', `query parameter ${name} is given more than once`);
    }
    next();
  };
}

function readBody(body: RouteBody | undefined, deadline: BodyDeadline): RequestHandler[] {
  if (body === undefined) return [];
  if (body.kind === 'json') {
    return [
      checkMediaType(/^application\/(?:[\w.+-]+\+)?json$/, 'application/json'),
      express.raw({ type: () => true, limit: body.maxBytes }),
    ];
  }
  const lift: RequestHandler = (request, _response, next) => {
    deadline.lift(request);
    next();
  };
  return [checkMediaType(/^application\/(?:x-)?(?:ndjson|jsonlines|jsonl)$/, body.mediaType), lift];
}

function checkMediaType(accepted: RegExp, expected: string): RequestHandler {
  return (request, _response, next) => {
    const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
    if (type && !accepted.test(type)) {
      throw new HttpProblem('media_type.unsupported', `Content-Type is ${type}, expected ${expected}`);
    }
    next();
  };
}

function refuseMethod(methods: readonly Route[]): RequestHandler {
  const names = methods
    .map(({ method }) => method)
    .flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  return (request) => {
    const allow = names.join(', ');
    throw new HttpProblem('method.not_allowed', `${request.method} is not possible here; ${allow} is`, { allow });
  };
}

/** Express tells an error handler by its four parameters. */
function answerError(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request: Request, response, next) => {
    void next;
    const problem = HttpProblem.from(error);
    const about = { request: response.getHeader(REQUEST_ID), route: routeOf(request) };
    if (problem.code === 'internal') logger.error({ ...about, err: error }, 'request failed');
    if (problem.code === 'unavailable') logger.warn({ ...about, reason: messageOf(error) }, 'a service is away');
    sendProblem(response, problem);
  };
}

/** The pattern of the path, for the log: paths themselves can hold the uid of a token. */
function routeOf(request: Request): string | undefined {
  const route = request.route as { readonly path: string } | undefined;
  return route?.path;
}
