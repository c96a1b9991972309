import { checklistRow } from './checklist-rows';

/** Areas without any check of their own. */
const AREAS: Readonly<Record<string, string>> = {
  HUB: 'the platform under check is a peer, no hub',
  ROL: 'which role offers what is no obligation; the interfaces that are listed are checked in their own areas',
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
const SHOWN_TO_DRIVERS = 'about what drivers are shown, which no interface of OCPI tells';
const BUSINESS = 'about what a CPO decides to send, which no interface of OCPI tells';
const PAST_SESSIONS = 'needs the sessions and cdrs modules';
const KEPT_LIST = 'what a receiver makes of objects that a crawl did not find does not show on its interfaces';

const ROWS: Readonly<Record<string, string>> = {
  'TRN-07': 'needs a peer of OCPI 2.1.1 or early 2.2; the suite’s peers are of 2.2.1',
  'TRN-12': 'needs peers with bad certificates; the suite’s peers speak plain HTTP',
  'TRN-18': 'a permission: data of a failure may be anything',
  'TRN-20': 'whether a push counted as done shows only in the platform’s own records',
  'TRN-28': 'needs a platform that pushes by PATCH',
  'TRN-34': 'needs a platform that pushes by PATCH',
  'TRN-40': HUB,
  'TRN-43': PAST_SESSIONS,
  'TRN-58': 'takes hours to observe',
  'TRN-62': 'takes as long as the platform’s time-outs',
  'TRN-63': 'needs overload, which a check must not cause on somebody else’s platform',
  'TRN-65': 'a permission of the sender',
  'TRN-66': PAST_SESSIONS,
  'TRN-67': 'about logs inside the platform',
  'TRN-71': 'a permission of the client',
  'TRN-76': 'a clock that is wrong by a constant can not be told from the network',
  'TYP-10': 'what a receiver does with a line end in a text is left open, and senders pass on what a CPO writes',
  'PAG-17': 'a repair for clients that count objects themselves; one that follows Links has no place for it',
  'PAG-18': 'a preference of the client, which both outcomes satisfy',
  'PAG-19': KEPT_LIST,
  'PAG-20': KEPT_LIST,
  'PAG-26': HUB,
  'PAG-28': 'a figure, measured by the benchmarks',
  'STS-04': 'the tokens module has no checks yet',
  'STS-05': 'the commands module has no checks yet',
  'STS-06': 'the tokens module has no checks yet',
  'STS-07': 'needs a defect inside the platform',
  'STS-11': HUB,
  'STS-12': HUB,
  'STS-16': 'needs a platform that speaks 2.1.1 or 2.2',
  'VER-10': 'a permission: both layouts are right',
  'VER-17': 'a permission: both outcomes are right',
  'CRD-22': 'needs a platform and a peer that speak two versions',
  'CRD-34': HUB,
  'CRD-35': HUB,
  'CRD-40': SHOWN_TO_DRIVERS,
  'CRD-43': 'about how tokens are stored and compared inside the platform',
  'RTE-03': 'a permission for platforms of one party',
  'RTE-14': 'the commands and cdrs modules have no checks yet',
  'LOC-25': BUSINESS,
  'LOC-27': SHOWN_TO_DRIVERS,
  'LOC-32': BUSINESS,
  'LOC-33': 'needs a platform that pushes by PATCH',
  'LOC-36': SHOWN_TO_DRIVERS,
  'LOC-37': SHOWN_TO_DRIVERS,
  'LOC-40': SHOWN_TO_DRIVERS,
  'LOC-41': BUSINESS,
  'LOC-42': BUSINESS,
  'LOC-43': BUSINESS,
  'LOC-44': BUSINESS,
  'LOC-53': SHOWN_TO_DRIVERS,
  'LOC-56': BUSINESS,
  'LOC-59': SHOWN_TO_DRIVERS,
  'LOC-60': BUSINESS,
  'LOC-66': 'needs a platform that doubts what its peers hold; nothing can make it',
  'TAR-09': BUSINESS,
  'TAR-10': PAST_SESSIONS,
  'TAR-11': KEPT_LIST,
  'TAR-15': BUSINESS,
  'TAR-16': BUSINESS,
  'TAR-17': BUSINESS,
  'TAR-20': BUSINESS,
  'TAR-23': BUSINESS,
  'TAR-24': BUSINESS,
};

/** Why no check has this row among its ids; undefined where one has. */
export function whyUncovered(id: string): string | undefined {
  return ROWS[id] ?? AREAS[checklistRow(id).area];
}

/** Ids with a reason of their own. */
export const uncoveredIds: readonly string[] = Object.keys(ROWS);
