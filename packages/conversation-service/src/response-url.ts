import { createHash, randomBytes } from 'node:crypto';
import { endpointPath, RESULTS, type ConversationDeclaration } from '@roamgrid/modules';
import { readQuirks } from '@roamgrid/ocpi';
import type { EgressPolicy } from '@roamgrid/ocpi-client';
import { RoamgridError, type Peer } from '@roamgrid/runtime';

/** 32 characters of URL: nobody guesses them (CMD-13). */
const REPLY_BYTES = 24;

/** The last segment of a response_url of ours: known to the peer that is asked; here only its digest is kept. */
export function newReply(): { readonly reply: string; readonly digest: string } {
  const reply = randomBytes(REPLY_BYTES).toString('base64url');
  return { reply, digest: digestOf(reply) };
}

export function digestOf(reply: string): string {
  return createHash('sha256').update(reply).digest('base64url');
}

/** Where the result of a request of ours is to be POSTed (CMD-12). */
export function responseUrl(publicUrl: string, { id, version }: ConversationDeclaration, reply: string): string {
  return `${publicUrl}${endpointPath(version, 'SENDER', id)}/${RESULTS}/${reply}`;
}

/**
 * Judges the response_url of a peer before our token for it is ever sent there: a URL that may be called at all, at a host
 * that the peer is known by (CMD-15). Throws parameter.invalid.
 */
export function checkResponseUrl(text: string, peer: Peer, egress: EgressPolicy): void {
  const url = checked(text, egress);
  if (readQuirks(peer.quirks).any_response_host || hostsOf(peer).has(url.host)) return;
  throw new RoamgridError('parameter.invalid', `/response_url: ${url.host} is no host of the platform that asks`);
}

function checked(text: string, egress: EgressPolicy): URL {
  try {
    return egress.checkUrl(text);
  } catch (error) {
    throw new RoamgridError('parameter.invalid', `/response_url: ${RoamgridError.from(error).message}`, { cause: error });
  }
}

/** With their ports: another service on the same machine is another one. */
function hostsOf({ versions_url, endpoints }: Peer): Set<string> {
  const urls = [versions_url, ...endpoints.map(({ url }) => url)];
  return new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).host));
}
