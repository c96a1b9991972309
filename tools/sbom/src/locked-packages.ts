import { posix } from 'node:path';
import { parse } from 'yaml';

/** A package of the lock file that a production installation brings. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** As npm writes it: `sha512-` and Base64. */
  readonly integrity: string | undefined;
  /** `name@version` of what it needs itself. */
  readonly dependencies: readonly string[];
}

export interface LockedTree {
  /** By `name@version`. */
  readonly packages: ReadonlyMap<string, LockedPackage>;
  /** `name@version` of what our own packages name in their manifests. */
  readonly direct: readonly string[];
}

interface LockFile {
  readonly lockfileVersion: string;
  readonly importers: Readonly<Record<string, Manifest>>;
  readonly packages: Readonly<Record<string, { readonly resolution: { readonly integrity?: string } }>>;
  readonly snapshots: Readonly<Record<string, Snapshot>>;
}
type Manifest = Readonly<Partial<Record<Kind, Readonly<Record<string, { readonly version: string }>>>>>;
type Snapshot = Readonly<Partial<Record<Kind, Readonly<Record<string, string>>>>>;
type Kind = (typeof KINDS)[number];

const KINDS = ['dependencies', 'optionalDependencies'] as const;
const LINK = 'link:';

/**
 * What a production installation of the importers below `folder` (such as `services/`) brings, from the text of a
 * pnpm-lock.yaml of version 9. Packages of the workspace are followed, and are no part of the result.
 */
export function lockedPackages(lockFile: string, folder: string): LockedTree {
  const lock = parse(lockFile) as LockFile;
  if (lock.lockfileVersion !== '9.0') throw new Error(`pnpm-lock.yaml: version 9.0 was expected, found ${lock.lockfileVersion}`);
  const importers = Object.keys(lock.importers).filter((path) => path.startsWith(folder));
  if (importers.length === 0) throw new Error(`pnpm-lock.yaml: nothing below ${folder}`);
  const direct = importedKeys(lock, importers);
  const packages = new Map<string, LockedPackage>();
  const open = [...direct];
  const seen = new Set<string>();
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    if (seen.has(key)) continue;
    seen.add(key);
    const needs = snapshotKeys(lock, key);
    open.push(...needs);
    const id = withoutPeers(key);
    const known = packages.get(id)?.dependencies ?? [];
    packages.set(id, { ...describe(lock, id), dependencies: unique([...known, ...needs.map(withoutPeers)]) });
  }
  return { packages, direct: unique(direct.map(withoutPeers)) };
}

/** Keys of the snapshots that importers name, and those of the workspace packages they link to. */
function importedKeys(lock: LockFile, importers: readonly string[]): string[] {
  const keys: string[] = [];
  const open = [...importers];
  const seen = new Set<string>();
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const manifest = lock.importers[path];
    if (manifest === undefined) throw new Error(`pnpm-lock.yaml: no importer ${path}`);
    for (const [name, { version }] of KINDS.flatMap((kind) => Object.entries(manifest[kind] ?? {}))) {
      if (version.startsWith(LINK)) open.push(posix.join(path, version.slice(LINK.length)));
      else keys.push(keyOf(name, version));
    }
  }
  return keys;
}

function snapshotKeys(lock: LockFile, key: string): string[] {
  const snapshot = lock.snapshots[key];
  if (snapshot === undefined) throw new Error(`pnpm-lock.yaml: no snapshot ${key}`);
  return KINDS.flatMap((kind) => Object.entries(snapshot[kind] ?? {})).map(([name, version]) => keyOf(name, version));
}

/** An alias (`npm:other@1.0.0`) stands in the lock file as the whole key of what it means. */
function keyOf(name: string, version: string): string {
  return lastAt(version) > 0 ? version : `${name}@${version}`;
}

function describe(lock: LockFile, id: string): Omit<LockedPackage, 'dependencies'> {
  const at = lastAt(id);
  return { name: id.slice(0, at), version: id.slice(at + 1), integrity: lock.packages[id]?.resolution.integrity };
}

/** Where the version begins; 0 or less where there is only a version, or only a scoped name. */
function lastAt(key: string): number {
  return withoutPeers(key).lastIndexOf('@');
}

function withoutPeers(key: string): string {
  return key.replace(/\(.*$/, '');
}

function unique(keys: readonly string[]): string[] {
  return [...new Set(keys)].sort();
}
