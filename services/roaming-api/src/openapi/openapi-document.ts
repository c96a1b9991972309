import type { Backend } from '../backend';
import { conversationComponents } from '../conversations/conversation-components';
import type { QueryParameter, Route, RouteAnswer, RouteBody } from '../http/route';
import { rightOf } from '../http/right-of';
import { apiSchemas, ref } from './api-schemas';
import { moduleSchemas } from './module-schemas';

/** A value that is written as JSON. */
type Tree = Record<string, unknown>;

/** The OpenAPI 3.1 document of a route table: what is served, and nothing else. */
export function openApiDocument(
  routes: readonly Route[],
  { modules, conversations, publicUrl }: Pick<Backend, 'conversations' | 'modules' | 'publicUrl'>,
): Tree {
  const paths: Record<string, Tree> = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Roamgrid roaming API',
      version: '1',
      description:
        'Systems of a company write their own roaming objects here, read those of their partners, and run their peers.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      schemas: Object.assign(
        {},
        apiSchemas,
        ...modules.map(moduleSchemas),
        ...conversations.map(({ declaration }) => conversationComponents(declaration)),
      ) as Tree,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'the API key' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  };
}

const text = { schema: { type: 'string' } };

/** Any other answer of any route. */
const problem = {
  description: 'a problem (RFC 9457)',
  headers: {
    'x-request-id': { ...text, description: 'the id of the request, as in the log' },
    'retry-after': { ...text, description: 'seconds to wait, of 429, 503 and where a repetition came too early' },
  },
  content: { 'application/problem+json': { schema: ref('Problem') } },
};

function operation(route: Route): Tree {
  const { id, tag, summary, notes, body, answers } = route;
  const right = rightOf(route);
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [right === undefined ? 'Needs no key.' : `Needs a key with the right \`${right}\`.`, ...(notes ? [notes] : [])].join(' '),
    ...(right === undefined && { security: [] }),
    parameters: parameters(route),
    ...(body && { requestBody: requestBody(body) }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer)])),
      default: problem,
    },
  };
}

function parameters({ path, query = [], headers = [] }: Route): Tree[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  return [...inPath, ...query.map((one) => parameter(one, 'query')), ...headers.map((one) => parameter(one, 'header'))];
}

function parameter({ name, description, schema }: QueryParameter, place: 'query' | 'header'): Tree {
  return { name, in: place, description, schema };
}

function requestBody(body: RouteBody): Tree {
  const mediaType = body.kind === 'json' ? 'application/json' : body.mediaType;
  return { required: !(body.kind === 'json' && body.optional), content: { [mediaType]: { schema: body.schema } } };
}

function response({ description, schema, mediaType = 'application/json', headers = {} }: RouteAnswer): Tree {
  const told = Object.entries(headers).map(([name, what]) => [name, { ...text, description: what }]);
  return {
    description,
    headers: Object.fromEntries([['x-request-id', { ...text, description: 'the id of the request' }], ...told]) as Tree,
    ...(schema && { content: { [mediaType]: { schema } } }),
  };
}
