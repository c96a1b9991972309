import type { Report } from '../schema';
import type { VersionDetails } from './schema';

/** VER-03: every endpoint of ours says which side of the module it is. */
export function endpointsHaveRoles(details: Partial<VersionDetails>, report: Report): void {
  details.endpoints?.forEach(({ role }, index) => {
    if (role === undefined || role === null) report(`/endpoints/${index}/role`, 'is required');
  });
}
