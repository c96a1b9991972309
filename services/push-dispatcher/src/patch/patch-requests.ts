import { OCPI_VERSIONS, type ModuleDeclaration, type Operation } from '@roamgrid/modules';
import { compareVersions, spelledForPeer } from '@roamgrid/ocpi';
import type { Fetched } from '@roamgrid/runtime';
import { ownUrl, requestTo, type PushRequest } from '../lane/outgoing-request';
import type { Receiver } from '../receiver';
import { objectChanges, type Json, type ObjectChange } from './object-changes';

/**
 * The requests that bring a peer that holds `known` of an object to its present state; undefined where the whole is to be
 * put: the module or its version has no PATCH at the level of a change, or there is nothing that PATCH could say.
 */
export function patchRequests(receiver: Receiver, object: Fetched, known: Buffer): PushRequest[] | undefined {
  const { module, peer } = receiver;
  if (!hasOperation(module, peer.version, 'patch', [])) return undefined;
  const changes = objectChanges(module, jsonOf(known), jsonOf(object.json));
  const possible = changes?.every(({ method, nested }) =>
    hasOperation(module, peer.version, method === 'PUT' ? 'put' : 'patch', nested),
  );
  return possible ? changes?.map((change) => requestOf(receiver, object, change)) : undefined;
}

function requestOf(receiver: Receiver, object: Fetched, { method, nested, body }: ObjectChange): PushRequest {
  const { module, quirks } = receiver;
  const json = Buffer.from(JSON.stringify(body));
  return {
    ...requestTo(receiver, object),
    method,
    url: ownUrl(receiver, object, nested),
    body: nested.length === 0 ? spelledForPeer(module.id, quirks, json) : json,
  };
}

function hasOperation(
  { interfaces }: ModuleDeclaration,
  version: string,
  kind: Operation['kind'],
  nested: readonly string[],
): boolean {
  return interfaces.receiver.some(
    (each) =>
      each.kind === kind &&
      (nested.length === 0 || each.reach === 'nested') &&
      compareVersions(each.since ?? OCPI_VERSIONS[0], version) <= 0,
  );
}

function jsonOf(bytes: Buffer): Json {
  return JSON.parse(bytes.toString('utf8')) as Json;
}
