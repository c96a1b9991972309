import { sampleCdr, sampleLocation, sampleSession, sampleTariff } from '@roamgrid/conformance';
import { objectKey, type Party } from '@roamgrid/ocpi';

export type SubjectModule = 'locations' | 'tariffs' | 'sessions' | 'cdrs';

/** An object of which the run writes one value after the other, each larger than the one before. */
export interface Subject {
  readonly module: SubjectModule;
  readonly party: Party;
  readonly id: string;
  /** The party whose driver a Session or CDR is of, and which alone receives it. */
  readonly driver?: Party;
}

export type Json = Readonly<Record<string, unknown>>;

/** `<module>/<key>`: one name for an object, wherever it is seen. */
export function subjectName({ module, party, id }: Pick<Subject, 'module' | 'party' | 'id'>): string {
  return `${module}/${objectKey(party, id)}`;
}

/** The object as it is with a value. */
export function objectOf(subject: Subject, value: number, lastUpdated: string): Json {
  const { module, party, id } = subject;
  switch (module) {
    case 'locations':
      return { ...sampleLocation(party, id, lastUpdated), name: String(value) };
    case 'tariffs':
      return { ...sampleTariff(party, id, lastUpdated), tariff_alt_text: [{ language: 'en', text: String(value) }] };
    case 'sessions':
      return { ...sampleSession(party, id, cardOf(subject), lastUpdated), kwh: value };
    case 'cdrs':
      return { ...sampleCdr(party, id, cardOf(subject), lastUpdated), total_energy: value };
  }
}

/** The value of an object as it was received, listed or published; NaN where it has none. */
export function valueOf(module: string, object: Json): number {
  if (module === 'locations') return Number(object['name']);
  if (module === 'sessions') return Number(object['kwh']);
  if (module === 'cdrs') return Number(object['total_energy']);
  const [text] = (object['tariff_alt_text'] ?? []) as readonly Json[];
  return Number(text?.['text']);
}

function cardOf({ driver, party }: Subject): Party & { uid: string; type: 'RFID'; contract_id: string } {
  const { country_code, party_id } = driver ?? party;
  return { country_code, party_id, uid: 'CARD1', type: 'RFID', contract_id: `${country_code}-${party_id}-C1` };
}
