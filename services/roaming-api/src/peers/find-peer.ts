import { RoamgridError, type Client, type CredentialsCalls, type Peer } from '@roamgrid/runtime';

/** The peer of that id. Throws peer.unknown. */
export async function findPeer(credentials: Client<CredentialsCalls>, id: string): Promise<Peer> {
  const { peers } = await credentials.ListPeers({});
  const peer = peers.find((candidate) => candidate.id === id);
  if (!peer) throw new RoamgridError('peer.unknown', `there is no peer ${JSON.stringify(id.slice(0, 64))}`);
  return peer;
}
