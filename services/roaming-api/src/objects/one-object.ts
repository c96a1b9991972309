import type { Request, Response } from 'express';
import { pathSegments } from '@roamgrid/modules';
import type { ObjectPath, WriteReply } from '@roamgrid/runtime';
import type { Backend, ServedModule } from '../backend';
import { bodyBytes, pathParameter, sendJson, sendJsonBytes, type Handler } from '../http/route';
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

/** Creates or replaces (`Put`), or merges into (`Patch`), an object of ours or the nested one at that depth. */
export function writeObject(
  module: ServedModule,
  { directory }: Backend,
  call: 'Put' | 'Patch',
  depth: number,
): Handler {
  return async (request, response) => {
    const caller = ownCaller(module.declaration, directory);
    const path = objectPath(module, depth, request);
    sendReply(
      response,
      await module.objects[call]({ caller, version: module.version, path, json: bodyBytes(request) }),
    );
  };
}

/** Ends an object of ours. */
export function deleteObject(module: ServedModule, { directory }: Backend): Handler {
  return async (request, response) => {
    const caller = ownCaller(module.declaration, directory);
    const path = objectPath(module, 0, request);
    sendReply(response, await module.objects.Delete({ caller, version: module.version, path, json: Buffer.alloc(0) }));
  };
}

/** Not express's `fresh`: it gives in to the no-cache that common clients add to conditional requests by themselves. */
function knows({ headers }: Request, etag: string): boolean {
  return (headers['if-none-match'] ?? '').split(',').some((known) => known.trim().replace(/^W\//, '') === etag);
}

function sendReply(response: Response, { outcome, key, rev }: WriteReply): void {
  sendJson(response, outcome === 'created' ? 201 : 200, { outcome, key, rev });
}

/** Reads the address of an object: party, what identifies it within the party, and the way down to the depth. */
function objectPath({ declaration }: ServedModule, depth: number, request: Request): ObjectPath {
  const values = pathSegments(declaration, 'RECEIVER', depth).map((name) => pathParameter(request, name));
  const [country_code = '', party_id = '', ...names] = values;
  const ids = names.slice(0, names.length - depth);
  return { party: { country_code, party_id }, ids, nested: names.slice(ids.length) };
}
