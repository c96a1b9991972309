import { checklistRow } from './checklist-rows';

/** Areas without any check of their own. */
const AREAS: Readonly<Record<string, string>> = {
  HUB: 'the platform under check is a peer, no hub',
  PRC: 'prices are computed inside a platform and do not show on its interfaces',
};

const HUB = 'for hubs only';
const OUR_HUB = 'for hubs only, and the platform under check is none; our own hub goes through it in test/integration';
const BACKEND = 'a charge point operator’s backend decides it before the platform hears of it; it leaves no mark that could be wrong';

const ROWS: Readonly<Record<string, string>> = {
  'TRN-40': HUB,
  'TRN-58': 'takes hours to observe',
  'PAG-26': HUB,
  'PAG-28': 'a figure, measured by the benchmarks',
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
  'CMD-32': 'a right of CPOs that need not be used; such a CDR is taken in E2E-06',
  'CMD-34': 'who may press the button is up to whoever shows it; the roaming API says so where the command is begun',
  'CMD-36': 'what an app shows is up to the app; the roaming API says so where the command is begun',
  'CMD-42': HUB,
  'CHP-15': BACKEND,
  'CHP-22': 'what a charging station makes of a limit does not show on the interfaces of a platform',
  'CHP-28': 'which limit counts of several is decided by the charging station',
  'CHP-30': 'a right of CPOs that need not be used; how an eMSP takes TOO_OFTEN is checked by CHP-07',
  'CHP-37': HUB,
  'E2E-02': 'made of PAG-16, TRN-59 and TRN-61, which have checks of their own; two whole platforms go through it in test/integration',
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
