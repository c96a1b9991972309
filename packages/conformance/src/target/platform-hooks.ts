import type { ModuleId } from '@roamgrid/modules';
import type { JsonObject } from '../check/field';

/** What a platform hands to a peer that is to register: its versions URL and a token A. */
export interface Invitation {
  readonly versionsUrl: string;
  readonly token: string;
}

/** A registration that the platform made as a client, and what its operator can do with it. */
export interface PlatformLink {
  /** Exchanges tokens by PUT credentials; rejects when the platform reports a failure. */
  renew(): Promise<void>;
  /** Starts a pull of one module; resolves when it is started. */
  pull(module: ModuleId, full: boolean): Promise<void>;
  disconnect(): Promise<void>;
}

/**
 * What OCPI itself can not do: reaching into the platform. Each hook is optional; checks that need a missing one are
 * reported as not covered.
 */
export interface PlatformHooks {
  /** Makes a token A for one more peer. */
  readonly invite?: (name: string) => Promise<Invitation>;
  /** Creates or replaces objects of the platform's own parties. */
  readonly seed?: (module: ModuleId, objects: readonly JsonObject[]) => Promise<void>;
  /** Changes fields of an own object, or of one nested in it; `path` is country code, party id, ids. */
  readonly patch?: (module: ModuleId, path: readonly string[], changes: JsonObject) => Promise<void>;
  /** Lets the platform register at a peer as a client; rejects when it does not succeed. */
  readonly connect?: (name: string, invitation: Invitation) => Promise<PlatformLink>;
}
