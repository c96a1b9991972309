export { CheckFailure, NotCovered } from './check/check-failure';
export { type Check, type CheckDefinition, defineCheck, type Need } from './check/define-check';
export { type CheckResult, runCheck, runChecks } from './check/run-check';
export { allChecks } from './checks';
export { launchedHooks, type LaunchedPlatform, type LaunchSpec } from './hooks/launched-hooks';
export { referencePlatform } from './hooks/reference-platform';
export { type RoamingApi, roamingApiHooks } from './hooks/roaming-api-hooks';
export { PeerHost, type PeerHostOptions } from './peer/peer-host';
export { conformanceDocument } from './report/conformance-document';
export { type AreaSummary, summarise, type Summary } from './report/summarise';
export { areaTitles, type ChecklistRow, checklistRow, checklistRows, type Level } from './rows/checklist-rows';
export { whyUncovered } from './rows/uncovered';
export { evseUid, sampleConnector, sampleEvse, sampleLocation } from './samples/sample-location';
export { creditOf, sampleCdr } from './samples/sample-cdr';
export { sampleSession } from './samples/sample-session';
export { sampleTariff } from './samples/sample-tariff';
export { driverOf, sampleToken } from './samples/sample-token';
export type {
  Conversations,
  Driver,
  Invitation,
  OtherPlatform,
  OwnWrite,
  PlatformHooks,
  PlatformLink,
  PlatformTraits,
  Quirks,
  Talk,
  UsedToken,
  Wish,
} from './target/platform-hooks';
export { Target, type TargetOptions } from './target/target';
