/**
 * The value without object fields that are null, at every depth: for OCPI they equal absent ones (TRN-36), and our
 * own parties never emit them (TRN-38). Items of lists stay. The value is not changed; parts without nulls are shared.
 */
export function withoutNulls<T>(value: T): T {
  return strip(value) as T;
}

function strip(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(strip);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const kept: Record<string, unknown> = {};
  let same = true;
  for (const [name, field] of Object.entries(value)) {
    const stripped = strip(field);
    if (stripped !== null) kept[name] = stripped;
    same &&= stripped === field && field !== null;
  }
  return same ? value : kept;
}
