import type { ModuleDeclaration } from '@roamgrid/modules';
import { partyKey } from '@roamgrid/ocpi';
import { RoamgridError, type Caller } from '@roamgrid/runtime';
import type { JsonObject } from './read-body';

/** What is sent to us must be meant for a party that is hosted here (CDR-47). Throws audience.elsewhere. */
export function checkAudience({ audience }: ModuleDeclaration, { hosted = [] }: Caller, object: JsonObject): void {
  if (!audience || hosted.length === 0) return;
  const meant = audience(object).map(partyKey);
  const here = new Set(hosted.map(partyKey));
  if (meant.some((party) => here.has(party))) return;
  throw new RoamgridError('audience.elsewhere', `${meant.join(', ')}, whose Token was used, is no party of this platform`);
}
