import type { Change } from '@roamgrid/changes';
import type { ModuleDeclaration } from '@roamgrid/modules';
import { OWN, type Peer } from '@roamgrid/runtime';
import { receiverOf, type Receiver } from '../receiver';

/**
 * The peers that are owed a change: only what our own parties wrote is sent on; a receiver of the module (see
 * {@link receiverOf}); one of the change's audience where it has one; and never who it came from.
 */
export function interestedPeers(
  change: Pick<Change, 'origin' | 'audience'>,
  module: ModuleDeclaration,
  peers: readonly Peer[],
): Peer[] {
  if (change.origin !== OWN) return [];
  return peers.filter((peer) => {
    const receiver = peer.id === change.origin ? undefined : receiverOf(module, peer);
    return receiver !== undefined && isMeantFor(receiver, change.audience);
  });
}

/**
 * Whether one of the receiver's parties stands in an audience, `CC*PID` each, or it sees all; without an audience everybody may
 * see it.
 */
export function isMeantFor(receiver: Receiver, audience: readonly string[] | undefined): boolean {
  return audience === undefined || receiver.seesAll || audience.some((party) => receiver.parties.has(party));
}
