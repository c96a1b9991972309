import type { NoticeKind, RequestKind } from '@roamgrid/modules';
import type { JsonObject } from '@roamgrid/object-service';
import { addQuery, joinUrl, type Routing } from '@roamgrid/ocpi';
import { calledPeer, requireEndpoint, type OcpiAnswer } from '@roamgrid/ocpi-client';
import type { Peer } from '@roamgrid/runtime';
import type { TalkContext } from './talk-context';

export interface PeerRequest {
  readonly peer: Peer;
  readonly kind: RequestKind;
  readonly request: JsonObject;
  readonly routing: Routing;
}

/** Makes a request as its kind is written: in the path, and in the body or the query, where values are percent-encoded (CHP-04). */
export function callPeer({ client, config, module }: TalkContext, { peer, kind, request, routing }: PeerRequest): Promise<OcpiAnswer> {
  const { method, segment, place } = kind;
  const word = 'word' in segment ? segment.word : String(request[segment.field]);
  const rest = Object.fromEntries(Object.entries(request).filter(([field]) => !('field' in segment) || field !== segment.field));
  const url = joinUrl(requireEndpoint(peer, module.id, 'RECEIVER'), word);
  const query = place === 'query' ? new URLSearchParams(Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, String(value)]))).toString() : '';
  return client.call({
    peer: calledPeer(peer),
    method,
    url: addQuery(url, query),
    body: place === 'body' ? Buffer.from(JSON.stringify(rest)) : undefined,
    routing,
    timeout: config.asking.answerTimeout,
  });
}

/** Tells a notice to the sender interface of who asked for it. */
export function tellNotice({ client, config, module }: TalkContext, peer: Peer, { field }: NoticeKind, notice: JsonObject, routing: Routing): Promise<OcpiAnswer> {
  const { [field]: named, ...body } = notice;
  return client.call({
    peer: calledPeer(peer),
    method: 'PUT',
    url: joinUrl(requireEndpoint(peer, module.id, 'SENDER'), String(named)),
    body: Buffer.from(JSON.stringify(body)),
    routing,
    timeout: config.asking.answerTimeout,
  });
}
