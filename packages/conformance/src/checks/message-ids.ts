import { randomUUID } from 'node:crypto';
import { Header } from '@roamgrid/ocpi';
import { expectEqual } from '../check/expect';
import type { Answer } from '../http/answer';

export type MessageIds = Readonly<Record<string, string>>;

/** Fresh X-Request-ID and X-Correlation-ID for a request. */
export function messageIds(): MessageIds {
  return { [Header.RequestId]: randomUUID(), [Header.CorrelationId]: randomUUID() };
}

/** Fails unless the answer repeats both ids of its request (TRN-45, TRN-46). */
export function expectEcho(answer: Answer, ids: MessageIds): void {
  for (const [name, value] of Object.entries(ids)) {
    expectEqual(answer.header(name), value, `${name} of ${answer.describe()}`);
  }
}
