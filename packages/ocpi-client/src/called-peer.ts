import { readQuirks } from '@roamgrid/ocpi';
import type { Peer } from '@roamgrid/runtime';
import type { CalledPeer } from './ocpi-client';

/**
 * A peer of the directory as the client calls it, with its quirks. Without a quirk for it the token is sent raw to 2.1.1
 * and in Base64 to everything newer (TRN-07).
 */
export function calledPeer({ id, version, quirks, outbound_token }: CalledFields): CalledPeer {
  const read = readQuirks(quirks);
  const tokenEncoding = read.token_encoding ?? (version === '2.1.1' ? 'raw' : 'base64');
  return { key: id, token: outbound_token, tokenEncoding, quirks: read };
}

type CalledFields = Pick<Peer, 'id' | 'version' | 'quirks' | 'outbound_token'>;
