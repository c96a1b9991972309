import type { Peer } from '@roamgrid/runtime';
import type { CalledPeer } from './ocpi-client';

/** Name of the quirk that says how a peer wants its token: `base64` or `raw` (TRN-07). */
export const TOKEN_ENCODING_QUIRK = 'token_encoding';

/**
 * A peer of the directory as the client calls it. Its quirk decides the encoding of the token; without one it is raw
 * for 2.1.1 and Base64 for everything newer (TRN-07).
 */
export function calledPeer(peer: Pick<Peer, 'id' | 'version' | 'quirks' | 'outbound_token'>): CalledPeer {
  const quirk = peer.quirks[TOKEN_ENCODING_QUIRK] ?? (peer.version === '2.1.1' ? 'raw' : 'base64');
  return { key: peer.id, token: peer.outbound_token, tokenEncoding: quirk === 'raw' ? 'raw' : 'base64' };
}
