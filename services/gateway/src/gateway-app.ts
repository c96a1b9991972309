import express, { type ErrorRequestHandler, type Express, type NextFunction, type Request, type Response } from 'express';
import { conversations, endpointPath, modules, type ConversationDeclaration, type OcpiVersion } from '@roamgrid/modules';
import { readQuirks } from '@roamgrid/ocpi';
import { RoamgridError, messageOf, type Client, type Clock, type ConversationsCalls, type Logger, type ObjectsCalls, type Peer, type PeerDirectory, type Platform } from '@roamgrid/runtime';
import { answerData, answerError } from './answer';
import { authenticate, type AuthenticatedPeer } from './authenticate';
import { converse } from './conversation-handlers';
import { compileConversations, type ConversationRoute } from './conversation-route';
import { credentialsHandler } from './credentials-handlers';
import { echoMessageIds, readCheckedRouting } from './exchange';
import type { GatewayConfig } from './gateway-config';
import { moduleHandlers } from './module-handlers';
import { compileRoutes, SPOKEN_VERSIONS, type ModuleRoute } from './module-route';
import { isConversationOffered, isOffered, offeredEndpoints } from './offered-interfaces';
import { PeerBudgets } from './peer-budgets';
import { traceRequest } from './trace-request';

export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly directory: PeerDirectory;
  /** Clients of the module services, by module id. */
  readonly objects: ReadonlyMap<string, Client<ObjectsCalls>>;
  /** Clients of the services of conversations, by module id. */
  readonly conversations: ReadonlyMap<string, Client<ConversationsCalls>>;
  readonly clock: Clock;
  readonly logger: Logger;
}

type PeerHandler = (request: Request, response: Response, caller: AuthenticatedPeer) => Promise<void>;

/** The whole HTTP surface: versions, credentials, and the routes that the module declarations compile to. */
export function createGatewayApp(parts: GatewayParts): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.set('trust proxy', [...parts.config.trustedProxies]);
  app.use((request, response, next) => {
    echoMessageIds(request, response);
    request.url = request.url.replace(/^[^?]*/, (path) => path.replace(/\/{2,}/g, '/'));
    next();
  });
  const budgets = new PeerBudgets(parts.config.budget, parts.clock);
  const forPeer = (handler: PeerHandler) => (request: Request, response: Response) =>
    traceRequest(request, response, async () => {
      const { directory, config } = parts;
      const caller = await authenticate(request.get('authorization'), directory, config.tokenHashKey);
      budgets.spend(caller.peer.id);
      if (!readQuirks(caller.peer.quirks).compress_answers) delete request.headers['accept-encoding'];
      await handler(request, response, caller);
    });
  const body = express.raw({ type: () => true, limit: parts.config.maxBodyBytes, inflate: false });

  addVersions(app, parts, forPeer);
  for (const version of SPOKEN_VERSIONS) {
    app.all(
      `/ocpi/${version}/credentials`,
      body,
      forPeer((request, response, caller) => credentialsHandler(request, response, caller, parts.directory, version)),
    );
  }
  addModules(app, parts, forPeer, body);
  addConversations(app, parts, forPeer, body);
  app.use('/ocpi', forPeer((request) => Promise.reject(new RoamgridError('route.unknown', `nothing at ${request.originalUrl}`))));
  app.use((request: Request) => {
    throw new RoamgridError('route.unknown', `nothing at ${request.path}`);
  });
  app.use(errorHandler(parts.logger));
  return app;
}

type ForPeer = (handler: PeerHandler) => (request: Request, response: Response) => Promise<void>;

function addVersions(app: Express, parts: GatewayParts, forPeer: ForPeer): void {
  const { config } = parts;
  const get = (path: string, data: (request: Request, peer: Peer) => unknown): void => {
    app.get(path, forPeer(async (request, response, { peer }) => answerData(request, response, Buffer.from(JSON.stringify(data(request, peer))))));
    app.all(path, forPeer((request, response) => Promise.reject(notAllowed(request, response, ['GET']))));
  };
  get('/ocpi/versions', () => SPOKEN_VERSIONS.map((version) => ({ version, url: `${config.publicUrl}/ocpi/${version}` })));
  const offer = { modules: modules.filter(({ id }) => parts.objects.has(id)), conversations: conversations.filter(({ id }) => parts.conversations.has(id)) };
  get('/ocpi/:version', (request, peer) => {
    const version = spokenVersion(String(request.params['version']));
    return { version, endpoints: offeredEndpoints(offer, version, { platform: platformOf(parts), peer }, config.publicUrl) };
  });
}

