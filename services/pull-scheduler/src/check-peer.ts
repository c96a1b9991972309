import { RoamgridError, type PeerDirectory } from '@roamgrid/runtime';

/** Throws peer.unknown for a peer that there is not; an empty id stands for all. */
export function checkPeer(directory: Pick<PeerDirectory, 'peer'>, id: string): void {
  if (id === '' || directory.peer(id)) return;
  throw new RoamgridError('peer.unknown', `there is no peer ${JSON.stringify(id.slice(0, 64))}`);
}

/** The same, but an empty id is nobody's either. */
export function checkOnePeer(directory: Pick<PeerDirectory, 'peer'>, id: string): void {
  if (id === '') throw new RoamgridError('peer.unknown', 'the id of a peer is expected');
  checkPeer(directory, id);
}
