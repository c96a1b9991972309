import type { Party } from '@roamgrid/ocpi';
import type { Caller } from '@roamgrid/runtime';
import type { WriteScope } from './incoming';
import type { JsonObject } from './read-body';

/** An action that was asked for, its body valid. */
export interface AskedAction {
  readonly caller: Caller;
  readonly version: string;
  /** Parties here that may be asked. */
  readonly parties: readonly Party[];
  readonly ids: readonly string[];
  /** Undefined where the body may be left out and was. */
  readonly body: JsonObject | undefined;
}

/** What the service of a module does beside owning its objects. */
export interface ObjectHooks {
  /** The actions that the module declares, by name; each gives the data of its answer, or throws a RoamgridError. */
  readonly actions?: Readonly<Record<string, (asked: AskedAction) => Promise<unknown>>>;
  /**
   * Completes what our own systems write before it is validated: what they name by id, say. Nobody has judged yet whether it
   * is the caller's: check that before anything is looked up for it.
   */
  readonly complete?: (object: JsonObject, scope: WriteScope) => Promise<JsonObject>;
  /** A last look at a valid object before it is written; throws a RoamgridError to refuse it. */
  readonly admit?: (object: JsonObject, scope: WriteScope) => Promise<void>;
}
