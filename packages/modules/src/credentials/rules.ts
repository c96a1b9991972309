import { reportRepeats, type Report } from '../schema';
import type { Credentials } from './schema';

/** CRD-32: a party stands in the list once for each role; one party may have several roles. */
export function rolesAreUnique(credentials: Partial<Credentials>, report: Report): void {
  const names = (credentials.roles ?? []).map((each) => `${each.role} ${each.country_code} ${each.party_id}`);
  reportRepeats(names, '/roles', 'role, country_code and party_id', report);
}
