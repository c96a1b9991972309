import type { AdviceRule } from './advice';
import type { Embedding } from './shared/embedding';
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
export type OperationKind = 'page' | 'get' | 'put' | 'patch' | 'delete' | 'post' | 'action';

/** How deep into an object an operation reaches: the object alone, or each of the module's nested levels too. */
export type Reach = 'object' | 'nested';

/** One operation of an interface. */
export interface Operation {
  readonly kind: OperationKind;
  readonly method: 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'POST';
  readonly reach: Reach;
  /** First version that has the operation; absent: all versions of the module. */
  readonly since?: OcpiVersion;
  /** Of a page: a request without date_from is refused (PAG-21). */
  readonly from?: 'required';
  /** Of an action: what it is. */
  readonly action?: ModuleAction;
}

/** What is asked of an object beside storing it: answered by the module's service with data of its own. */
export interface ModuleAction {
  /** The segment behind the object's id. */
  readonly name: string;
  readonly body: ObjectSchema;
  /** Whether the body may be left out. */
  readonly bodyOptional: boolean;
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
export const page = ({ from, ...options }: Omit<OperationOptions, 'reach'> & Pick<Operation, 'from'> = {}): Operation => ({
  ...operation('page', 'GET', options),
  ...(from && { from }),
});
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
/** `METHOD …/{id}/{name}`: asks something of an object. */
export const action = (method: 'POST' | 'PUT', asked: ModuleAction): Operation => ({ ...operation('action', method, {}), action: asked });

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

/** A list that PATCH appends to, in the order of the ids of its items. */
export interface AppendedList {
  readonly field: string;
  /** Field of the item that tells it from the others. */
  readonly id: string;
}

/**
 * Which versions of an object are kept: none, every one that ever was valid, or those in which that differs which the
 * function gives of them.
 */
export type History = boolean | ((object: Readonly<Record<string, unknown>>) => unknown);

/** A history by a part of the object; `T` is what its schema has made sure of. */
export function historyOf<T>(part: (object: T) => unknown): History {
  return (object) => part(object as T);
}

/** What is done to an object of the same party by no more than one other. */
export interface OnceOnly {
  /** The id, the last of the key, of the object that it is done to; undefined: to none. */
  readonly to: (object: Readonly<Record<string, unknown>>) => string | undefined;
  /** How an object is called that it was done to. */
  readonly done: string;
}

/** What an OCPI module is. Everything else in the platform follows from this. */
export interface ModuleDeclaration {
  readonly id: ModuleId;
  readonly versions: Readonly<Partial<Record<OcpiVersion, ModuleVersion>>>;
  /** Fields of the body that identify an object, country_code and party_id first; they equal the URL. */
  readonly key: readonly ['country_code', 'party_id', ...string[]];
  /** Name of the URL segment for the last field of the key, such as `location_id`; absent: the path names the party alone (HCI-02). */
  readonly segment?: string;
  /**
   * The last field of the key stands in the query of the URL under this name, not in its path (TOK-15). Without a fallback
   * (empty) what the query leaves open stays so: a whole object says it itself, else the newest is meant (HCI-09).
   */
  readonly keyQuery?: { readonly name: string; readonly fallback: string };
  /** The role that a party needs to create and change objects. */
  readonly owner: Role;
  /**
   * Whose an object is: that of the `party` that it names, which must have the role `owner`; or, whatever party it names, that
   * of any platform with that `role`, each of which has its own object of that name (HCI-18).
   */
  readonly ownedBy: 'party' | 'role';
  /** Whether messages carry the routing headers of functional modules (RTE-02, HCI-15). */
  readonly routed: boolean;
  /** Roles that are offered changes, and that may list the objects (ROL-12). */
  readonly interested: readonly Role[];
  /** Roles that pass on what they received: their sender interface lists the objects of all owners (ROL-05). */
  readonly passedOnBy: readonly Role[];
  /**
   * The role of those of our parties for which an SCSP under contract acts on what they received: these objects are offered to
   * it, too (CHP-24).
   */
  readonly actedOnFor?: Role;
  /** The parties an object is meant for; absent: everybody interested. */
  readonly audience?: (object: Readonly<Record<string, unknown>>) => readonly Party[];
  readonly interfaces: { readonly sender: readonly Operation[]; readonly receiver: readonly Operation[] };
  readonly nested: readonly NestedLevel[];
  /** PATCH: lists whose items are added to those that are there; one with the id of a known one takes its place (SES-15, SES-18). */
  readonly patchAppends: readonly AppendedList[];
  /** How an object ends: the field keeps that value, the fields of `keeps` stay too, and PATCH is refused (SES-26). */
  readonly final?: { readonly field: string; readonly value: string; readonly keeps: readonly string[] };
  /** Field with the time of the last change, at the object and at every nested level. */
  readonly lastUpdated: 'last_updated';
  readonly delivery: Delivery;
  /** What marks an object that its owner lists no more, where it cannot be deleted (TOK-23). */
  readonly vanished?: { readonly field: string; readonly value: unknown };
  /** What our own systems are told of objects that are valid, but not as they had better be. */
  readonly advice: readonly AdviceRule[];
  /** The versions that are kept, immutable: found by key and moment. */
  readonly history: History;
  /** What of an object stands inside objects of other modules, by their ids. */
  readonly embedded: Readonly<Partial<Record<ModuleId, Embedding>>>;
  /** What our own systems may write instead of a whole object, in all versions: things by name that its service puts in. */
  readonly ownInput?: ObjectSchema;
  /** What only one object may do to another of its party (CDR-15). */
  readonly once?: OnceOnly;
  /** Whether a delete ends an object; follows from the receiver interface. */
  readonly deletable: boolean;
  /** Whether an object never changes once it is there; follows from its delivery (CDR-08). */
  readonly immutable: boolean;
}

/** What is written down for a module; the rest has defaults or follows. */
export type ModuleDefinition = Omit<
  ModuleDeclaration,
  'deletable' | 'immutable' | Defaulted
> &
  Partial<Pick<ModuleDeclaration, Defaulted>>;

type Defaulted = 'advice' | 'embedded' | 'history' | 'lastUpdated' | 'nested' | 'ownedBy' | 'passedOnBy' | 'patchAppends' | 'routed';

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
    ownedBy: 'party',
    routed: true,
    passedOnBy: [],
    patchAppends: [],
    history: false,
    embedded: {},
    lastUpdated: 'last_updated',
    ...definition,
    nested,
    deletable: receiver.some((each) => each.kind === 'delete'),
    immutable: definition.delivery.style === 'append',
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
  const object = module.segment === undefined ? [] : [module.segment];
  return [...owner, ...object, ...module.nested.slice(0, depth).map((level) => level.segment)];
}

