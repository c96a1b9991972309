import { pathSegments, type OperationKind } from '@roamgrid/modules';
import { authorizeRoute } from './asking/authorize-token';
import { preferenceRoutes } from './asking/charging-preferences';
import type { Backend, ServedModule } from './backend';
import { creditRoute } from './credits/credit-route';
import { deliveryRoute } from './deliveries/delivery-route';
import { driverViewRoute } from './driver-view/driver-view-route';
import type { Route, RouteAnswer } from './http/route';
import { importObjects, importParameters, NDJSON, type ImportSlots } from './import/import-objects';
import { listObjects, listParameters } from './objects/list-objects';
import { deleteObject, deleteParameters, getObject, keyParameters, writeObject } from './objects/one-object';
import { pageSchema, ref } from './openapi/api-schemas';
import { inputName, schemaName } from './openapi/module-schemas';
import { versionRoute } from './versions/version-route';

const CREATED: RouteAnswer = { description: 'created', schema: ref('WriteResult') };
const WRITTEN: RouteAnswer = { description: 'written, or nothing to do', schema: ref('WriteResult') };

/** The routes of one module. A backend may do to its objects what an owner may do at a receiver, as declared. */
export function objectRoutes(module: ServedModule, backend: Backend, slots: ImportSlots): Route[] {
  const depths = [...Array(module.declaration.nested.length + 1).keys()];
  return [
    collectionRoute(module, backend),
    importRoute(module, backend, slots),
    ...depths.flatMap((depth) => oneRoutes(module, backend, depth)),
    ...(module.declaration.id === 'locations' ? [driverViewRoute(module, backend)] : []),
    deliveryRoute(module, backend),
    ...(module.declaration.id === 'tokens' ? [authorizeRoute(module, backend)] : []),
    ...(module.declaration.id === 'sessions' ? preferenceRoutes(module, backend) : []),
    ...(module.declaration.history === false ? [] : [versionRoute(module)]),
    ...(module.declaration.id === 'cdrs' ? [creditRoute(module, backend)] : []),
  ];
}

function collectionRoute(module: ServedModule, backend: Backend): Route {
  const { id } = module.declaration;
  return {
    method: 'GET',
    path: `/v1/${id}`,
    id: `list_${id}`,
    tag: id,
    summary: `Lists ${id}, own and received, oldest created first`,
    access: 'key',
    query: listParameters,
    answers: { 200: { description: 'a page', schema: pageSchema(ref(schemaName(module, 0, 'received'))) } },
    handle: listObjects(module, backend),
  };
}

function importRoute(module: ServedModule, backend: Backend, slots: ImportSlots): Route {
  const { id } = module.declaration;
  return {
    method: 'POST',
    path: `/v1/${id}/import`,
    id: `import_${id}`,
    tag: id,
    summary: `Writes many own ${id}, one JSON object a line, also gzipped; answers each line, then a summary`,
    access: 'key',
    query: importParameters,
    body: { kind: 'stream', mediaType: NDJSON, schema: ref(inputName(module, 0)) },
    answers: {
      200: {
        description: 'a result a line, in the order of the lines; then the summary',
        schema: ref('ImportLine'),
        mediaType: NDJSON,
      },
    },
    handle: importObjects(module, backend, slots),
  };
}

/** The routes of one object (depth 0) or of its nested object at that depth. */
function oneRoutes(module: ServedModule, backend: Backend, depth: number): Route[] {
  const offered = [getRoute(module, depth)];
  if (mayOwner(module, ['put', 'post'], depth)) offered.push(putRoute(module, backend, depth));
  if (mayOwner(module, ['patch'], depth)) offered.push(patchRoute(module, backend, depth));
  if (depth === 0 && module.declaration.deletable) offered.push(deleteRoute(module, backend));
  return offered;
}

function mayOwner({ declaration }: ServedModule, kinds: readonly OperationKind[], depth: number): boolean {
  return declaration.interfaces.receiver.some(
    ({ kind, reach }) => kinds.includes(kind) && (depth === 0 || reach === 'nested'),
  );
}

function common(module: ServedModule, depth: number, verb: string): Pick<Route, 'path' | 'id' | 'tag' | 'access' | 'query'> {
  const { declaration } = module;
  const segments = pathSegments(declaration, 'RECEIVER', depth).map((name) => `{${name}}`);
  return {
    path: `/v1/${declaration.id}/${segments.join('/')}`,
    id: `${verb}_${declaration.id}_${schemaName(module, depth, 'own')}`,
    tag: declaration.id,
    access: 'key',
    ...(module.declaration.keyQuery && { query: keyParameters(module) }),
  };
}

function getRoute(module: ServedModule, depth: number): Route {
  const schema = ref(schemaName(module, depth, 'received'));
  return {
    ...common(module, depth, 'get'),
    method: 'GET',
    summary: `Reads one ${schemaName(module, depth, 'own')}, own or received`,
    answers: { 200: { description: 'as it is stored; ETag is its rev', schema } },
    handle: getObject(module, depth),
  };
}

function putRoute(module: ServedModule, backend: Backend, depth: number): Route {
  const name = schemaName(module, depth, 'own');
  return {
    ...common(module, depth, 'put'),
    method: 'PUT',
    summary: `Creates or replaces one own ${name}`,
    body: { kind: 'json', schema: ref(inputName(module, depth)), maxBytes: backend.limits.objectBytes },
    answers: { 200: WRITTEN, 201: CREATED },
    handle: writeObject(module, backend, 'Put', depth),
  };
}

function patchRoute(module: ServedModule, backend: Backend, depth: number): Route {
  const schema = ref(schemaName(module, depth, 'patch'));
  return {
    ...common(module, depth, 'patch'),
    method: 'PATCH',
    summary: `Changes fields of one own ${schemaName(module, depth, 'own')}`,
    body: { kind: 'json', schema, maxBytes: backend.limits.objectBytes },
    answers: { 200: WRITTEN },
    handle: writeObject(module, backend, 'Patch', depth),
  };
}

function deleteRoute(module: ServedModule, backend: Backend): Route {
  return {
    ...common(module, 0, 'delete'),
    method: 'DELETE',
    summary: `Ends one own ${schemaName(module, 0, 'own')}`,
    ...(module.declaration.id === 'tariffs' && { query: deleteParameters }),
    answers: { 200: { description: 'deleted', schema: ref('WriteResult') } },
    handle: deleteObject(module, backend),
  };
}
