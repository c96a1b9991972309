import { checklistRow } from './checklist-rows';

const COMMANDS = 'the commands module has no checks yet';
const PROFILES = 'the chargingprofiles module has no checks yet';

/** Areas without any check of their own. */
const AREAS: Readonly<Record<string, string>> = {
  HUB: 'the platform under check is a peer, no hub',
  PRC: 'prices are computed inside a platform and do not show on its interfaces',
  CMD: COMMANDS,
  CHP: PROFILES,
};

const HUB = 'for hubs only';
const OUR_HUB = 'for hubs only, and the platform under check is none; our own hub goes through it in test/integration';
const BACKEND = 'a charge point operator’s backend decides it before the platform hears of it; it leaves no mark that could be wrong';

const ROWS: Readonly<Record<string, string>> = {
  'TRN-40': HUB,
  'TRN-58': 'takes hours to observe',
  'PAG-26': HUB,
  'PAG-28': 'a figure, measured by the benchmarks',
  'STS-05': COMMANDS,
  'STS-11': HUB,
  'STS-12': HUB,
  'STS-16': 'needs a platform that speaks 2.1.1 or 2.2',
  'CRD-22': 'needs a platform and a peer that speak two versions',
  'CRD-35': OUR_HUB,
  'SES-11': BACKEND,
  'SES-27': 'what is billed, and what is not, is decided by who bills',
  'SES-37': BACKEND,
  'SES-47': BACKEND,
  'CDR-23': BACKEND,
  'CDR-26': BACKEND,
  'CDR-32': BACKEND,
  'E2E-02': 'made of PAG-16, TRN-59 and TRN-61, which have checks of their own; two whole platforms go through it in test/integration',
  'E2E-04': COMMANDS,
  'E2E-05': COMMANDS,
  'E2E-06': COMMANDS,
  'E2E-07': COMMANDS,
  'E2E-08': PROFILES,
  'E2E-09': PROFILES,
  'E2E-10': HUB,
  'E2E-11': HUB,
  'E2E-13': 'made of CRD-24, CRD-37 and CRD-45, which have checks of their own; two whole platforms go through it in test/integration',
  'E2E-14': 'needs a platform and a peer that speak two versions',
  'E2E-15': 'made of TRN-60, TRN-61, LOC-26 and TOK-01, which have checks of their own; two whole platforms go through it in test/integration',
  ...Object.fromEntries(['01', '07', '08', '14', '16', '17', '20'].map((row) => [`HCI-${row}`, OUR_HUB])),
  'HCI-19': 'alarms do not show on the interfaces of a platform',
  'HCI-21': 'how often a list is asked for has no bound that could be exceeded',
  'TOK-35': 'a figure, measured by the benchmarks',
};

/** Why no check has this row among its ids; undefined where one has. */
export function whyUncovered(id: string): string | undefined {
  return ROWS[id] ?? AREAS[checklistRow(id).area];
}

/** Ids with a reason of their own. */
export const uncoveredIds: readonly string[] = Object.keys(ROWS);
