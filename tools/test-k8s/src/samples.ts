import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Modules of which there are samples; tariffs first, since locations name them. */
export const SAMPLE_MODULES = ['tariffs', 'locations'] as const;

export interface SampleParty {
  readonly country_code: string;
  readonly party_id: string;
}

/** The samples of a module: an object in JSON a line. */
export function sampleLines(folder: string, module: (typeof SAMPLE_MODULES)[number]): AsyncIterable<string> {
  return createInterface({ input: createReadStream(join(folder, `${module}.ndjson`)), crlfDelay: Infinity });
}

/** Whose the samples are: each party once. */
export async function partiesOf(folder: string): Promise<SampleParty[]> {
  const parties = new Map<string, SampleParty>();
  for (const module of SAMPLE_MODULES) {
    for await (const line of sampleLines(folder, module)) {
      const { country_code, party_id } = JSON.parse(line) as SampleParty;
      parties.set(`${country_code}*${party_id}`, { country_code, party_id });
    }
  }
  return [...parties.values()];
}
