import * as declared from './declared-modules';
import type { ModuleDeclaration } from './define-module';

/** All roaming modules the platform has, by id in alphabetical order. */
export const modules: readonly ModuleDeclaration[] = Object.values<ModuleDeclaration>(declared).sort((a, b) =>
  a.id < b.id ? -1 : 1,
);

/** The module of that id; undefined where the platform has none. */
export function moduleById(id: string): ModuleDeclaration | undefined {
  return modules.find((module) => module.id === id);
}
