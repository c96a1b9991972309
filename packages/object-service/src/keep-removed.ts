import type { NestedLevel } from '@roamgrid/modules';
import { foldCase, parseOcpiDateTime } from '@roamgrid/ocpi';
import type { JsonObject } from './read-body';

/**
 * What an object leaves out of a list whose items can be marked as removed is still referred to by sessions and CDRs: such
 * items of the object `before` stay, marked, as young as the object that left them out (LOC-25, LOC-67). Gives the very
 * object when there are none.
 */
export function keepRemoved(
  object: JsonObject,
  before: JsonObject,
  levels: readonly NestedLevel[],
  lastUpdated: string,
): JsonObject {
  const [level] = levels;
  const { removed } = level ?? {};
  if (!level || !removed) return object;
  const items = listOf(object, level.field);
  const known = new Set(items.map((item) => idOf(item, level)));
  const gone = listOf(before, level.field).filter((item) => !known.has(idOf(item, level)));
  if (gone.length === 0) return object;
  const marked = gone.map((item) => {
    if (item[removed.field] === removed.value) return item;
    const moment = later(String(item[lastUpdated]), String(object[lastUpdated]));
    return { ...item, [removed.field]: removed.value, [lastUpdated]: moment };
  });
  return { ...object, [level.field]: [...items, ...marked] };
}

function later(one: string, other: string): string {
  return (parseOcpiDateTime(one) ?? 0) > (parseOcpiDateTime(other) ?? 0) ? one : other;
}

function listOf(object: JsonObject, field: string): readonly JsonObject[] {
  const items = object[field];
  return Array.isArray(items) ? (items as readonly JsonObject[]) : [];
}

function idOf(item: JsonObject, { id }: NestedLevel): string {
  return foldCase(String(item[id]));
}
