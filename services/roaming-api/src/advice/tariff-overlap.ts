import type { Advice, Connector, EVSE, Location, Tariff } from '@roamgrid/modules';
import { foldCase, objectKey, parseOcpiDateTime } from '@roamgrid/ocpi';
import type { ServedModule } from '../backend';
import type { Written } from './own-advice';

interface PlacedConnector {
  readonly value: unknown;
  readonly path: string;
  readonly keys: readonly string[];
}

/** Keys asked for at once. */
const MOST_KEYS = 500;

/**
 * Connectors with several tariffs of which two of one type are valid at the same time, so that nobody knows which counts
 * (LOC-56); tariffs that take turns are as they should be (TAR-15). By the written value.
 */
export async function overlappingTariffs(
  tariffs: ServedModule,
  written: readonly Written[],
): Promise<ReadonlyMap<unknown, Advice[]>> {
  const connectors = written.flatMap(connectorsOf).filter(({ keys }) => keys.length > 1);
  const found = new Map<unknown, Advice[]>();
  if (connectors.length === 0) return found;
  const known = await lookUp(tariffs, [...new Set(connectors.flatMap(({ keys }) => keys))].slice(0, MOST_KEYS));
  for (const { value, path, keys } of connectors) {
    const pair = firstOverlap(keys.flatMap((key) => known.get(key) ?? []));
    if (!pair) continue;
    const message = `${pair[0].id} and ${pair[1].id} are of one type and valid at the same time`;
    const advice = { row: 'LOC-56', code: 'connector.tariffs_overlap', path: `${path}/tariff_ids`, message };
    found.set(value, [...(found.get(value) ?? []), advice]);
  }
  return found;
}

/** The first two tariffs that claim the same session; none of a type stands for sessions of every type (TAR-13). */
export function firstOverlap(tariffs: readonly Tariff[]): readonly [Tariff, Tariff] | undefined {
  for (const [index, one] of tariffs.entries()) {
    const other = tariffs.slice(index + 1).find((each) => sameType(one, each) && sameTime(one, each));
    if (other) return [one, other];
  }
  return undefined;
}

function sameType({ type: one }: Tariff, { type: other }: Tariff): boolean {
  return (one ?? other ?? null) === (other ?? one ?? null);
}

function sameTime(one: Tariff, other: Tariff): boolean {
  const begins = [one, other].map(({ start_date_time }) => instant(start_date_time, -Infinity));
  const ends = [one, other].map(({ end_date_time }) => instant(end_date_time, Infinity));
  return Math.max(...begins) < Math.min(...ends);
}

function instant(text: string | null | undefined, otherwise: number): number {
  return parseOcpiDateTime(text ?? '') ?? otherwise;
}

function connectorsOf({ value, depth, party }: Written): PlacedConnector[] {
  const connector = ({ tariff_ids }: Connector, path: string): PlacedConnector => {
    const ids = new Map((tariff_ids ?? []).map((id) => [foldCase(id), id]));
    return { value, path, keys: [...ids.values()].map((id) => objectKey(party, id)) };
  };
  const inEvse = ({ connectors }: EVSE, path: string): PlacedConnector[] =>
    connectors.map((each, index) => connector(each, `${path}/connectors/${index}`));
  if (depth === 2) return [connector(value as Connector, '')];
  if (depth === 1) return inEvse(value as EVSE, '');
  return ((value as Location).evses ?? []).flatMap((evse, index) => inEvse(evse, `/evses/${index}`));
}

/** The own tariffs that are there, by key; none when they can not be asked for. */
async function lookUp({ objects, version }: ServedModule, keys: readonly string[]): Promise<Map<string, Tariff>> {
  try {
    const fetched = (await objects.Fetch({ version, keys })).objects.filter(({ deleted }) => !deleted);
    return new Map(fetched.map(({ key, json }) => [key, JSON.parse(json.toString()) as Tariff]));
  } catch {
    return new Map();
  }
}
