import type { AppendedList } from '@roamgrid/modules';
import { parseOcpiDateTime } from '@roamgrid/ocpi';
import type { MutableObject } from './nested-item';
import type { JsonObject } from './read-body';

/** Merges into an object: `null` clears a field, lists that are declared as appended grow, all else replaces (TRN-32 … TRN-35). */
export function mergePatch(target: MutableObject, patch: JsonObject, appended: readonly AppendedList[]): void {
  for (const [field, value] of Object.entries(patch)) {
    const list = appended.find((each) => each.field === field);
    const given = listAt(patch, field);
    if (list && given.length === 0) continue;
    if (list) target[field] = appendItems(listAt(target, field), given, list.id);
    else if (value === null) delete target[field];
    else target[field] = value;
  }
}

/** Of a PATCH that came too late, the items of appended lists that are not there yet; undefined when there are none. */
export function lateItems(target: JsonObject, patch: JsonObject, appended: readonly AppendedList[]): JsonObject | undefined {
  const late = appended.flatMap(({ field, id }) => {
    const known = new Set(listAt(target, field).map((item) => rankOf(item, id)));
    const items = listAt(patch, field).filter((item) => !known.has(rankOf(item, id)));
    return items.length > 0 ? [[field, items] as const] : [];
  });
  return late.length > 0 ? Object.fromEntries(late) : undefined;
}

/** In the order of their ids; an item with the id of one that is there takes its place (SES-15, SES-18). */
function appendItems(present: readonly JsonObject[], given: readonly JsonObject[], id: string): JsonObject[] {
  const byId = new Map([...present, ...given].map((item) => [rankOf(item, id), item]));
  const items = [...byId.entries()];
  return items.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)).map(([, item]) => item);
}

/** Ids are moments; the same one may be written in several ways. */
function rankOf(item: JsonObject, id: string): number | string {
  const text = String(item[id]);
  return parseOcpiDateTime(text) ?? text;
}

function listAt(object: JsonObject, field: string): readonly JsonObject[] {
  const list = object[field];
  return Array.isArray(list) ? (list as readonly JsonObject[]) : [];
}
