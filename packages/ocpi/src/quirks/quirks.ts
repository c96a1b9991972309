import { declaredQuirks } from './declared-quirks';
import type { Quirk, QuirkValue } from './quirk';

type Declared = typeof declaredQuirks;

/** Name of a quirk. */
export type QuirkName = keyof Declared;

/** What holds for one peer: each quirk as it was set, else its standard. */
export type Quirks = { readonly [Name in QuirkName]: Declared[Name]['standard'] };

/** The quirks of a peer as they are stored and handed around: texts by name, only those that are set. */
export type StoredQuirks = Readonly<Record<string, string>>;

/** The names of all quirks, in alphabetical order. */
export const quirkNames: readonly QuirkName[] = (Object.keys(declaredQuirks) as QuirkName[]).sort();

/** What holds for a peer without any. */
export const noQuirks = Object.fromEntries(
  quirkNames.map((name) => [name, declaredQuirks[name].standard]),
) as unknown as Quirks;

/** Stored quirks are never changed, only replaced. */
const known = new WeakMap<StoredQuirks, Quirks>();

/**
 * What holds for a peer with these. A name or text that means nothing here is passed over: it may have been set by a
 * newer version of the platform.
 */
export function readQuirks(stored: StoredQuirks): Quirks {
  const seen = known.get(stored);
  if (seen) return seen;
  const quirks = { ...noQuirks, ...quirkValues(stored) } as Quirks;
  known.set(stored, quirks);
  return quirks;
}

/** The values of those that are set. */
export function quirkValues(stored: StoredQuirks): Partial<Record<QuirkName, QuirkValue>> {
  const values: Partial<Record<QuirkName, QuirkValue>> = {};
  for (const name of quirkNames) {
    const text = stored[name];
    const value = text === undefined ? undefined : declaredQuirks[name].read(text);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** Why there is no quirk of that name, as a sentence; undefined when there is one. */
export function quirkNameProblem(name: string): string | undefined {
  if (Object.hasOwn(declaredQuirks, name)) return undefined;
  return `unknown quirk ${JSON.stringify(name.slice(0, 64))}; known are ${quirkNames.join(', ')}`;
}

/** Why that text cannot be stored, as a sentence; undefined when it can. */
export function quirkTextProblem(name: string, text: string): string | undefined {
  const quirk = (declaredQuirks as Readonly<Record<string, Quirk>>)[name];
  const unknown = quirkNameProblem(name);
  if (!quirk || unknown !== undefined) return unknown;
  return quirk.read(text) === undefined ? `${name}: expected ${quirk.expected}` : undefined;
}

/** Why that value cannot be set, as a sentence; undefined when it can. */
export function quirkProblem(name: string, value: unknown): string | undefined {
  const problem = quirkTextProblem(name, String(value));
  if (problem !== undefined) return problem;
  const quirk = (declaredQuirks as Readonly<Record<string, Quirk>>)[name];
  const fits = typeof quirk?.read(String(value)) === typeof value;
  return fits ? undefined : `${name}: expected ${quirk?.expected}`;
}
