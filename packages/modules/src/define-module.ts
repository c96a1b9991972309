import type { AdviceRule } from './advice';
import type { Role } from './shared/role';
import type { ObjectSchema } from './schema';

/** Versions whose objects we can hold, oldest first. */
export const OCPI_VERSIONS = ['2.1.1', '2.2.1', '2.3.0'] as const;
/** A version of OCPI that an object can be held in. */
export type OcpiVersion = (typeof OCPI_VERSIONS)[number];

/** Ids of the roaming modules as they stand in version details. */
export type ModuleId =
  | 'cdrs'
  | 'chargingprofiles'
  | 'commands'
  | 'hubclientinfo'
  | 'locations'
  | 'sessions'
  | 'tariffs'
  | 'tokens';

/** A party: country code and party id, in the case they were given in. */
export interface Party {
  readonly country_code: string;
  readonly party_id: string;
}

/** Which side of a module: SENDER is implemented by the owner of the data, RECEIVER by who gets pushes (VER-08). */
export type InterfaceRole = 'SENDER' | 'RECEIVER';

/** What one operation of an interface does; its HTTP method follows from it. */
export type OperationKind = 'page' | 'get' | 'put' | 'patch' | 'delete' | 'post';

/** How deep into an object an operation reaches: the object alone, or each of the module's nested levels too. */
export type Reach = 'object' | 'nested';

/** One operation of an interface. */
export interface Operation {
  readonly kind: OperationKind;
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  readonly reach: Reach;
  /** First version that has the operation; absent: all versions of the module. */
  readonly since?: OcpiVersion;
}

/** What may be said of an operation. */
export interface OperationOptions {
  readonly reach?: Reach;
  readonly since?: OcpiVersion;
}

function operation(kind: OperationKind, method: Operation['method'], options: OperationOptions): Operation {
  const { since } = options;
  return { kind, method, reach: options.reach ?? 'object', ...(since === undefined ? {} : { since }) };
}

/** GET of the list, paged and filtered by date_from and date_to. */
export const page = (options: Omit<OperationOptions, 'reach'> = {}): Operation => operation('page', 'GET', options);
/** GET of one object. */
export const get = (options: OperationOptions = {}): Operation => operation('get', 'GET', options);
/** PUT: creates or replaces one object. */
export const put = (options: OperationOptions = {}): Operation => operation('put', 'PUT', options);
/** PATCH: merges fields into one object. */
export const patch = (options: OperationOptions = {}): Operation => operation('patch', 'PATCH', options);
/** DELETE of one object; always the whole object. */
export const del = (options: Omit<OperationOptions, 'reach'> = {}): Operation => operation('delete', 'DELETE', options);
/** POST of an object to the endpoint itself. */
export const post = (options: Omit<OperationOptions, 'reach'> = {}): Operation => operation('post', 'POST', options);

/** A list inside the object whose items are addressed by URL, one level below the level before it. */
export interface NestedLevel {
  /** Field of the parent that holds the list. */
  readonly field: string;
  /** Field of the item that names it. */
  readonly id: string;
  /** Name of the URL segment, as the specification calls it. */
  readonly segment: string;
  /** What marks an item that is gone but still referred to: one that a whole object leaves out stays, so marked (LOC-67). */
  readonly removed?: { readonly field: string; readonly value: string };
}

/** The object of a module in one version. */
export interface ModuleVersion {
  readonly schema: ObjectSchema;
  /** Schemas of the nested levels, outermost first; as many as the module has levels. */
  readonly nested: readonly ObjectSchema[];
}

/** How changes are offered: `state` coalesces to the newest, `append` sends every object once and never coalesces. */
export type Delivery =
  | { readonly style: 'state'; readonly method: 'PUT' }
  | { readonly style: 'append'; readonly method: 'POST' };

