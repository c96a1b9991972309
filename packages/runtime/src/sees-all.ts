import { readQuirks } from '@roamgrid/ocpi';
import type { Peer } from './contracts/credentials';

type Contracted = Pick<Peer, 'quirks' | 'roles'>;

/** Whether a peer does smart charging for our charge points: an SCSP under contract (CHP-23). */
export function isSmartCharger({ quirks, roles }: Contracted): boolean {
  return roles.some(({ role }) => role === 'SCSP') && readQuirks(quirks).smart_charging;
}

/** Whether a peer may see objects of a module whoever they are meant for: an SCSP must know all Sessions to act on them (CHP-27). */
export function seesAll({ interested }: { readonly interested: readonly string[] }, peer: Contracted): boolean {
  return interested.includes('SCSP') && isSmartCharger(peer);
}
