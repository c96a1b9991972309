import { OWN } from '@roamgrid/runtime';

/**
 * What a key can open: reading, writing own objects, running the peers, seeing and mending what is on its way, and everything,
 * keys themselves included.
 */
export const RIGHTS = ['read', 'write', 'peers', 'operations', 'admin'] as const;

export type Right = (typeof RIGHTS)[number];

/** What the id of a key begins with that comes from the configuration. */
export const CONFIGURED = 'config:';

/** Who calls: a key, without the key itself. */
export interface ApiKey {
  /** Unique. */
  readonly id: string;
  readonly name: string;
  readonly rights: ReadonlySet<Right>;
  /** The own parties that it acts for, `CC*PID`; absent: all. */
  readonly parties?: ReadonlySet<string>;
  /** The modules that it may use; absent: all. */
  readonly modules?: ReadonlySet<string>;
}

/** Whose an object is and who may see it, as far as a key is concerned. */
export interface Visibility {
  /** `own`, or the id of the peer that it came from. */
  readonly origin: string;
  /** The party that owns it, `CC*PID`. */
  readonly party: string;
  /** The only parties that it is meant for; absent: no restriction. */
  readonly audience?: readonly string[];
}

/** Whether the key has the right. `admin` includes all others. */
export function hasRight({ rights }: ApiKey, right: Right): boolean {
  return rights.has(right) || rights.has('admin');
}

/** Whether the key may use a module at all. */
export function mayUse({ modules }: ApiKey, module: string): boolean {
  return modules === undefined || modules.has(module);
}

/**
 * Whether the key may see an object: what its parties own, what is meant for one of them, and what peers sent to
 * everybody. Own objects of other parties of this company it does not see.
 */
export function maySee({ parties }: ApiKey, { origin, party, audience }: Visibility): boolean {
  if (parties === undefined) return true;
  if (origin === OWN && parties.has(party)) return true;
  return audience === undefined ? origin !== OWN : audience.some((reader) => parties.has(reader));
}
