import { messageOf, type Clock, type Logger } from '@roamgrid/runtime';
import type { ConversationDocument } from './conversation-document';
import type { ConversationStore } from './conversation-store';

export interface DueLoopOptions {
  readonly store: ConversationStore;
  readonly goOn: (document: ConversationDocument) => Promise<void>;
  /** Milliseconds between looks. */
  readonly poll: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

const AT_ONCE = 32;

/**
 * Takes up every conversation that is due, whoever left it: what a process that died was about to do is done by another, and
 * deadlines are kept. Each step is an atomic change, so any number of replicas may look.
 */
export async function runDueLoop({ store, goOn, poll, clock, logger }: DueLoopOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const due = await store.due(new Date(clock.now()), AT_ONCE);
      const done = await Promise.allSettled(due.map((document) => goOn(document)));
      done.forEach((each, i) => {
        if (each.status === 'rejected') logger.warn({ key: due[i]?._id, reason: messageOf(each.reason) }, 'conversation does not go on yet');
      });
      if (due.length === AT_ONCE && done.some(({ status }) => status === 'fulfilled')) continue;
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'conversations not looked at');
    }
    await clock.sleep(poll, signal);
  }
}
