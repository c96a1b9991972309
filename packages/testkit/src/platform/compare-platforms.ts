import { createHash } from 'node:crypto';
import type { DescribedObject } from './roaming-api-client';

/** Whatever can say which objects of a module it holds: the roaming API of a platform, or a peer of a test. */
export interface ObjectLister {
  list(module: string, query?: Readonly<Record<string, string>>): AsyncIterable<Pick<DescribedObject, 'key' | 'object'>>;
}

export interface Comparison {
  readonly objects: number;
  /** Keys that only one side has, or that differ; the first few. */
  readonly differences: readonly string[];
}

/** Compares what one platform owns with what the other received, object by object, whatever the order of their fields. */
export async function comparePlatforms(owner: ObjectLister, receiver: ObjectLister, module: string): Promise<Comparison> {
  const digests = new Map<string, string>();
  for await (const { key, object } of owner.list(module, { origin: 'own' })) digests.set(key, digest(object));
  const objects = digests.size;
  const differences: string[] = [];
  for await (const { key, object } of receiver.list(module)) {
    if (digests.get(key) !== digest(object)) differences.push(key);
    digests.delete(key);
  }
  return { objects, differences: [...differences, ...digests.keys()] };
}

function digest(object: unknown): string {
  return createHash('sha256').update(JSON.stringify(object, sorted)).digest('base64');
}

function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
