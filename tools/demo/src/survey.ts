import { readDataFile, type Kind, type Unreadable } from './data-file';

/** What the data files hold: needed before the platforms start, since the CPO platform hosts the parties found. */
export interface Survey {
  readonly counts: Readonly<Record<Kind, number>>;
  readonly parties: readonly { readonly country_code: string; readonly party_id: string }[];
  readonly unreadable: readonly Unreadable[];
}

/** Reads all files once. */
export async function survey(files: readonly string[]): Promise<Survey> {
  const counts: Record<Kind, number> = { locations: 0, tariffs: 0 };
  const parties = new Map<string, { country_code: string; party_id: string }>();
  const unreadable: Unreadable[] = [];
  for (const file of files) {
    for await (const object of readDataFile(file)) {
      if (!('kind' in object)) {
        unreadable.push(object);
        continue;
      }
      counts[object.kind] += 1;
      parties.set(`${object.party.country_code}*${object.party.party_id}`.toUpperCase(), object.party);
    }
  }
  return { counts, parties: [...parties.values()], unreadable };
}

/** The JSON lines of one kind, from all files. */
export async function* linesOf(kind: Kind, files: readonly string[], onLine: () => void): AsyncGenerator<string> {
  for (const file of files) {
    for await (const object of readDataFile(file)) {
      if (!('kind' in object) || object.kind !== kind) continue;
      onLine();
      yield object.line;
    }
  }
}