/** What an OCPI module is. Everything else in the platform follows from this. */
export interface ModuleDeclaration {
  readonly id: ModuleId;
  readonly versions: Readonly<Partial<Record<OcpiVersion, ModuleVersion>>>;
  /** Fields of the body that identify an object, country_code and party_id first; they equal the URL. */
  readonly key: readonly ['country_code', 'party_id', ...string[]];
  /** Name of the URL segment for the last field of the key, such as `location_id`. */
  readonly segment: string;
  /** The role that a party needs to create and change objects. */
  readonly owner: Role;
  /** Roles that are offered changes, and that may list the objects (ROL-12). */
  readonly interested: readonly Role[];
  /** Roles that pass on what they received: their sender interface lists the objects of all owners (ROL-05). */
  readonly passedOnBy: readonly Role[];
  /** The parties an object is meant for; absent: everybody interested. */
  readonly audience?: (object: Readonly<Record<string, unknown>>) => readonly Party[];
  readonly interfaces: { readonly sender: readonly Operation[]; readonly receiver: readonly Operation[] };
  readonly nested: readonly NestedLevel[];
  /** PATCH: lists of the object whose items are appended instead of replacing the list (SES-13). */
  readonly patchAppends: readonly string[];
  /** Field with the time of the last change, at the object and at every nested level. */
  readonly lastUpdated: 'last_updated';
  readonly delivery: Delivery;
  /** What our own systems are told of objects that are valid, but not as they had better be. */
  readonly advice: readonly AdviceRule[];
  /** Every version that ever was valid is kept, immutable: found by key and moment. */
  readonly history: boolean;
  /** Whether a delete ends an object; follows from the receiver interface. */
  readonly deletable: boolean;
}

/** What is written down for a module; the rest has defaults or follows. */
export type ModuleDefinition = Omit<
  ModuleDeclaration,
  'advice' | 'deletable' | 'history' | 'lastUpdated' | 'nested' | 'passedOnBy' | 'patchAppends'
> &
  Partial<Pick<ModuleDeclaration, 'advice' | 'history' | 'lastUpdated' | 'nested' | 'passedOnBy' | 'patchAppends'>>;

/**
 * Declares a module.
 * @throws Error when a version has not one schema for each nested level, or an operation reaches a level that is none
 */
export function defineModule(definition: ModuleDefinition): ModuleDeclaration {
  const nested = definition.nested ?? [];
  for (const [version, { nested: schemas }] of Object.entries(definition.versions)) {
    if (schemas.length !== nested.length) {
      throw new Error(`${definition.id} ${version}: ${nested.length} nested levels, but ${schemas.length} schemas`);
    }
  }
  const { sender, receiver } = definition.interfaces;
  if (nested.length === 0 && [...sender, ...receiver].some((each) => each.reach === 'nested')) {
    throw new Error(`${definition.id}: an operation reaches nested levels, but none is declared`);
  }
  return {
    advice: [],
    passedOnBy: [],
    patchAppends: [],
    history: false,
    lastUpdated: 'last_updated',
    ...definition,
    nested,
    deletable: receiver.some((each) => each.kind === 'delete'),
  };
}

/**
 * The schema at a depth of a module's object: 0 the object itself, 1 its first nested level, and so on.
 * @throws Error when the module has no such version or depth
 */
export function schemaAt(module: ModuleDeclaration, version: OcpiVersion, depth = 0): ObjectSchema {
  const declared = module.versions[version];
  const schema = depth === 0 ? declared?.schema : declared?.nested[depth - 1];
  if (schema === undefined) throw new Error(`${module.id} ${version} has no schema at depth ${depth}`);
  return schema;
}

/**
 * Names of the URL segments below the endpoint that address an object (depth 0) or a nested level of it.
 * The sender interface has no country_code and party_id (LOC-06).
 */
export function pathSegments(module: ModuleDeclaration, role: InterfaceRole, depth = 0): string[] {
  const owner = role === 'RECEIVER' ? ['country_code', 'party_id'] : [];
  return [...owner, module.segment, ...module.nested.slice(0, depth).map((level) => level.segment)];
}
