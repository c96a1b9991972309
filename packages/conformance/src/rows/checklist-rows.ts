/** A row of the checklist: who it binds and how strongly. */
export interface ChecklistRow {
  /** Such as LOC-18. */
  readonly id: string;
  readonly area: string;
  readonly level: Level;
  /** SND, RCV, CLI, SRV, HUB, a role, or ALL. */
  readonly who: string;
}

/** As the specification has it; † where it is silent or contradicts itself and the row is a decision of ours. */
export type Level = 'MUST' | 'MUST†' | 'SHOULD' | 'SHOULD†' | 'MAY';

/** Level, who, and the numbers of the rows that have both. */
type Group = readonly [Level, string, string];

interface Area {
  readonly title: string;
  readonly groups: readonly Group[];
}

const AREAS: Readonly<Record<string, Area>> = {
  TRN: area('Transport, authentication, envelope', [
    ['MUST', 'SRV', '01-02 04 09 16-17 22-23 30-32 36-37 47 70'],
    ['MUST', 'CLI', '03 13 21 28 45-46 53 56-57'],
    ['SHOULD†', 'SRV', '05 08 15 26-27 29 33 35 39 41 44 49 54 63-64 68 75'],
    ['MAY', 'SRV', '06'],
    ['MAY', 'CLI', '07 14 71'],
    ['MUST', 'ALL', '10-11 51-52'],
    ['SHOULD†', 'CLI', '12 34 50 55'],
    ['SHOULD', 'SRV', '18-19 24-25 69'],
    ['SHOULD', 'CLI', '20 42 48 58 60'],
    ['SHOULD†', 'SND', '38'],
    ['SHOULD†', 'HUB', '40'],
    ['MAY', 'SND', '43'],
    ['MUST', 'SND', '59'],
    ['MUST', 'RCV', '61 66 72-73'],
    ['SHOULD†', 'ALL', '62 67 76'],
    ['MAY', 'ALL', '65'],
    ['SHOULD†', 'RCV', '74'],
  ]),
  TYP: area('Data types and formats', [
    ['MUST', 'ALL', '01 07 10 12 16 25'],
    ['MUST', 'SND', '02 04 13 15 17-22'],
    ['SHOULD†', 'SRV', '03 05 14 23-24'],
    ['SHOULD†', 'SND', '06'],
    ['SHOULD†', 'ALL', '08'],
    ['MUST†', 'SRV', '09 11'],
  ]),
  PAG: area('Pagination and list filters', [
    ['MUST', 'SND', '01-08 10-12 21'],
    ['SHOULD†', 'SND', '09 13 22-24 28'],
    ['SHOULD', 'SND', '14'],
    ['SHOULD', 'CLI', '15-17'],
    ['SHOULD†', 'CLI', '18 20'],
    ['MUST', 'CLI', '19 25'],
    ['SHOULD†', 'HUB', '26'],
    ['SHOULD†', 'SRV', '27'],
  ]),
  STS: area('Status codes', [
    ['MUST', 'SRV', '01-03 07'],
    ['MUST', 'EMSP', '04 06'],
    ['SHOULD', 'CPO', '05'],
    ['SHOULD', 'SRV', '08-10'],
    ['SHOULD', 'HUB', '11'],
    ['MUST', 'HUB', '12'],
    ['MUST', 'ALL', '13 16'],
    ['SHOULD', 'CLI', '14'],
    ['SHOULD†', 'SRV', '15'],
  ]),
  VER: area('Versions', [
    ['MUST', 'SRV', '01-03 05 08 19'],
    ['SHOULD†', 'SRV', '04 09 18 20'],
    ['SHOULD', 'SRV', '06 15-16'],
    ['MUST', 'CLI', '07'],
    ['MAY', 'SRV', '10 13 17'],
    ['SHOULD', 'CLI', '11'],
    ['SHOULD†', 'CLI', '12'],
    ['MUST', 'ALL', '14'],
  ]),
  CRD: area('Credentials and registration', [
    ['MUST', 'RCV', '01'],
    ['MUST', 'CLI', '02-03 12'],
    ['MUST', 'SRV', '04 09 11 13-17 19 21-22 27 29-32'],
    ['SHOULD', 'SRV', '05 07'],
    ['SHOULD†', 'SRV', '06 18 20 23 26 28 33 40-43'],
    ['SHOULD', 'CLI', '08'],
    ['SHOULD†', 'CLI', '10 25 45'],
    ['SHOULD†', 'ALL', '24'],
    ['MUST', 'HUB', '34-35'],
    ['MUST', 'ALL', '36 38-39 44'],
    ['SHOULD', 'ALL', '37'],
  ]),
  RTE: area('Routing headers', [
    ['MUST', 'ALL', '01-02 06-07'],
    ['MAY', 'ALL', '03'],
    ['MUST', 'CLI', '04 14'],
    ['MUST', 'SRV', '05'],
    ['SHOULD†', 'SRV', '08-10 12-13'],
    ['SHOULD†', 'SND', '11'],
    ['SHOULD†', 'ALL', '15'],
  ]),
  HUB: area('Hub behaviour', [
    ['MUST', 'HUB', '01-07 09-11 14-15 17-19 23 27 33 39'],
    ['SHOULD†', 'HUB', '08 12 21 25 28 30-32 34-38'],
    ['MUST', 'CLI', '13 22 26'],
    ['MUST', 'RCV', '16 29'],
    ['SHOULD', 'CLI', '20'],
    ['MAY', 'HUB', '24'],
  ]),
  ROL: area('Multi-role platforms', [
    ['SHOULD', 'CPO', '01'],
    ['SHOULD', 'EMSP', '02'],
    ['SHOULD', 'HUB', '03'],
    ['SHOULD', 'NSP', '04'],
    ['SHOULD', 'NAP', '05'],
    ['SHOULD', 'SCSP', '06'],
    ['SHOULD', 'OTHER', '07'],
    ['MUST', 'ALL', '08-09 13'],
    ['SHOULD†', 'ALL', '10-12'],
    ['SHOULD', 'ALL', '14'],
  ]),
  LOC: area('Locations', [
    ['MUST', 'SND', '01-06 09 38-39 45-47 49-50 54 56 58 60-63 65'],
    ['SHOULD', 'SND', '07 55'],
    ['SHOULD†', 'SND', '08 10-11 69'],
    ['MUST', 'RCV', '12-19 23 26 35-37 68'],
    ['SHOULD†', 'RCV', '20-21 24 30-31 64 67'],
    ['SHOULD', 'RCV', '22 27 52-53 57'],
    ['MUST', 'CPO', '25 29 32 34'],
    ['MAY', 'CPO', '28'],
    ['SHOULD', 'CPO', '33 41-44 66'],
    ['MAY', 'EMSP', '40'],
    ['MUST', 'ALL', '48 51 59'],
    ['SHOULD†', 'CPO', '70'],
  ]),
  SES: area('Sessions', [
    ['MUST', 'SND', '01-02 04-05 08-09 46'],
    ['SHOULD†', 'SND', '03 07 10-11'],
    ['SHOULD', 'SND', '06'],
    ['MUST', 'RCV', '12-16 19 24'],
    ['MUST', 'CPO', '17 22-23 25 29-34'],
    ['SHOULD†', 'RCV', '18 20-21 41-42 45'],
    ['MUST', 'ALL', '26-28 35-36 40'],
    ['SHOULD', 'CPO', '37 44'],
    ['MAY', 'CPO', '38'],
    ['SHOULD†', 'ALL', '39'],
    ['SHOULD†', 'EMSP', '43'],
    ['SHOULD†', 'CPO', '47'],
  ]),
  CDR: area('CDRs', [
    ['MUST', 'SND', '01 49'],
    ['SHOULD†', 'SND', '02 48'],
    ['MUST', 'RCV', '03-04 07 10 13'],
    ['MUST', 'CLI', '05'],
    ['SHOULD', 'RCV', '06 16'],
    ['MUST', 'ALL', '08 33 41'],
    ['SHOULD†', 'RCV', '09 15 31 46-47'],
    ['MUST', 'CPO', '11-12 14 17-19 22-28 30 32 35-37 40'],
    ['SHOULD†', 'CPO', '20-21'],
    ['SHOULD', 'CPO', '29 38-39'],
    ['SHOULD†', 'ALL', '34 42'],
    ['MAY', 'CPO', '43-45'],
  ]),
  TAR: area('Tariffs', [
    ['MUST', 'SND', '01'],
    ['SHOULD†', 'SND', '02'],
    ['MUST', 'RCV', '03-07'],
    ['SHOULD†', 'RCV', '08 10 25 27'],
    ['SHOULD', 'CPO', '09 15 23-24'],
    ['MUST', 'CLI', '11'],
    ['MUST', 'SRV', '12 21'],
    ['MUST', 'ALL', '13-14 18-20 22'],
    ['MAY', 'CPO', '16 28'],
    ['MUST', 'CPO', '17'],
    ['SHOULD†', 'SRV', '26'],
  ]),
  PRC: area('Pricing', [
    ['MUST', 'ALL', '01-07 10-14 16-19 21-30 32 36-45 47-61'],
    ['SHOULD†', 'ALL', '08-09 15 20 31 33-35'],
    ['SHOULD', 'ALL', '46 62'],
  ]),
  TOK: area('Tokens', [
    ['MUST', 'SND', '01 03-10 12'],
    ['SHOULD†', 'SND', '02 39'],
    ['SHOULD', 'SND', '11 13'],
    ['MUST', 'CLI', '14 22'],
    ['MUST', 'RCV', '15 19-21 40'],
    ['SHOULD†', 'RCV', '16-17 38'],
    ['SHOULD†', 'CLI', '18 23'],
    ['MUST', 'CPO', '24-28'],
    ['MUST', 'EMSP', '29 32'],
    ['SHOULD', 'EMSP', '30-31 35'],
    ['MUST', 'ALL', '33'],
    ['SHOULD', 'CPO', '34'],
    ['SHOULD†', 'CPO', '36'],
    ['MAY', 'CPO', '37'],
  ]),
  CMD: area('Commands', [
    ['MUST', 'RCV', '01-02 05-07 10 14 17 20-24 27-31 33 35'],
    ['SHOULD†', 'RCV', '03-04 08 15-16 19 26 40'],
    ['MUST', 'SND', '09 11 25 34 36'],
    ['SHOULD', 'SND', '12'],
    ['SHOULD†', 'SND', '13 37 41'],
    ['SHOULD', 'RCV', '18 38'],
    ['MAY', 'CPO', '32'],
    ['MUST', 'ALL', '39'],
    ['SHOULD†', 'HUB', '42'],
    ['SHOULD†', 'ALL', '43'],
  ]),
  CHP: area('ChargingProfiles', [
    ['MUST', 'RCV', '01-03 05 07-08 10-13 16 31-32'],
    ['MUST', 'CLI', '04'],
    ['SHOULD†', 'RCV', '06 21 33-34'],
    ['MUST', 'SND', '09 14'],
    ['SHOULD', 'RCV', '15 23 29'],
    ['MUST', 'ALL', '17-20 22 36'],
    ['MUST', 'EMSP', '24 26'],
    ['MAY', 'EMSP', '25'],
    ['MUST', 'CPO', '27'],
    ['SHOULD', 'ALL', '28'],
    ['MAY', 'RCV', '30'],
    ['SHOULD†', 'SND', '35'],
    ['SHOULD†', 'HUB', '37'],
  ]),
  HCI: area('HubClientInfo', [
    ['MUST', 'HUB', '01 07-08'],
    ['MUST', 'RCV', '02-03'],
    ['SHOULD†', 'RCV', '04 18 22'],
    ['MUST', 'ALL', '05-06 15'],
    ['SHOULD†', 'ALL', '09'],
    ['MUST', 'CLI', '10-13 21'],
    ['SHOULD', 'HUB', '14 16'],
    ['SHOULD†', 'HUB', '17 20'],
    ['SHOULD†', 'CLI', '19'],
  ]),
  E2E: area('End to end', [
    ['MUST', 'ALL', '01-09 12-15'],
    ['MUST', 'HUB', '10-11'],
    ['SHOULD', 'ALL', '16'],
  ]),
};

/** All rows, in the order of the checklist. */
export const checklistRows: readonly ChecklistRow[] = Object.entries(AREAS).flatMap(([name, { groups }]) =>
  groups.flatMap((group) => rowsOf(name, group)).sort((a, b) => a.id.localeCompare(b.id)),
);

/** What an area is about, by its three letters, in the order of the checklist. */
export const areaTitles: ReadonlyMap<string, string> = new Map(
  Object.entries(AREAS).map(([area, { title }]) => [area, title]),
);

const rowsById = new Map(checklistRows.map((row) => [row.id, row]));

/** The row of an id. Throws RangeError for an id that the checklist does not have. */
export function checklistRow(id: string): ChecklistRow {
  const row = rowsById.get(id);
  if (!row) throw new RangeError(`the checklist has no row ${id}`);
  return row;
}

function area(title: string, groups: readonly Group[]): Area {
  return { title, groups };
}

function rowsOf(name: string, [level, who, numbers]: Group): ChecklistRow[] {
  return numbers.split(' ').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => {
      const number = String(first + index).padStart(2, '0');
      return { id: `${name}-${number}`, area: name, level, who };
    });
  });
}
