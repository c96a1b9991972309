import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeProblems,
  locations,
  schemaAt,
  Status,
  tariffs,
  type Location,
  type ModuleDeclaration,
  type Tariff,
} from './index';

const folder = join(__dirname, '../../../samples');

function read<T>(name: string): T[] {
  const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as T);
}

const sampleLocations = read<Location>('locations.ndjson');
const sampleTariffs = read<Tariff>('tariffs.ndjson');

function refused(module: ModuleDeclaration, objects: readonly { readonly id: string }[]): string[] {
  const check = schemaAt(module, '2.2.1').put.own;
  return objects.flatMap((object) => {
    const result = check(object);
    return result.ok ? [] : [`${object.id}: ${describeProblems(result.problems)}`];
  });
}

describe('samples', () => {
  it('are valid as our own', () => {
    expect(sampleLocations).toHaveLength(300);
    expect(sampleTariffs.length).toBeGreaterThanOrEqual(20);
    expect(refused(locations, sampleLocations)).toEqual([]);
    expect(refused(tariffs, sampleTariffs)).toEqual([]);
  });

  it('are what the generator writes', () => {
    const directory = mkdtempSync(join(tmpdir(), 'roamgrid-samples-'));
    try {
      execFileSync(process.execPath, [join(folder, 'generate.mjs'), directory]);
      for (const name of ['locations.ndjson', 'tariffs.ndjson']) {
        expect(readFileSync(join(directory, name)).equals(readFileSync(join(folder, name)))).toBe(true);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('LOC-60 show every status', () => {
    const seen = new Set<string>(sampleLocations.flatMap(({ evses }) => (evses ?? []).map(({ status }) => status)));
    const literals = Status.jsonSchema({ mode: 'own', nulls: false, defs: new Map() })['enum'] as string[];
    expect([...seen].sort()).toEqual([...literals].sort());
  });

  it('LOC-02 LOC-03 have a last_updated that is the newest of all levels', () => {
    for (const { evses, last_updated } of sampleLocations) {
      const below = (evses ?? []).flatMap((evse) => [evse, ...evse.connectors]);
      expect(
        last_updated >=
          (below
            .map((each) => each.last_updated)
            .sort()
            .at(-1) ?? ''),
      ).toBe(true);
    }
  });

  it('LOC-56 name tariffs of the same party, at most one of each type', () => {
    const typeOf = new Map(
      sampleTariffs.map((tariff) => [`${tariff.country_code} ${tariff.id}`, tariff.type ?? 'any']),
    );
    for (const { country_code, evses } of sampleLocations) {
      for (const connector of (evses ?? []).flatMap((evse) => evse.connectors)) {
        const types = (connector.tariff_ids ?? []).map((id) => typeOf.get(`${country_code} ${id}`));
        expect(types).not.toContain(undefined);
        expect(new Set(types).size).toBe(types.length);
      }
    }
  });
});
