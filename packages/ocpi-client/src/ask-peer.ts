import { addQuery, joinUrl, type Routing } from '@roamgrid/ocpi';
import type { Peer } from '@roamgrid/runtime';
import { calledPeer } from './called-peer';
import { requireEndpoint } from './endpoint-of';
import type { OcpiAnswer } from './ocpi-answer';
import type { OcpiClient, OcpiRequest } from './ocpi-client';

/** Something to be asked of an object that a peer holds on its sender side. */
export interface Question {
  readonly module: string;
  readonly method: OcpiRequest['method'];
  /** Segments below the endpoint. */
  readonly path: readonly string[];
  /** Such as `type=APP_USER`; empty: none. */
  readonly query: string;
  readonly body?: Buffer | undefined;
  readonly routing: Routing;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Asks a peer. Throws peer.endpoints_missing where there is nobody to ask, and as {@link OcpiClient.call} does. */
export async function askPeer(client: OcpiClient, peer: Peer, question: Question): Promise<OcpiAnswer> {
  const { module, method, path, query, body, routing, timeout } = question;
  const endpoint = requireEndpoint(peer, module, 'SENDER');
  return client.call({ peer: calledPeer(peer), method, url: addQuery(joinUrl(endpoint, ...path), query), body, routing, timeout });
}