function addModules(app: Express, parts: GatewayParts, forPeer: ForPeer, body: express.RequestHandler): void {
  const handlers = moduleHandlers(parts.config);
  const routes = compileRoutes(modules);
  const serve = (route: ModuleRoute): PeerHandler => async (request, response, { peer, registrationOnly }) => {
    if (registrationOnly) throw new RoamgridError('token.registration_only', 'this token opens versions and credentials only');
    const platform = platformOf(parts);
    const objects = parts.objects.get(route.module.id);
    if (!objects || !isOffered(route.module, route.side, { platform, peer })) {
      throw new RoamgridError('route.unknown', `${route.module.id} ${route.side} is not offered here`);
    }
    const routing = route.module.routed ? readCheckedRouting(request, response, peer, platform) : {};
    await handlers[route.operation]({ request, response, route, peer, platform, routing, objects });
  };
  addRoutes(app, routes, forPeer, body, serve);
}

function addConversations(app: Express, parts: GatewayParts, forPeer: ForPeer, body: express.RequestHandler): void {
  const serve = (route: ConversationRoute): PeerHandler => async (request, response, { peer, registrationOnly }) => {
    if (registrationOnly) throw new RoamgridError('token.registration_only', 'this token opens versions and credentials only');
    const platform = platformOf(parts);
    const client = parts.conversations.get(route.module.id);
    if (!client || !isConversationOffered(route.module, route.side, { platform, peer })) {
      throw new RoamgridError('route.unknown', `${route.module.id} ${route.side} is not offered here`);
    }
    const routing = readCheckedRouting(request, response, peer, platform);
    await converse({ request, response, route, peer, platform, routing, client });
  };
  addRoutes(app, compileConversations(conversations), forPeer, body, serve);
  for (const module of conversations) addWords(app, module, forPeer);
}

/** What is no word of the module is not there, with the method that words have; with any other nothing is (CMD-03, CMD-04). */
function addWords(app: Express, { id, version, requests }: ConversationDeclaration, forPeer: ForPeer): void {
  const methods = new Set(requests.filter(({ segment }) => 'word' in segment).map(({ method }) => method));
  const base = endpointPath(version, 'RECEIVER', id);
  app.all(
    [base, `${base}/:word`],
    forPeer((request, response) =>
      Promise.reject(methods.size === 0 || methods.has(request.method as 'POST') ? new RoamgridError('route.unknown', `nothing at ${request.path}`) : notAllowed(request, response, [...methods])),
    ),
  );
}

interface AppRoute {
  readonly method: string;
  readonly template: string;
}

/** Serves all routes; a path that exists answers other methods with those that it has. */
function addRoutes<R extends AppRoute>(app: Express, routes: readonly R[], forPeer: ForPeer, body: express.RequestHandler, serve: (route: R) => PeerHandler): void {
  for (const route of routes) {
    const method = route.method.toLowerCase() as 'get' | 'put' | 'patch' | 'delete' | 'post';
    app[method](route.template, ...(method === 'get' ? [] : [body]), forPeer(serve(route)));
  }
  for (const template of new Set(routes.map((route) => route.template))) {
    const allowed = routes.filter((route) => route.template === template).map((route) => route.method);
    app.all(template, forPeer((request, response) => Promise.reject(notAllowed(request, response, allowed))));
  }
}

function platformOf({ directory }: GatewayParts): Platform {
  if (!directory.platform) throw new RoamgridError('unavailable', 'the directory of peers is not here yet');
  return directory.platform;
}

function spokenVersion(text: string): OcpiVersion {
  const version = SPOKEN_VERSIONS.find((spoken) => spoken === text);
  if (!version) throw new RoamgridError('version.unknown', `OCPI ${text} is not spoken here; ${SPOKEN_VERSIONS.join(', ')} is`);
  return version;
}

function notAllowed(request: Request, response: Response, allowed: readonly string[]): RoamgridError {
  response.setHeader('allow', allowed.join(', '));
  return new RoamgridError('method.not_allowed', `${request.method} is not defined here; ${allowed.join(', ')} is`);
}

/** Errors of the HTTP layer (a body too large, an aborted request, a path that cannot be decoded) become ours here. */
function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, next: NextFunction) => {
    const known = fromHttpError(error);
    if (known.code === 'internal') logger.error({ err: known, method: request.method, path: request.path }, 'request failed');
    if (known.code === 'unavailable') logger.warn({ reason: known.message, method: request.method, path: request.path }, 'a service is away');
    if (response.headersSent) next(error);
    else answerError(response, known);
  };
}

function fromHttpError(error: unknown): RoamgridError {
  if (error instanceof RoamgridError) return error;
  const status = (error as { status?: unknown }).status;
  if (status === 413) return new RoamgridError('body.too_large', 'the body is larger than this route takes');
  if (error instanceof URIError) return new RoamgridError('parameter.invalid', 'the path is not percent-encoded UTF-8');
  if (typeof status === 'number' && status < 500) return new RoamgridError('body.malformed', messageOf(error));
  return RoamgridError.from(error);
}
