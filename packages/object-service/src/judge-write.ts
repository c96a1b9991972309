import { isDeepStrictEqual } from 'node:util';
import { withoutNulls } from '@roamgrid/modules';
import { partyKey } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type ObjectPath } from '@roamgrid/runtime';
import { bodyOf, versionField, type Judge, type ObjectDocument, type Verdict } from '@roamgrid/store';
import { checkOrigin } from './check-owner';
import { lastUpdatedOf, stateOf, validate, type IncomingObject, type WriteScope } from './incoming';
import { keepEnd, isEnded } from './keep-end';
import { keepRemoved } from './keep-removed';
import { lateItems, mergePatch } from './merge-patch';
import { findNested, placeNested, raiseParents, raiseToChildren, type MutableObject } from './nested-item';
import type { JsonObject } from './read-body';

/** What a judgement says besides the verdict; that of the last time it was asked counts. */
export interface Judgement {
  stale: boolean;
  nestedCreated: boolean;
}

const KEEP: Verdict = { kind: 'keep' };

/**
 * A whole object. Older than what is stored: ignored (TRN-74). The same bytes: nothing to do (TRN-75). `listed` says that it
 * stood in a list, not in a push: a page read before a delete must not bring the object back.
 */
export function judgePut(scope: WriteScope, incoming: IncomingObject, listed: boolean, judgement: Judgement): Judge {
  return (present) => {
    checkOrigin(scope.caller, present);
    if (scope.module.immutable && present) return judgeAgain(scope, incoming, present);
    judgement.stale = isStale(incoming, listed, present);
    if (judgement.stale) return KEEP;
    const before = present && !present.state.deleted ? bodyOf(present.state, versionField(scope.version)) : undefined;
    if (before?.equals(incoming.bytes)) return KEEP;
    const { value, bytes } = before ? withKept(scope, incoming, before) : incoming;
    if (before?.equals(bytes)) return KEEP;
    const state = stateOf(scope, incoming.names, value, bytes);
    return { kind: 'store', owner: partyKey(incoming.party), state };
  };
}

function isStale({ lastUpdated }: IncomingObject, listed: boolean, present: ObjectDocument | undefined): boolean {
  const known = present?.state.lu.getTime() ?? -Infinity;
  return lastUpdated < known || (listed && present?.state.deleted === true && lastUpdated === known);
}

/** What never changes may come again, however it is written; another object under its name is refused (CDR-08, CDR-09). */
function judgeAgain(scope: WriteScope, incoming: IncomingObject, present: ObjectDocument): Verdict {
  const before = bodyOf(present.state, versionField(scope.version));
  const same = before && (before.equals(incoming.bytes) || isDeepStrictEqual(withoutNulls(parsed(before)), withoutNulls(incoming.value)));
  if (same) return KEEP;
  throw new RoamgridError('object.immutable', `${present._id} is there already, with other content, and never changes`);
}

/** As it came, unless it leaves out what must stay: as removed, or as ended. */
function withKept({ module, caller }: WriteScope, incoming: IncomingObject, before: Buffer): Pick<IncomingObject, 'value' | 'bytes'> {
  if (!module.nested[0]?.removed && !module.final) return incoming;
  const present = parsed(before);
  const ended = keepEnd(module, caller, incoming.value, present);
  const value = keepRemoved(ended, present, module.nested, module.lastUpdated);
  return value === incoming.value ? incoming : { value, bytes: Buffer.from(JSON.stringify(value)) };
}

/** A nested object into a known one (LOC-13 … LOC-16); an unknown parent is never made up (LOC-21). */
export function judgeNestedPut(scope: WriteScope, path: ObjectPath, item: JsonObject, judgement: Judgement): Judge {
  return (present) => {
    const { object, document } = openPresent(scope, path, present);
    const chain = findNested(object, scope.module.nested, path.nested);
    const level = scope.module.nested[path.nested.length - 1];
    const parent = chain?.parents.at(-1);
    if (!chain || !parent || !level) throw unknown(scope, path);
    judgement.nestedCreated = chain.item === undefined;
    judgement.stale = chain.item !== undefined && lastUpdatedOf(scope.module, item) < lastUpdatedOf(scope.module, chain.item);
    if (judgement.stale || isDeepStrictEqual(chain.item, item)) return KEEP;
    placeNested(parent, level, item);
    raiseParents(chain.parents, scope.module.lastUpdated, String(item[scope.module.lastUpdated]));
    return replaced(scope, document, object);
  };
}

