import { hashToken, tokenCandidates } from '@roamgrid/ocpi';
import { RoamgridError, type Peer, type PeerDirectory } from '@roamgrid/runtime';

/** Who calls, known by the token alone (TRN-10). */
export interface AuthenticatedPeer {
  readonly peer: Peer;
  readonly tokenHash: string;
  /** A token A opens versions and credentials only (TRN-09). */
  readonly registrationOnly: boolean;
}

/**
 * Finds the peer of an Authorization header. A token that the directory does not hold is asked for once: it may have been
 * issued this moment, by a handshake that is still open (CRD-03). Throws token.unknown.
 */
export async function authenticate(
  header: string | undefined,
  directory: PeerDirectory,
  tokenHashKey: string,
): Promise<AuthenticatedPeer> {
  const hashes: string[] = [];
  for (const token of tokenCandidates(header)) {
    const hash = hashToken(tokenHashKey, token);
    const known = directory.peerByTokenHash(hash);
    if (known) return authenticated(known, hash);
    hashes.push(hash);
  }
  for (const hash of hashes) {
    const peer = await askForPeer(directory, hash);
    if (peer) return authenticated(peer, hash);
  }
  throw new RoamgridError('token.unknown', header ? 'the credentials token is not known' : 'no credentials token given');
}

async function askForPeer(directory: PeerDirectory, hash: string): Promise<Peer | undefined> {
  try {
    directory.apply(await directory.credentials.Authenticate({ token_hash: hash }));
    return directory.peerByTokenHash(hash);
  } catch (error) {
    const code = RoamgridError.from(error).code;
    if (code === 'peer.unknown' || code === 'token.unknown') return undefined;
    throw error;
  }
}

function authenticated(peer: Peer, tokenHash: string): AuthenticatedPeer {
  const token = peer.inbound_tokens.find(({ hash }) => hash === tokenHash);
  return { peer, tokenHash, registrationOnly: token?.scope !== 'all' };
}
