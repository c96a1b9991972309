import { checklistRow } from './checklist-rows';

/** Areas without any check of their own. */
const AREAS: Readonly<Record<string, string>> = {
  HUB: 'the platform under check is a peer, no hub',
  SES: 'the sessions module has no checks yet',
  CDR: 'the cdrs module has no checks yet',
  PRC: 'prices are computed inside a platform and do not show on its interfaces',
  TOK: 'the tokens module has no checks yet',
  CMD: 'the commands module has no checks yet',
  CHP: 'the chargingprofiles module has no checks yet',
  HCI: 'the hubclientinfo module has no checks yet',
  E2E: 'needs modules that have no checks yet',
};

const HUB = 'for hubs only';
const PAST_SESSIONS = 'needs the sessions and cdrs modules';

const ROWS: Readonly<Record<string, string>> = {
  'TRN-07': 'needs a peer of OCPI 2.1.1 or early 2.2; the suite’s peers are of 2.2.1',
  'TRN-40': HUB,
  'TRN-43': PAST_SESSIONS,
  'TRN-58': 'takes hours to observe',
  'TRN-63': 'needs overload, which a check must not cause on somebody else’s platform',
  'TRN-66': PAST_SESSIONS,
  'PAG-26': HUB,
  'PAG-28': 'a figure, measured by the benchmarks',
  'STS-04': 'the tokens module has no checks yet',
  'STS-05': 'the commands module has no checks yet',
  'STS-06': 'the tokens module has no checks yet',
  'STS-11': HUB,
  'STS-12': HUB,
  'STS-16': 'needs a platform that speaks 2.1.1 or 2.2',
  'CRD-22': 'needs a platform and a peer that speak two versions',
  'CRD-34': HUB,
  'CRD-35': HUB,
  'RTE-14': 'the commands and cdrs modules have no checks yet',
  'TAR-10': PAST_SESSIONS,
};

/** Why no check has this row among its ids; undefined where one has. */
export function whyUncovered(id: string): string | undefined {
  return ROWS[id] ?? AREAS[checklistRow(id).area];
}

/** Ids with a reason of their own. */
export const uncoveredIds: readonly string[] = Object.keys(ROWS);
