import type { ModuleDeclaration, Party } from './define-module';

/** Roles that get what is meant for others: to pass it on, or to act for them (ROL-06). */
const FOR_OTHERS: readonly string[] = ['HUB', 'SCSP'];

/**
 * The parties hosted on a platform that objects with an audience may be meant for (CDR-47); none says that they may be meant
 * for anybody.
 */
export function readersAt({ interested }: ModuleDeclaration, parties: readonly (Party & { readonly role: string })[]): readonly Party[] {
  const wanted: readonly string[] = interested;
  const forOthers = parties.some(({ role }) => FOR_OTHERS.includes(role) && wanted.includes(role));
  return forOthers ? [] : parties.map(({ country_code, party_id }) => ({ country_code, party_id }));
}
