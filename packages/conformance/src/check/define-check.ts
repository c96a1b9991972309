import type { ConversationId, ModuleId } from '@roamgrid/modules';
import { checklistRow, type Level } from '../rows/checklist-rows';
import type { PlatformHooks } from '../target/platform-hooks';
import type { Target } from '../target/target';

/** Needs that a hook of the same name meets. */
export type HookNeed = Exclude<keyof PlatformHooks, 'invite'>;

/**
 * What a check needs besides a registration: hooks into the platform (see PlatformHooks), a second peer, an interface that
 * the platform offers.
 */
export type Need =
  | 'invite'
  | 'second peer'
  | HookNeed
  | `${ConversationId | ModuleId} SENDER`
  | `${ConversationId | ModuleId} RECEIVER`;

/** One check of one or more rows of the checklist. */
export interface Check {
  readonly ids: readonly string[];
  /** The strongest of its rows. */
  readonly level: Level;
  readonly title: string;
  readonly needs: readonly Need[];
  /** Throws CheckFailure when the platform is wrong, NotCovered when this can not be told. */
  run(target: Target): Promise<void>;
}

export interface CheckDefinition {
  readonly ids: readonly string[];
  readonly title: string;
  readonly needs?: readonly Need[];
  run(target: Target): Promise<void>;
}

const BY_STRENGTH: readonly Level[] = ['MUST', 'MUST†', 'SHOULD', 'SHOULD†', 'MAY'];

/** Defines a check; its level follows from its rows. Throws RangeError for ids that the checklist does not have. */
export function defineCheck({ needs = [], ...definition }: CheckDefinition): Check {
  const levels = definition.ids.map((id) => checklistRow(id).level);
  const level = BY_STRENGTH.find((candidate) => levels.includes(candidate));
  if (!level) throw new RangeError(`a check without rows: ${definition.title}`);
  return { ...definition, level, needs };
}
