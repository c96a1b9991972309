import type { ConversationDeclaration, Role } from '@roamgrid/modules';
import { partyKey, type Party } from '@roamgrid/ocpi';
import { RoamgridError, type PeerDirectory } from '@roamgrid/runtime';
import { away } from '../http/problem';
import { actsFor } from '../keys/scoped-conversations';

/**
 * The parties hosted here that have one of these roles, and that the key of the request acts for; each once, spelt as it is
 * hosted. Throws unavailable while they are not known yet.
 */
export function ownParties({ platform }: Pick<PeerDirectory, 'platform'>, roles: readonly Role[]): Party[] {
  if (!platform) throw away('the parties hosted here are not known yet: no word from the credentials service');
  const wanted: readonly string[] = roles;
  const found = platform.parties.filter((party) => wanted.includes(party.role) && actsFor(party));
  return [...new Map(found.map(({ country_code, party_id }) => [partyKey({ country_code, party_id }), { country_code, party_id }])).values()];
}

/** The own party that asks: the one that is named, or the only one that can be meant. Throws object.invalid, unavailable. */
export function askingParty({ id, asks }: ConversationDeclaration, directory: Pick<PeerDirectory, 'platform'>, named: Party | undefined): Party {
  const parties = ownParties(directory, asks);
  if (named) return parties.find((party) => partyKey(party) === partyKey(named)) ?? named;
  const [only, ...others] = parties;
  if (only && others.length === 0) return only;
  const ours = parties.map(partyKey).join(', ') || 'none';
  throw new RoamgridError('object.invalid', `/from: expected the party that asks; ${id} can be asked for by ${ours}`);
}

/** The own party of that name that answers. Throws party.not_yours, unavailable. */
export function answeringParty({ id, answers }: ConversationDeclaration, directory: Pick<PeerDirectory, 'platform'>, named: Party): Party {
  const found = ownParties(directory, [answers]).find((party) => partyKey(party) === partyKey(named));
  if (found) return found;
  throw new RoamgridError('party.not_yours', `${id}: ${partyKey(named)} is no ${answers} hosted here that this key acts for`);
}
