import type { ConversationId, ModuleId, Role } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import type { JsonObject } from '../check/field';

/** What a platform hands to a peer that is to register: its versions URL and a token A. */
export interface Invitation {
  readonly versionsUrl: string;
  readonly token: string;
  /** PEM of the authority that vouches for the platform, where no public one does. */
  readonly ca?: string;
}

/** How a platform differs from OCPI in what it sends to one peer: values by name, such as token_encoding. */
export type Quirks = Readonly<Record<string, boolean | number | string>>;

/** A registration that the platform made as a client, and what its operator can do with it. */
export interface PlatformLink {
  /** Exchanges tokens by PUT credentials; rejects when the platform reports a failure. */
  renew(): Promise<void>;
  /** Starts a pull of one module; resolves when it is started. */
  pull(module: ModuleId, full: boolean): Promise<void>;
  disconnect(): Promise<void>;
}

/** What became of a write or removal by the platform's own systems. */
export interface OwnWrite {
  readonly taken: boolean;
  /** Rows of the checklist that it was warned of, such as TAR-23. */
  readonly warnings: readonly string[];
  /** For a reader. */
  readonly said: string;
}

/** A driver, as the platform's app knows one. */
export interface Driver {
  readonly tokens: readonly JsonObject[];
  /** The moment of looking, as a DateTime; now unless given. */
  readonly at?: string;
}

/** What a platform is to be besides its roles. */
export interface PlatformTraits {
  /** What each of its peers may ask: so many requests a second, so many at once after a pause. */
  readonly budget?: { readonly perSecond: number; readonly burst: number };
  /** Peers reach it over TLS. */
  readonly tls?: boolean;
  /** How it answers when it is asked whether a Token of its own may charge. */
  readonly authorization?: {
    /** URL of a backend that decides: asked by POST, it answers `{ allowed, evse_uids }` or `{ location_needed: true }`. */
    readonly backend: string;
  };
}

/** A Token that is used at a station of the platform. */
export interface UsedToken {
  readonly uid: string;
  readonly type: string;
  /** LocationReferences. */
  readonly location?: JsonObject;
}

/** Something that a peer asked of the platform, or the platform of a peer, as the platform's own systems see it. */
export interface Talk {
  /** By which they find it again. */
  readonly handle: string;
  /** START_SESSION, …; of charging profiles SET, GET, CLEAR, and ACTIVE_PROFILE for what is told unasked. */
  readonly kind: string;
  /** REQUESTED, SENT, WAITING; or how it ended: REFUSED, COMPLETED, TIMED_OUT, FAILED. */
  readonly state: string;
  /** Without response_url. */
  readonly request: JsonObject;
  /** The id by which the charge point knows the reservation. */
  readonly reservation?: string;
  /** What the request was answered with at once. */
  readonly response?: JsonObject;
  readonly result?: JsonObject;
  /** What followed the result on the same URL. */
  readonly ended?: JsonObject;
  /** A result that came when it had ended without one. */
  readonly late?: JsonObject;
}

/** Something that the platform's own systems want of a peer. */
export interface Wish {
  readonly kind: string;
  readonly from: Party;
  readonly to: Party;
  /** Without response_url. */
  readonly request: JsonObject;
}

/** How the platform's own systems ask, answer and tell, in the modules whose results come later. */
export interface Conversations {
  /** What peers have asked or told, newest first. */
  asked(module: ConversationId): Promise<readonly Talk[]>;
  /** Gives the result of what a peer asked. */
  answer(module: ConversationId, talk: Talk, result: JsonObject): Promise<OwnWrite>;
  begin(module: ConversationId, wish: Wish): Promise<OwnWrite & { readonly talk?: Talk }>;
  read(module: ConversationId, talk: Talk): Promise<Talk>;
  /** Tells the ActiveChargingProfile of a Session, with its `session_id`, of an own party. */
  tell(party: Party, notice: JsonObject): Promise<OwnWrite>;
}

/** A platform of other roles, started for a check. */
export interface OtherPlatform {
  readonly invite: () => Promise<Invitation>;
  readonly seed: NonNullable<PlatformHooks['seed']>;
  stop(): Promise<void>;
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
  /** As `seed` with a list of own objects, but tells what came of each. */
  readonly write?: (module: ModuleId, objects: readonly JsonObject[]) => Promise<readonly OwnWrite[]>;
  /** Deletes an own object; `path` as for `patch`. */
  readonly remove?: (module: ModuleId, path: readonly string[]) => Promise<OwnWrite>;
  /**
   * What a driver is shown of a Location, own or received, in terms of `shown`, `may_start`, `open` and the visible
   * `location`; `path` as for `patch`.
   */
  readonly driverView?: (path: readonly string[], driver: Driver) => Promise<JsonObject>;
  /** The AuthorizationInfo that decides at a station of the platform; undefined when nobody knows the Token. */
  readonly authorize?: (token: UsedToken) => Promise<JsonObject | undefined>;
  readonly conversations?: Conversations;
  /** Everything that the platform tells its operators about its peers. */
  readonly report?: () => Promise<string>;
  /** Everything that the platform has logged. */
  readonly logs?: () => Promise<string>;
  /** Lets the platform register at a peer as a client, with quirks set for it; rejects when it does not succeed. */
  readonly connect?: (name: string, invitation: Invitation, quirks?: Quirks) => Promise<PlatformLink>;
  /** Starts another platform of the same make whose one party has these roles. */
  readonly withRoles?: (roles: readonly Role[], traits?: PlatformTraits) => Promise<OtherPlatform>;
  /** Breaks what serves a module; resolves with what mends it. */
  readonly breakDown?: (module: ModuleId) => Promise<() => Promise<void>>;
}
