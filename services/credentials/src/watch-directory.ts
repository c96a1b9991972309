import type { DirectoryEvent, Peer } from '@roamgrid/runtime';
import { storeError } from '@roamgrid/store';
import type { Handshake } from './handshake';
import { toPeer, type PeerDocument } from './peer-document';

/**
 * The whole directory, then every change whichever replica made it, until `signal` ends it. The change stream begins
 * before the directory is read, so nothing falls between the two; what comes twice has the same revision. The driver
 * takes the stream up again when MongoDB restarts; where it can not, the call ends with `unavailable` and the watcher
 * calls anew.
 */
export async function watchDirectory(
  handshake: Handshake,
  withOutboundTokens: boolean,
  send: (event: DirectoryEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { store, own, vault } = handshake;
  const shown = (peer: PeerDocument): Peer =>
    toPeer(peer, withOutboundTokens && peer.outbound !== '' ? vault.open(peer.outbound, peer._id) : '');
  const changes = await store.watch();
  const close = (): void => void changes.close();
  signal.addEventListener('abort', close, { once: true });
  if (signal.aborted) close(); // while the stream was being prepared
  try {
    send({ platform: own.platform, complete: false });
    for (const peer of await store.all()) send({ peer: shown(peer), complete: false });
    send({ complete: true });
    for await (const change of changes) {
      const peer = 'fullDocument' in change ? change.fullDocument : undefined;
      // Peers are never deleted; if the collection was touched by hand, the watcher starts over with a whole directory.
      if (!peer) return;
      send({ peer: shown(peer), complete: false });
    }
  } catch (error) {
    if (!signal.aborted) throw storeError(error);
  } finally {
    signal.removeEventListener('abort', close);
    await changes.close();
  }
}
