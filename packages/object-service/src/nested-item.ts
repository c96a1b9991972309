import type { NestedLevel } from '@roamgrid/modules';
import { foldCase, parseOcpiDateTime } from '@roamgrid/ocpi';
import type { JsonObject } from './read-body';

/** An object that is ours to change: a fresh parse of stored bytes. */
export type MutableObject = Record<string, unknown>;

/** The chain from the object down to the item that the ids address; the last may be missing. */
export interface NestedChain {
  /** The object and the items on the way, outermost first. */
  readonly parents: readonly MutableObject[];
  /** The item itself; undefined when its parent has none of that id. */
  readonly item: MutableObject | undefined;
}

/**
 * Walks down by ids, compared case-insensitively (LOC-09, LOC-68). Undefined when a parent on the way is missing; with no
 * ids the item is the object itself.
 */
export function findNested(
  object: MutableObject,
  levels: readonly NestedLevel[],
  ids: readonly string[],
): NestedChain | undefined {
  const parents: MutableObject[] = [];
  let item: MutableObject | undefined = object;
  for (const [depth, id] of ids.entries()) {
    const level = levels[depth];
    if (!item || !level) return undefined;
    parents.push(item);
    item = itemsOf(item, level).find((candidate) => sameId(candidate[level.id], id));
  }
  return { parents, item };
}

/** Puts an item into its parent's list, in the place of the one with its id, else at the end. */
export function placeNested(parent: MutableObject, level: NestedLevel, item: JsonObject): void {
  const items = itemsOf(parent, level);
  const at = items.findIndex((candidate) => sameId(candidate[level.id], String(item[level.id])));
  parent[level.field] = at < 0 ? [...items, item] : items.map((present, i) => (i === at ? item : present));
}

/**
 * Takes a child's last_updated over to its parents, each keeping the later of the two, so that a late child never moves a
 * parent back in time (LOC-15, LOC-16, LOC-19, LOC-20).
 */
export function raiseParents(parents: readonly MutableObject[], field: string, lastUpdated: string): void {
  const instant = parseOcpiDateTime(lastUpdated) ?? 0;
  for (const parent of parents) {
    if ((parseOcpiDateTime(String(parent[field])) ?? 0) < instant) parent[field] = lastUpdated;
  }
}

/** Gives every level the latest last_updated of what is below it: what our own parties emit (LOC-02 … LOC-04). */
export function raiseToChildren(object: MutableObject, levels: readonly NestedLevel[], field: string): void {
  const [level, ...deeper] = levels;
  if (!level) return;
  for (const item of itemsOf(object, level)) {
    raiseToChildren(item, deeper, field);
    raiseParents([object], field, String(item[field]));
  }
}

function itemsOf(parent: MutableObject, level: NestedLevel): MutableObject[] {
  const items = parent[level.field];
  return Array.isArray(items) ? (items as MutableObject[]) : [];
}

function sameId(value: unknown, id: string): boolean {
  return typeof value === 'string' && foldCase(value) === foldCase(id);
}
