import type { ModuleDeclaration } from './define-module';

/** What can be said about a valid object of our own: it is taken, but readers may stumble over it. */
export interface Advice {
  /** Row of the checklist that asks for it, such as TAR-23. */
  readonly row: string;
  /** Stable, for programs. */
  readonly code: string;
  /** JSON Pointer into the object. */
  readonly path: string;
  readonly message: string;
}

/** Tells where in an item something is not as it had better be; `path` is a JSON Pointer into the item. */
export type Advise = (path: string, message: string) => void;

/** One rule of the table of a module. */
export interface AdviceRule {
  readonly row: string;
  readonly code: string;
  /** The level that it judges: 0 the object, 1 its first nested level, … */
  readonly depth: number;
  judge(item: unknown, advise: Advise): void;
}

/** More is not said about one object. */
const MOST = 10;

/** A rule for the items at a depth; `T` is what the schema has made sure of. */
export function adviceRule<T>(
  rule: Pick<AdviceRule, 'row' | 'code' | 'depth'>,
  judge: (item: T, advise: Advise) => void,
): AdviceRule {
  return { ...rule, judge: (item, advise) => judge(item as T, advise) };
}

/**
 * All advice on a valid, whole object of a module, or on one nested in it at that depth: first the object’s, then that of
 * what is nested, 10 at the most.
 */
export function adviseOn(module: ModuleDeclaration, value: unknown, depth = 0): Advice[] {
  const found: Advice[] = [];
  collect(module, value, depth, '', found);
  return found.slice(0, MOST);
}

function collect(module: ModuleDeclaration, item: unknown, depth: number, path: string, found: Advice[]): void {
  for (const rule of module.advice) {
    if (rule.depth !== depth) continue;
    const { row, code } = rule;
    rule.judge(item, (below, message) => found.push({ row, code, path: path + below, message }));
  }
  const level = module.nested[depth];
  const items = level ? (item as Readonly<Record<string, unknown>>)[level.field] : undefined;
  if (!level || !Array.isArray(items)) return;
  items.forEach((each: unknown, index) => {
    if (found.length < MOST) collect(module, each, depth + 1, `${path}/${level.field}/${index}`, found);
  });
}
