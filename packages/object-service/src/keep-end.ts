import type { ModuleDeclaration } from '@roamgrid/modules';
import { OWN, RoamgridError, type Caller } from '@roamgrid/runtime';
import type { JsonObject } from './read-body';

/** Whether an object has come to the end that its module declares (SES-26). */
export function isEnded({ final }: ModuleDeclaration, object: JsonObject): boolean {
  return final !== undefined && object[final.field] === final.value;
}

/**
 * A whole object in the place of one that has ended: what it says late is taken, but it does not begin again (SES-26,
 * SES-42). Gives the very object when there is nothing to keep. Throws object.final where our own systems try to begin it again.
 */
export function keepEnd(module: ModuleDeclaration, caller: Caller, object: JsonObject, before: JsonObject): JsonObject {
  const { final } = module;
  if (!final || !isEnded(module, before) || isEnded(module, object)) return object;
  if (caller.origin === OWN) {
    throw new RoamgridError('object.final', `${final.field} is ${final.value} and stays so, found ${JSON.stringify(object[final.field])}`);
  }
  const kept = final.keeps.filter((field) => (object[field] ?? null) === null && before[field] !== undefined);
  return { ...object, ...Object.fromEntries(kept.map((field) => [field, before[field]])), [final.field]: final.value };
}
