import { creditedId, creditProblems, type CDR } from '@roamgrid/modules';
import type { ObjectHooks } from '@roamgrid/object-service';
import { OWN, RoamgridError } from '@roamgrid/runtime';
import type { StoredCdrs } from './stored-cdrs';

/**
 * Lets a Credit CDR in that takes back exactly what it credits, where that is known (CDR-12, CDR-15); where it is not, the
 * party that sent it knows better (CDR-13). Throws object.invalid. That nothing is credited twice is the store's to see.
 */
export function admitCredit(stored: StoredCdrs): NonNullable<ObjectHooks['admit']> {
  return async (object, { caller }) => {
    const id = creditedId(object);
    if (id === undefined) return;
    const credit = object as CDR;
    const original = await stored.find(caller.origin, credit, id);
    const problems = original ? creditProblems(credit, original, caller.origin === OWN ? 'own' : 'received') : [];
    if (problems.length > 0) throw new RoamgridError('object.invalid', `CDR: ${problems.slice(0, 3).join('; ')}`);
  };
}
