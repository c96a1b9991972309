import { quirkNameProblem, quirkTextProblem, type StoredQuirks } from '@roamgrid/ocpi';
import { RoamgridError, type SetQuirksRequest } from '@roamgrid/runtime';

/** Quirks as they are to be stored. Throws object.invalid, saying which name or value is not known, and what is. */
export function checkedQuirks(quirks: StoredQuirks, reset: readonly string[] = []): StoredQuirks {
  const problems = [
    ...Object.entries(quirks).map(([name, text]) => quirkTextProblem(name, text)),
    ...reset.map(quirkNameProblem),
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new RoamgridError('object.invalid', problems.join('; '));
  return quirks;
}

/** The quirks of a peer after that change. */
export function changedQuirks(before: StoredQuirks, { quirks, reset, replace }: Omit<SetQuirksRequest, 'peer_id'>): StoredQuirks {
  const kept = Object.entries(before).filter(([name]) => !replace && !reset.includes(name));
  return { ...Object.fromEntries(kept), ...quirks };
}
