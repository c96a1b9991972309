import { describeProblems, schemaAt, withoutNulls, type ModuleDeclaration, type OcpiVersion } from '@roamgrid/modules';
import { foldCase, objectKey, parseOcpiDateTime, partyKey, type Party } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type Caller, type ObjectPath } from '@roamgrid/runtime';
import type { ObjectState } from '@roamgrid/store';
import { versionField } from '@roamgrid/store';
import { keyOf } from './key-of';
import { raiseToChildren } from './nested-item';
import { partOf } from './part-of';
import { readBody, type JsonObject } from './read-body';

/** Who writes which version of which module. */
export interface WriteScope {
  readonly module: ModuleDeclaration;
  readonly version: OcpiVersion;
  readonly caller: Caller;
}

/** A whole object that was read, validated and named. */
export interface IncomingObject {
  readonly value: JsonObject;
  /** As received from peers; normalised where our own parties write. */
  readonly bytes: Buffer;
  readonly party: Party;
  readonly names: readonly string[];
  readonly key: string;
  readonly lastUpdated: number;
}

/** Reads and validates a whole object. Throws body.malformed, object.invalid. */
export function readObject(scope: WriteScope, bytes: Buffer): IncomingObject {
  const { module, caller } = scope;
  const value = readWhole(scope, 0, bytes);
  const names = module.key.map((field) => String(value[field]));
  const [country_code = '', party_id = '', ...ids] = names;
  const party = { country_code, party_id };
  return {
    value,
    bytes: caller.origin === OWN ? Buffer.from(JSON.stringify(value)) : bytes,
    party,
    names,
    key: keyOf(module, caller.origin, party, ids),
    lastUpdated: lastUpdatedOf(module, value),
  };
}

/**
 * Reads and validates the body of a PUT at its depth: 0 the object, 1 its first nested level, … What our own parties write
 * is normalised: no nulls (TRN-38), parents as young as their children (LOC-02). Throws body.malformed, object.invalid.
 */
export function readWhole(scope: WriteScope, depth: number, bytes: Buffer): JsonObject {
  const { module, caller } = scope;
  const read = readBody(bytes);
  const value = caller.origin === OWN ? withoutNulls(read) : read;
  validate(scope, 'put', depth, value);
  if (caller.origin === OWN) raiseToChildren(value, module.nested.slice(depth), module.lastUpdated);
  return value;
}

/** Validates a body at its depth: 0 the object, 1 its first nested level, … Throws object.invalid. */
export function validate(scope: WriteScope, kind: 'put' | 'patch', depth: number, value: unknown): void {
  const schema = schemaAt(scope.module, scope.version, depth);
  const verdict = schema[kind][scope.caller.origin === OWN ? 'own' : 'received'](value);
  if (!verdict.ok) throw new RoamgridError('object.invalid', `${schema.name}: ${describeProblems(verdict.problems)}`);
}

/** The identity in the body must be the one addressed, whatever its case (TRN-69, TRN-70). Throws object.key_mismatch. */
export function checkIdentity(scope: WriteScope, path: ObjectPath, value: JsonObject, partial: boolean): void {
  const { module } = scope;
  const level = module.nested[path.nested.length - 1];
  const queried = module.keyQuery && module.key.at(-1); // may be left to the body (TOK-16)
  const expected: [string, string | undefined][] = level
    ? [[level.id, path.nested.at(-1)]]
    : module.key.map((field, i) => [field, [path.party.country_code, path.party.party_id, ...path.ids][i]]);
  for (const [field, addressed = ''] of expected) {
    const found = value[field];
    if ((partial && found === undefined) || (addressed === '' && field === queried)) continue;
    if (typeof found !== 'string' || foldCase(found) !== foldCase(addressed)) {
      throw new RoamgridError('object.key_mismatch', `${field} in the body is ${JSON.stringify(found)}, addressed was "${addressed}"`);
    }
  }
}

/** last_updated as milliseconds; the schema has made sure that it is a DateTime. */
export function lastUpdatedOf(module: ModuleDeclaration, value: JsonObject): number {
  return parseOcpiDateTime(String(value[module.lastUpdated])) ?? 0;
}

/** The state that stores an object with these bytes. */
export function stateOf(
  scope: WriteScope,
  names: readonly string[],
  value: JsonObject,
  bytes: Buffer,
): Omit<ObjectState, 'rev' | 'since' | 'written'> {
  const { module, version, caller } = scope;
  const audience = module.audience?.(value).map(partyKey);
  const part = partOf(module, value);
  const claimed = module.once?.to(value);
  const [country_code = '', party_id = ''] = names;
  return {
    lu: new Date(lastUpdatedOf(module, value)),
    deleted: false,
    origin: caller.origin,
    names,
    ...(audience && { audience }),
    ...(part !== undefined && { part }),
    ...(claimed !== undefined && { claim: objectKey({ country_code, party_id }, claimed) }),
    body: { [versionField(version)]: bytes },
  };
}
