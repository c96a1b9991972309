import type { Backend } from './backend';
import { sendJson, type Route } from './http/route';
import { ImportSlots } from './import/import-objects';
import { objectRoutes } from './object-routes';
import { ref } from './openapi/api-schemas';
import { openApiDocument } from './openapi/openapi-document';
import { peerRoutes } from './peers/peer-routes';
import { getStatus } from './status/get-status';

/** All that the API serves. The express application and the OpenAPI document are both made of this table. */
export function routeTable(backend: Backend): Route[] {
  const slots = new ImportSlots(backend.limits.imports);
  const routes: Route[] = [
    ...backend.modules.flatMap((module) => objectRoutes(module, backend, slots)),
    ...peerRoutes(backend),
    {
      method: 'GET',
      path: '/v1/status',
      id: 'get_status',
      tag: 'status',
      summary: 'How all partners and modules stand: stored, pushed, waiting, failed, pulled',
      access: 'key',
      answers: { 200: { description: 'the status', schema: ref('Status') } },
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
      answers: { 200: { description: 'links', schema: { type: 'object' } } },
      handle: (_request, response) => sendJson(response, 200, indexOf(backend)),
    },
  ];
  return routes;
}

function indexOf({ modules, publicUrl }: Backend): Record<string, unknown> {
  const links = ['openapi.json', 'v1/status', 'v1/peers', ...modules.map(({ declaration }) => `v1/${declaration.id}`)];
  return { name: 'Roamgrid roaming API', links: links.map((link) => `${publicUrl}/${link}`) };
}
