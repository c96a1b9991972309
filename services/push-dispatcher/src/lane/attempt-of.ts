import type { AttemptDocument } from '../attempts/attempt-document';
import type { PushMethod } from './classify';
import { failureOf } from './failure-of';
import type { Parcel } from './lane-feed';
import type { Sent } from './lane-sender';

/** A request as it went out. */
export interface Asked {
  readonly parcel: Parcel;
  readonly rev: number;
  readonly method: PushMethod;
}

/**
 * What is written down of a request: what came of it, and where it failed, why.
 * @param begun, ended epoch milliseconds; count where there was no answer that says how long it took
 */
export function attemptOf({ parcel, rev, method }: Asked, { outcome, answer }: Sent, begun: number, ended: number): Omit<AttemptDocument, '_id'> {
  const { peer, module } = parcel.receiver;
  const millis = Math.max(0, answer?.millis ?? ended - begun);
  const common = { at: new Date(ended), peer: peer.id, module: module.id, key: parcel.row.key, rev, method, millis };
  if (outcome.kind === 'delivered') {
    return { ...common, http: answer?.httpStatus ?? 0, ocpi: answer?.envelope?.status_code ?? 0, outcome: 'sent' };
  }
  const { http, ocpi, reason, response } = failureOf(outcome.reason, answer, peer.outbound_token, ended);
  return { ...common, http, ocpi, outcome: outcome.kind === 'dead' ? 'dead' : 'retry', reason, response };
}
