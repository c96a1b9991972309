import { adviseOn, schemaAt, withoutNulls, type Advice, type Location } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';
import type { ServedModule } from '../backend';
import type { SiteNotes } from './site-notes';
import { overlappingTariffs } from './tariff-overlap';

/** What is known beside the objects themselves. */
export interface AdviceContext {
  /** Where tariffs can be looked up; undefined where that module is not served. */
  readonly tariffs: ServedModule | undefined;
  /** The Locations of the same import so far. */
  readonly sites?: SiteNotes;
}

/** A whole object that was written by our own systems, or one nested in it at that depth. */
export interface Written {
  readonly value: unknown;
  readonly depth: number;
  readonly party: Party;
}

/**
 * What can be said about objects that were taken: each by itself as its module declares, Locations also by the tariffs that
 * they name and by the Locations beside them. Advice never fails: what can not be looked up is not said.
 */
export async function adviseOnOwn(
  { declaration, version }: ServedModule,
  written: readonly Written[],
  { tariffs, sites }: AdviceContext,
): Promise<Advice[][]> {
  const valid = written.map(({ value, ...about }) => {
    const normal = withoutNulls(value);
    return { ...about, value: schemaAt(declaration, version, about.depth).put.own(normal).ok ? normal : undefined };
  });
  const advice = valid.map(({ value, depth }) => (value === undefined ? [] : adviseOn(declaration, value, depth)));
  if (declaration.id !== 'locations') return advice;
  const present = valid.flatMap(({ value, ...about }) => (value === undefined ? [] : [{ value, ...about }]));
  const overlaps = tariffs ? await overlappingTariffs(tariffs, present) : new Map<unknown, Advice[]>();
  return valid.map(({ value, depth }, index) => [
    ...(advice[index] ?? []),
    ...(overlaps.get(value) ?? []),
    ...(value !== undefined && depth === 0 ? (sites?.note(value as Location) ?? []) : []),
  ]);
}
