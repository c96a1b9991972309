import type { ModuleDeclaration } from '@roamgrid/modules';
import { objectKey, type Party } from '@roamgrid/ocpi';
import { OWN } from '@roamgrid/runtime';

/**
 * The key under which an object of this origin is stored: `CC*PID*id`. Where a role owns the module, several platforms may
 * speak of one party, each for itself: then what a peer says is told apart by that peer.
 */
export function keyOf({ ownedBy }: ModuleDeclaration, origin: string, party: Party, ids: readonly string[]): string {
  return objectKey(party, ...ids, ...(ownedBy === 'role' && origin !== OWN ? [origin] : []));
}
