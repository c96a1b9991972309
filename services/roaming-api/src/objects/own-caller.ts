import type { ModuleDeclaration } from '@roamgrid/modules';
import { partyKey } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type Caller, type HostedParty, type PeerDirectory } from '@roamgrid/runtime';
import { away } from '../http/problem';

/**
 * The caller that stands for the company's own systems: all parties hosted here. Throws unavailable while the parties
 * are not known yet, and party.role_missing when none of them has the role that owns the module, so that a long upload
 * is refused before it begins; whose object it is, is judged by the object service.
 */
export function ownCaller(module: ModuleDeclaration, directory: PeerDirectory): Caller {
  const parties = directory.platform?.parties;
  if (!parties) throw away('the parties hosted here are not known yet: no word from the credentials service');
  if (!parties.some(({ role }) => role === module.owner)) {
    const ours = parties.map((party) => `${partyKey(party)} (${party.role})`).join(', ') || 'none';
    throw new RoamgridError(
      'party.role_missing',
      `${module.id} are written by the role ${module.owner}, which none of the parties hosted here has: ${ours}`,
    );
  }
  return { origin: OWN, roles: parties.map(toRole) };
}

function toRole({ role, country_code, party_id }: HostedParty): Caller['roles'][number] {
  return { role, country_code, party_id };
}
