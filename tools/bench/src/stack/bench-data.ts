import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { PartySpec } from '@roamgrid/testkit';

/** A Location as far as a benchmark looks into it. */
export interface LocationJson extends Record<string, unknown> {
  readonly country_code: string;
  readonly party_id: string;
  readonly id: string;
  readonly last_updated: string;
}

const ROOT = join(__dirname, '../../../..');
const REAL = join(ROOT, '../shared/data/ndw/locations.ndjson.gz');
const SAMPLES = join(ROOT, 'samples/locations.ndjson');

/** Real Locations where they are at hand, else the samples of this repository. */
export function defaultDataFile(): string {
  return existsSync(REAL) ? REAL : SAMPLES;
}

/** At most `count` Locations, evenly spread over the file, one a line. */
export async function readLocations(file: string, count: number): Promise<LocationJson[]> {
  if (!existsSync(file)) throw new Error(`--data: there is no ${file}`);
  let lines = 0;
  for await (const line of linesOf(file)) lines += line === '' ? 0 : 1;
  const step = Math.max(1, lines / count);
  const chosen: LocationJson[] = [];
  let number = -1;
  for await (const line of linesOf(file)) {
    if (line === '') continue;
    number += 1;
    if (number < Math.floor(chosen.length * step) || chosen.length === count) continue;
    chosen.push(readLocation(line, `${file}, object ${number + 1}`));
  }
  if (chosen.length === 0) throw new Error(`${file} holds no Locations`);
  return chosen;
}

/** The parties of the Locations, each once, as CPOs. */
export function cposOf(locations: readonly LocationJson[]): PartySpec[] {
  const parties = new Map<string, PartySpec>();
  for (const { country_code, party_id } of locations) {
    parties.set(`${country_code}*${party_id}`.toUpperCase(), { country_code, party_id, roles: ['CPO'], name: `CPO ${party_id}` });
  }
  return [...parties.values()];
}

function linesOf(file: string): AsyncIterable<string> {
  const raw = createReadStream(file);
  return createInterface({ input: file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw, crlfDelay: Infinity });
}

function readLocation(line: string, where: string): LocationJson {
  const value = JSON.parse(line) as Partial<LocationJson>;
  const { country_code, party_id, id, last_updated } = value;
  if ([country_code, party_id, id, last_updated].some((field) => typeof field !== 'string')) {
    throw new Error(`${where}: expected a Location with country_code, party_id, id and last_updated`);
  }
  return value as LocationJson;
}
