import { servedIds, type Backend, type ServedModule } from './backend';
import { conversationRoutes } from './conversations/conversation-routes';
import { docsRoutes } from './docs/docs-routes';
import { feedRoute } from './feed/feed-route';
import { sendJson, type Route } from './http/route';
import { ImportSlots } from './import/import-objects';
import { keyRoutes } from './keys/key-routes';
import { objectRoutes } from './object-routes';
import { exportRoute } from './objects/export-objects';
import { ref } from './openapi/api-schemas';
import { openApiDocument } from './openapi/openapi-document';
import { operationsRoutes } from './operations/operations-routes';
import { peerRoutes } from './peers/peer-routes';
import { getStatus } from './status/get-status';

/** All that the API serves. The express application and the OpenAPI document are both made of this table. */
export function routeTable(backend: Backend): Route[] {
  const slots = new ImportSlots(backend.limits.imports);
  const routes: Route[] = [
    ...backend.modules.flatMap((module) => moduleRoutes(module, backend, slots)),
    ...backend.conversations.flatMap((conversation) => conversationRoutes(conversation, backend)),
    feedRoute(backend),
    ...peerRoutes(backend),
    ...operationsRoutes(backend),
    ...keyRoutes(backend),
    ...docsRoutes(),
    {
      method: 'GET',
      path: '/v1/status',
      id: 'get_status',
      tag: 'status',
      summary: 'How all partners and modules stand: stored, pushed, waiting, failed, pulled',
      access: 'read',
      answers: { 200: { description: 'the status', schema: ref('Status') } },
      uncounted: true,
      handle: getStatus(backend),
    },
    {
      method: 'GET',
      path: '/openapi.json',
      id: 'get_openapi',
      tag: 'about',
      summary: 'This document',
      access: 'open',
      answers: { 200: { description: 'OpenAPI 3.1', schema: { type: 'object' } } },
      handle: (_request, response) => sendJson(response, 200, openApiDocument(routes, backend)),
    },
    {
      method: 'GET',
      path: '/',
      id: 'get_index',
      tag: 'about',
      summary: 'Links to what there is',
      access: 'open',
      answers: { 200: { description: 'links', schema: ref('Index') } },
      handle: (_request, response) => sendJson(response, 200, indexOf(backend)),
    },
  ];
  return routes;
}

/** Which module a key must be for follows from where a route comes from. */
function moduleRoutes(module: ServedModule, backend: Backend, slots: ImportSlots): Route[] {
  const routes = [exportRoute(module, backend), ...objectRoutes(module, backend, slots)];
  return routes.map((route) => ({ ...withHeaders(route, module.declaration.id), module: module.declaration.id }));
}

/** Reading one object is conditional, and an import may be compressed, of every module. */
function withHeaders(route: Route, module: string): Route {
  const ok = route.answers[200];
  if (route.id.startsWith(`get_${module}_`) && ok) {
    const answers = { 200: { ...ok, headers: { etag: 'its rev' } }, 304: { description: 'it is what the caller knows' } };
    return { ...route, answers, headers: [{ name: 'if-none-match', description: 'an ETag that the caller knows', schema: { type: 'string' } }] };
  }
  if (route.body?.kind !== 'stream') return route;
  return { ...route, headers: [{ name: 'content-encoding', description: 'of the lines', schema: { enum: ['gzip', 'identity'] } }] };
}

function indexOf(backend: Backend): Record<string, unknown> {
  const about = ['docs', 'openapi.json', 'v1/status', 'v1/changes', 'v1/peers', 'v1/keys'];
  const links = [...about, ...servedIds(backend).map((id) => `v1/${id}`)];
  return { name: 'Roamgrid roaming API', links: links.map((link) => `${backend.publicUrl}/${link}`) };
}
