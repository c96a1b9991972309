import type { Request, Response } from 'express';
import { addressedIds, pathSegments, type Advice } from '@roamgrid/modules';
import { crashPoint, type ObjectPath, type WriteReply } from '@roamgrid/runtime';
import { adviseOnOwn } from '../advice/own-advice';
import { findTariffUse } from '../advice/tariff-use';
import type { Backend, ServedModule } from '../backend';
import { HttpProblem } from '../http/problem';
import {
  bodyBytes,
  pathParameter,
  queryParameter,
  sendJson,
  sendJsonBytes,
  type Handler,
  type QueryParameter,
} from '../http/route';
import { ownCaller } from './own-caller';

/** The object itself, or the nested one at that depth, as the bytes that are stored; ETag is its rev. */
export function getObject(module: ServedModule, depth: number): Handler {
  return async (request, response) => {
    const { party, ids, nested } = objectPath(module, depth, request);
    const reply = await module.objects.Get({ version: module.version, origin: '', parties: [party], ids, nested });
    const etag = `"${reply.rev}"`;
    response.setHeader('etag', etag);
    if (knows(request, etag)) response.writeHead(304).end();
    else sendJsonBytes(response, 200, reply.json);
  };
}

/**
 * Creates or replaces (`Put`), or merges into (`Patch`), an object of ours or the nested one at that depth. The answer to a
 * whole object says what had better be otherwise about it.
 */
export function writeObject(
  module: ServedModule,
  { directory, modules }: Backend,
  call: 'Put' | 'Patch',
  depth: number,
): Handler {
  return async (request, response) => {
    const caller = ownCaller(module.declaration, directory);
    const path = objectPath(module, depth, request, call === 'Put');
    const json = bodyBytes(request);
    const reply = await module.objects[call]({ caller, version: module.version, path, json });
    sendReply(response, reply, call === 'Put' ? await warningsOn(module, modules, path, json) : []);
  };
}

/** Query parameters of a delete. */
export const deleteParameters: readonly QueryParameter[] = [
  {
    name: 'in_use',
    description: '`allowed` deletes a tariff that Connectors still name; without it that is a conflict',
    schema: { enum: ['refused', 'allowed'], default: 'refused' },
  },
];

/** Ends an object of ours. Throws object.in_use for a tariff that our Connectors still name (TAR-09). */
export function deleteObject(module: ServedModule, { directory, modules }: Backend): Handler {
  return async (request, response) => {
    const caller = ownCaller(module.declaration, directory);
    const path = objectPath(module, 0, request);
    const locations = modules.find(({ declaration }) => declaration.id === 'locations');
    if (module.declaration.id === 'tariffs' && locations && queryParameter(request, 'in_use') !== 'allowed') {
      const use = await findTariffUse(locations, path.party, path.ids[0] ?? '');
      if (use !== undefined) throw new HttpProblem('object.in_use', `the Connector ${use} names this tariff`);
    }
    sendReply(response, await module.objects.Delete({ caller, version: module.version, path, json: Buffer.alloc(0) }));
  };
}

/** Not express's `fresh`: it gives in to the no-cache that common clients add to conditional requests by themselves. */
function knows({ headers }: Request, etag: string): boolean {
  return (headers['if-none-match'] ?? '').split(',').some((known) => known.trim().replace(/^W\//, '') === etag);
}

export function sendReply(response: Response, { outcome, key, rev }: WriteReply, warnings: readonly Advice[] = []): void {
  crashPoint('roaming-api.answering');
  const body = { outcome, key, rev, ...(warnings.length > 0 && { warnings }) };
  sendJson(response, outcome === 'created' ? 201 : 200, body);
}

async function warningsOn(
  module: ServedModule,
  modules: readonly ServedModule[],
  { party, nested }: ObjectPath,
  json: Buffer,
): Promise<readonly Advice[]> {
  const tariffs = modules.find(({ declaration }) => declaration.id === 'tariffs');
  const written = { value: JSON.parse(json.toString()) as unknown, depth: nested.length, party };
  const [warnings = []] = await adviseOnOwn(module, [written], { tariffs });
  return warnings;
}

/** Query parameters of one object of a module: what its URL does not say of its key. */
export function keyParameters({ declaration: { keyQuery } }: ServedModule): readonly QueryParameter[] {
  if (!keyQuery) return [];
  const { name, fallback } = keyQuery;
  const otherwise = fallback === '' ? 'the newest' : fallback;
  return [{ name, description: `the rest of the key; ${otherwise} where neither it nor a whole object says`, schema: { type: 'string' } }];
}

/**
 * Reads the address of an object: party, what identifies it within the party, and the way down to the depth. A whole
 * object names itself where the address leaves something open.
 */
export function objectPath({ declaration }: ServedModule, depth: number, request: Request, whole = false): ObjectPath {
  const values = pathSegments(declaration, 'RECEIVER', depth).map((name) => pathParameter(request, name));
  const [country_code = '', party_id = '', id, ...nested] = values;
  const queried = declaration.keyQuery && queryParameter(request, declaration.keyQuery.name);
  return { party: { country_code, party_id }, ids: addressedIds(declaration, id, queried, whole), nested };
}