/**
 * Merges at the level addressed: named fields replace, `null` clears an optional one, lists replace whole except those
 * declared as appended (TRN-32, TRN-33, TRN-35). What comes out must be valid as a whole. Of one that comes too late, only
 * what it appends is still news; an object that has come to its end takes no other (SES-26).
 */
export function judgePatch(scope: WriteScope, path: ObjectPath, patch: JsonObject, judgement: Judgement): Judge {
  return (present) => {
    const { object, document } = openPresent(scope, path, present);
    const chain = findNested(object, scope.module.nested, path.nested);
    if (!chain?.item) throw unknown(scope, path);
    const { item, parents } = chain;
    const { module, caller } = scope;
    const isOwn = caller.origin === OWN;
    const depth = path.nested.length;
    const appended = depth === 0 ? module.patchAppends : [];
    const isLate = lastUpdatedOf(module, patch) < lastUpdatedOf(module, item);
    const news = isLate ? lateItems(item, patch, appended) : patch;
    judgement.stale = isLate && news === undefined;
    if (!news) return KEEP;
    const before = JSON.stringify(item);
    const ended = depth === 0 && isEnded(module, item);
    mergePatch(item, isOwn ? withoutInnerNulls(news) : news, appended);
    if (JSON.stringify(item) === before) return KEEP;
    if (ended && !isLate) throw new RoamgridError('object.final', `${document._id} is ${module.final?.value} and takes no more changes`);
    Object.assign(item, keepRemoved(item, JSON.parse(before) as JsonObject, module.nested.slice(depth), module.lastUpdated));
    validate(scope, 'put', depth, item);
    if (isOwn) raiseToChildren(item, module.nested.slice(depth), module.lastUpdated);
    raiseParents(parents, module.lastUpdated, String(item[module.lastUpdated]));
    return replaced(scope, document, object);
  };
}

/** Leaves a tombstone (TAR-07); an object that is not there is unknown (TAR-08). */
export function judgeDelete(scope: WriteScope, path: ObjectPath): Judge {
  return (present) => {
    const { document } = openPresent(scope, path, present);
    const { lu, origin, names, audience } = document.state;
    return { kind: 'store', owner: document.owner, state: { lu, origin, names, ...(audience && { audience }), deleted: true, body: {} } };
  };
}

/** The error for an object, or a nested one, that this caller does not have here. */
export function unknown({ module }: WriteScope, { party, ids, nested }: ObjectPath): RoamgridError {
  return new RoamgridError('object.unknown', `${module.id}: no ${[partyKey(party), ...ids, ...nested].join('/')}`);
}

function openPresent(
  scope: WriteScope,
  path: ObjectPath,
  present: ObjectDocument | undefined,
): { object: MutableObject; document: ObjectDocument } {
  checkOrigin(scope.caller, present);
  const bytes = present && !present.state.deleted ? bodyOf(present.state, versionField(scope.version)) : undefined;
  if (!present || !bytes) throw unknown(scope, path);
  return { object: JSON.parse(bytes.toString()) as MutableObject, document: present };
}

function replaced(scope: WriteScope, document: ObjectDocument, object: MutableObject): Verdict {
  const state = stateOf(scope, document.state.names, object, Buffer.from(JSON.stringify(object)));
  return { kind: 'store', owner: document.owner, state };
}

/** A null that a field is given clears it; what stands deeper in a value of ours is normalised as in a PUT (TRN-38). */
function withoutInnerNulls(patch: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(patch).map(([field, value]) => [field, withoutNulls(value)]));
}

function parsed(bytes: Buffer): JsonObject {
  return JSON.parse(bytes.toString()) as JsonObject;
}
