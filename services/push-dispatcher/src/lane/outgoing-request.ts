import { joinUrl, type Routing } from '@roamgrid/ocpi';
import { calledPeer, type OcpiRequest } from '@roamgrid/ocpi-client';
import type { Fetched } from '@roamgrid/runtime';
import type { Receiver } from '../receiver';
import type { PushMethod } from './classify';

/** A push as the client sends it. */
export interface PushRequest extends OcpiRequest {
  readonly method: PushMethod;
}

/**
 * The request that brings an object's present state to a peer: its stored bytes by the module's method, or DELETE for a
 * tombstone. Undefined when there is nothing to tell: a tombstone in a module that has no DELETE.
 */
export function outgoingRequest(receiver: Receiver, object: Fetched): PushRequest | undefined {
  const { module, peer, url } = receiver;
  const common = { peer: calledPeer(peer), routing: routingOf(receiver, object) };
  const ownUrl = joinUrl(url, object.party.country_code, object.party.party_id, ...object.ids);
  if (object.deleted) return module.deletable ? { ...common, method: 'DELETE', url: ownUrl } : undefined;
  if (module.delivery.method === 'POST') return { ...common, method: 'POST', url, body: object.json };
  return { ...common, method: 'PUT', url: ownUrl, body: object.json };
}

/**
 * From the party that owns the object, to a party of the peer (RTE-04); none for what is no functional module (RTE-02).
 */
function routingOf({ module, to }: Receiver, object: Fetched): Routing | undefined {
  return module.id === 'hubclientinfo' ? undefined : { from: object.party, to };
}
