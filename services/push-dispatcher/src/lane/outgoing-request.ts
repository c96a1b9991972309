import { addressQuery } from '@roamgrid/modules';
import { addQuery, joinUrl, partyKey, partyOfKey, slashedUrl, spelledForPeer, type Party, type Routing } from '@roamgrid/ocpi';
import { calledPeer, type OcpiRequest } from '@roamgrid/ocpi-client';
import { OWN, type Fetched } from '@roamgrid/runtime';
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
  const { module, quirks, url } = receiver;
  const common = requestTo(receiver, object);
  if (object.deleted)
    return module.deletable ? { ...common, method: 'DELETE', url: ownUrl(receiver, object) } : undefined;
  const body = spelledForPeer(module.id, quirks, object.json);
  if (module.delivery.method === 'POST')
    return { ...common, method: 'POST', url: slashedUrl(url, quirks.endpoint_slash), body };
  return { ...common, method: 'PUT', url: ownUrl(receiver, object), body };
}

/** Whom a request about an object goes to, and between whom. */
export function requestTo(receiver: Receiver, object: Fetched): Pick<PushRequest, 'peer' | 'routing'> {
  return { peer: calledPeer(receiver.peer), routing: routingOf(receiver, object) };
}

/** Where a peer holds an object, or a nested item of it (TRN-53, TRN-56, TOK-18). */
export function ownUrl({ url, module }: Receiver, { party, ids }: Fetched, nested: readonly string[] = []): string {
  const inPath = module.keyQuery ? ids.slice(0, -1) : ids;
  return addQuery(joinUrl(url, party.country_code, party.party_id, ...inPath, ...nested), addressQuery(module, ids));
}

/**
 * From the party that owns the object, or ours that passes on what it received (RTE-08), to a party of the peer: the one that the object is meant for, where that is said
 * (RTE-04, CDR-40); none for what is no functional module (RTE-02).
 */
function routingOf(receiver: Receiver, object: Fetched): Routing | undefined {
  return receiver.module.routed ? { from: speakerOf(object), to: addresseeOf(receiver, object) } : undefined;
}

function speakerOf({ origin, party, audience: [receivedBy] }: Fetched): Party {
  return origin === OWN || receivedBy === undefined ? party : partyOfKey(receivedBy);
}

function addresseeOf({ peer, to }: Receiver, { audience }: Fetched): Party {
  return peer.roles.find((role) => audience.includes(partyKey(role))) ?? to;
}
