import { createHash } from 'node:crypto';
import type { ModuleDeclaration } from '@roamgrid/modules';
import type { JsonObject } from './read-body';

/** A digest of what the history of a module tells apart; undefined where that is the whole object, or where there is none. */
export function partOf({ history }: ModuleDeclaration, object: JsonObject): string | undefined {
  if (typeof history !== 'function') return undefined;
  return createHash('sha1').update(JSON.stringify(history(object))).digest('base64url');
}
