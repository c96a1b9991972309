import type { Judge } from '@roamgrid/store';
import { stateOf, type IncomingObject, type WriteScope } from './incoming';
import type { Judgement } from './judge-write';

/**
 * Keeps a whole object that came when a younger one was there: it changes nothing now, but its owner says that it was valid
 * once, and what is billed by then needs it. Where a module keeps parts of its objects only, it is not missed.
 */
export function keepLate(scope: WriteScope, incoming: IncomingObject, judgement: Judgement, judge: Judge): Judge {
  if (scope.module.history !== true) return judge;
  return (present) => {
    const verdict = judge(present);
    const isLate = judgement.stale && present !== undefined && incoming.lastUpdated < present.state.lu.getTime();
    if (verdict.kind !== 'keep' || !isLate) return verdict;
    return { kind: 'late', state: stateOf(scope, incoming.names, incoming.value, incoming.bytes) };
  };
}
