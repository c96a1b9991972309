import { readQuirks, type Party } from '@roamgrid/ocpi';
import type { Peer, Platform } from './contracts/credentials';

type Contracted = Pick<Peer, 'quirks' | 'roles'>;

/** Whether a peer does smart charging for us, at our charge points or for our drivers: an SCSP under contract (CHP-23, CHP-24). */
export function isSmartCharger({ quirks, roles }: Contracted): boolean {
  return roles.some(({ role }) => role === 'SCSP') && readQuirks(quirks).smart_charging;
}

/** The same, or it may turn out to be one: who registers reads what we offer before it has told its roles. */
export function mayBeSmartCharger(peer: Contracted): boolean {
  return peer.roles.length === 0 ? readQuirks(peer.quirks).smart_charging : isSmartCharger(peer);
}

/** Whether a peer may see objects of a module whoever they are meant for: an SCSP must know all Sessions to act on them (CHP-27). */
export function seesAll({ interested }: { readonly interested: readonly string[] }, peer: Contracted): boolean {
  return interested.includes('SCSP') && isSmartCharger(peer);
}

/** Those of our parties for whose sake a peer sees what they received, too: an SCSP under contract acts on it (CHP-24, CHP-36). */
export function actedForBy(peer: Contracted, { actedOnFor }: { readonly actedOnFor?: string }, platform: Platform | undefined): readonly Party[] {
  if (actedOnFor === undefined || !isSmartCharger(peer)) return [];
  const actedFor = platform?.parties.filter(({ role }) => role === actedOnFor) ?? [];
  return actedFor.map(({ country_code, party_id }) => ({ country_code, party_id }));
}
