import type { Limits } from '../src/backend';

/** Limits that no test meets by chance. */
export const testLimits: Limits = {
  objectBytes: 10_000,
  peerBytes: 10_000,
  lineBytes: 1_000,
  imports: 2,
  unreadAnswerBytes: 1_000_000,
  requestsPerSecond: 0,
  requestBurst: 1,
  requestsAtOnce: 1_000,
  feeds: 3,
  unreadFeedBytes: 1_000_000,
  bodySeconds: 30,
  idleSeconds: 120,
};
