import { isDeepStrictEqual } from 'node:util';
import type { ModuleDeclaration, NestedLevel } from '@roamgrid/modules';
import { foldCase, parseOcpiDateTime } from '@roamgrid/ocpi';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** One request that brings a part of an object up to date. */
export interface ObjectChange {
  readonly method: 'PUT' | 'PATCH';
  /** The way down to the part, as ids of nested items; empty: the object itself. */
  readonly nested: readonly string[];
  readonly body: Json;
}

/** More parts than this are not worth a request each. */
const MOST_CHANGES = 4;

/**
 * The requests, in order, that make `after` of what a peer holds as `before`: a PATCH of only what changed (LOC-33) at
 * the level where it changed, a PUT of an item that is new or lost something, since PATCH removes nothing (LOC-32,
 * TRN-34). A parent follows its children where they do not make it as young as it is (LOC-15, LOC-16). Undefined where the
 * whole object is to be put instead.
 */
export function objectChanges(module: ModuleDeclaration, before: Json, after: Json): ObjectChange[] | undefined {
  const fixed = module.key.every((field) => before[field] === after[field]);
  const changes = fixed ? changesAt({ module, levels: module.nested, nested: [] }, before, after) : undefined;
  if (!changes || changes.length === 0 || changes.length > MOST_CHANGES) return undefined;
  return changes;
}

/** A level of an object: the object itself, or an item of the nested levels above `levels`. */
interface Place {
  readonly module: ModuleDeclaration;
  /** The levels below. */
  readonly levels: readonly NestedLevel[];
  readonly nested: readonly string[];
}

/** Undefined where the thing at this place is to be put whole. */
function changesAt(place: Place, before: Json, after: Json): ObjectChange[] | undefined {
  const { module, levels, nested } = place;
  const [level] = levels;
  const own = ownChanges(module, level, before, after);
  const below = level ? changesBelow(place, level, before, after) : [];
  if (!own || !below) return undefined;
  const lastUpdated = after[module.lastUpdated];
  const follows = below.at(-1)?.body[module.lastUpdated] ?? before[module.lastUpdated];
  if (Object.keys(own).length === 0 && lastUpdated === follows) return below;
  if (typeof lastUpdated !== 'string') return undefined;
  return [...below, { method: 'PATCH', nested, body: { ...own, [module.lastUpdated]: lastUpdated } }];
}

/** The fields that changed, apart from the nested list and the time; undefined where one is gone. */
function ownChanges(
  module: ModuleDeclaration,
  level: NestedLevel | undefined,
  before: Json,
  after: Json,
): Json | undefined {
  const changed: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (name === level?.field || name === module.lastUpdated) continue;
    if (isDeepStrictEqual(before[name], after[name])) continue;
    if (after[name] === undefined || after[name] === null) return undefined;
    const value = module.patchAppends.some(({ field }) => field === name) ? appended(before[name] ?? [], after[name]) : after[name];
    if (value === undefined) return undefined;
    changed[name] = value;
  }
  return changed;
}

/** What was added to the end of a list; undefined where it changed in another way (SES-15, SES-17). */
function appended(before: unknown, after: unknown): unknown {
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined;
  const same = before.every((item, i) => isDeepStrictEqual(item, after[i]));
  return same && after.length >= before.length ? after.slice(before.length) : undefined;
}

/** What changed in the items of a nested list, oldest change first; undefined where one is gone or the list is odd. */
function changesBelow(place: Place, level: NestedLevel, before: Json, after: Json): ObjectChange[] | undefined {
  const { module, levels, nested } = place;
  const [known, wanted] = [itemsOf(level, before), itemsOf(level, after)];
  if (!known || !wanted || [...known.keys()].some((id) => !wanted.has(id))) return undefined;
  const changed: { at: number; changes: readonly ObjectChange[] }[] = [];
  for (const [folded, item] of wanted) {
    const id = String(item[level.id]);
    const there = known.get(folded);
    const below = { module, levels: levels.slice(1), nested: [...nested, id] };
    // An id that is spelled in another case can not be patched (LOC-30).
    const changes = there && there[level.id] === id ? changesAt(below, there, item) : undefined;
    const at = parseOcpiDateTime(String(item[module.lastUpdated])) ?? 0;
    changed.push({ at, changes: changes ?? [{ method: 'PUT', nested: below.nested, body: item }] });
  }
  return changed.sort((one, other) => one.at - other.at).flatMap(({ changes }) => changes);
}

/** The items by folded id; undefined where two have the same, or one has none. */
function itemsOf({ field, id }: NestedLevel, parent: Json): Map<string, Json> | undefined {
  const list = parent[field] ?? [];
  if (!Array.isArray(list)) return undefined;
  const items = new Map<string, Json>();
  for (const item of list as readonly Json[]) {
    const name = item[id];
    if (typeof name !== 'string' || items.has(foldCase(name))) return undefined;
    items.set(foldCase(name), item);
  }
  return items;
}