/**
 * What identifies an object within its party, from the segment of its URL (undefined: it has none) and what the query says of
 * the rest of the key (undefined: nothing). A whole object names itself: then what the query leaves open stays so, as an empty
 * text (TOK-04, TOK-16).
 */
export function addressedIds(
  { keyQuery }: ModuleDeclaration,
  segment: string | undefined,
  queried: string | undefined,
  whole: boolean,
): string[] {
  const inPath = segment === undefined ? [] : [segment];
  return keyQuery ? [...inPath, queried ?? (whole ? '' : keyQuery.fallback)] : inPath;
}

/**
 * The query of an object's URL: `type=APP_USER`; empty where the path says it all, where it says what is understood anyway
 * (TOK-18), or where the object itself says the rest (HCI-09).
 */
export function addressQuery({ keyQuery }: ModuleDeclaration, ids: readonly string[]): string {
  const value = keyQuery?.fallback && ids.at(-1);
  return !keyQuery || value === '' || value === undefined || value === keyQuery.fallback
    ? ''
    : `${keyQuery.name}=${encodeURIComponent(value)}`;
}

/** The action of a module's sender interface by its name. */
export function actionOf(module: ModuleDeclaration, name: string): ModuleAction | undefined {
  return module.interfaces.sender.find((operation) => operation.action?.name === name)?.action;
}
