import type { ModuleDeclaration } from '@roamgrid/modules';
import { partyKey } from '@roamgrid/ocpi';
import { actedForBy, OWN, type Peer, type Platform } from '@roamgrid/runtime';
import { receiverOf, type Receiver } from '../receiver';

/** An object that somebody brought, and whom it is meant for. */
export interface Brought {
  readonly origin: string;
  /** `CC*PID` each; undefined: everybody. */
  readonly audience?: readonly string[] | undefined;
}

/** The peers that are owed a change: the receivers of the module (see {@link receiverOf}) that it is meant for. */
export function interestedPeers(change: Brought, module: ModuleDeclaration, peers: readonly Peer[], platform: Platform | undefined): Peer[] {
  if (change.origin !== OWN && module.actedOnFor === undefined) return [];
  return peers.filter((peer) => {
    const receiver = receiverOf(module, peer);
    return receiver !== undefined && isMeantFor(receiver, change, platform);
  });
}

/**
 * Whether an object is sent to a receiver. What our own parties wrote: to one of its audience, or who sees all; without an
 * audience to everybody. What others wrote: to who acts on it for those of our parties that it is meant for (CHP-24). Nothing
 * ever goes back to where it came from.
 */
export function isMeantFor(receiver: Receiver, { origin, audience }: Brought, platform: Platform | undefined): boolean {
  if (origin === receiver.peer.id) return false;
  if (origin === OWN) return audience === undefined || receiver.seesAll || audience.some((party) => receiver.parties.has(party));
  return actedForBy(receiver.peer, receiver.module, platform).some((party) => audience?.includes(partyKey(party)));
}
