import { isDeepStrictEqual } from 'node:util';
import { ACCEPTED, type ConversationDeclaration, type ConversationState, type RequestKind } from '@roamgrid/modules';
import type { JsonObject } from '@roamgrid/object-service';
import { RoamgridError } from '@roamgrid/runtime';
import type { Conversation } from './conversation-document';

// How a conversation goes on: from what it is and what happened, what becomes of it. Undefined: nothing does.

const FINAL: readonly ConversationState[] = ['REFUSED', 'COMPLETED', 'TIMED_OUT', 'FAILED'];

/** Whether it has ended; what comes later changes nothing of how. */
export function isFinal({ state }: Pick<Conversation, 'state'>): boolean {
  return FINAL.includes(state);
}

/** Whether a response or a result says yes. */
export function isAccepted(said: JsonObject | undefined): boolean {
  return said?.['result'] === ACCEPTED;
}

/**
 * Our own systems, or the deadline, give the result of what a peer asked. The same one again changes nothing; what may follow
 * an accepted one is told, too. Throws conversation.over for any other.
 */
export function withAnswer(talk: Conversation, kind: RequestKind, result: JsonObject): Conversation | undefined {
  if (talk.direction !== 'asked') throw over(talk, 'it was asked by us: its result comes from the other side');
  if (talk.passedOn !== undefined) throw over(talk, `it is passed on: its result is that of ${talk.passedOn}`);
  if (talk.state === 'WAITING') {
    if (result['result'] === kind.endedBy) throw over(talk, `${kind.endedBy} follows an accepted result, and there is none yet`);
    return { ...withoutClaim(talk), state: 'COMPLETED', result, untold: [...talk.untold, result] };
  }
  if (isDeepStrictEqual(talk.result, result) || isDeepStrictEqual(talk.ended, result)) return undefined;
  if (mayBeEnded(talk, kind, result)) return { ...talk, ended: result, untold: [...talk.untold, result], attempts: 0 };
  throw over(talk, `it is ${talk.state}${talk.result ? ` with the result ${String(talk.result['result'])}` : ''}`);
}

/** The peer gives the result of what we asked. Throws conversation.over for another one than is there. */
export function withResult(talk: Conversation, kind: RequestKind, result: JsonObject): Conversation | undefined {
  if (!isFinal(talk)) return { ...withoutClaim(talk), state: 'COMPLETED', result };
  if (talk.state === 'TIMED_OUT' || talk.state === 'FAILED') {
    if (talk.late) return undefined; // it said so before, and the first one was too late already
    return { ...talk, late: result };
  }
  if (isDeepStrictEqual(talk.result, result) || isDeepStrictEqual(talk.ended, result)) return undefined;
  if (mayBeEnded(talk, kind, result)) return { ...talk, ended: result };
  throw over(talk, `it is ${talk.state}: one result is taken`);
}

/** The peer answered what we asked. Its result may have been faster (CMD-43). */
export function withResponse(talk: Conversation, response: JsonObject, deadline: Date): Conversation | undefined {
  if (isFinal(talk)) return talk.response ? undefined : { ...talk, response };
  const { error: _error, ...answered } = withoutClaim(talk);
  return isAccepted(response) ? { ...answered, state: 'WAITING', response, deadline } : { ...answered, state: 'REFUSED', response };
}

/** The deadline has passed: what we asked ends without a result (CMD-11). */
export function withTimeOut(talk: Conversation): Conversation | undefined {
  return isFinal(talk) ? undefined : { ...withoutClaim(talk), state: 'TIMED_OUT' };
}

/** It could not be said to the other side at all. */
export function withFailure(talk: Conversation, error: string): Conversation | undefined {
  return isFinal(talk) ? undefined : { ...withoutClaim(talk), state: 'FAILED', error };
}

/** How a request that we pass on is answered where those whom we ask have not said it. */
export interface PassingTerms {
  readonly now: number;
  /** Milliseconds that a result needs on its way from us to who asked us. */
  readonly margin: number;
  /** Seconds, of an answer that is no yes. */
  readonly timeout: number;
  readonly silent: JsonObject;
}

/**
 * What becomes of a request that we pass on, from what became of ours in its place (CHP-24): the answer that it gets at once,
 * and its result. Who was told yes before those who are asked said no hears of it as a result.
 */
export function withPassedOn(talk: Conversation, ours: Conversation, { now, margin, timeout, silent }: PassingTerms): Conversation | undefined {
  if (isFinal(talk)) return undefined;
  if (!talk.response && (ours.state === 'REFUSED' || ours.state === 'FAILED')) {
    return { ...talk, state: 'REFUSED', response: { result: ours.response?.['result'] ?? 'REJECTED', timeout: ours.response?.['timeout'] ?? timeout } };
  }
  const deadline = new Date(ours.deadline.getTime() + margin);
  const accepted = { result: ACCEPTED, timeout: Math.max(0, Math.ceil((deadline.getTime() - now) / 1_000)) };
  const answered = talk.response ? talk : { ...talk, response: accepted, deadline, openUntil: deadline };
  if (!isFinal(ours)) return talk.response ? undefined : { ...answered, state: 'WAITING' };
  const result = ours.result ?? silent;
  return { ...answered, state: 'COMPLETED', result, untold: [result] };
}

/** What stands for a backend that stayed silent, in the class of results of this kind. */
export function silentResult({ silent }: ConversationDeclaration): JsonObject {
  return { result: silent };
}

function mayBeEnded(talk: Conversation, kind: RequestKind, result: JsonObject): boolean {
  return kind.endedBy !== undefined && result['result'] === kind.endedBy && isAccepted(talk.result) && talk.ended === undefined;
}

function withoutClaim({ claim: _claim, ...talk }: Conversation): Conversation {
  return talk;
}

function over({ kind }: Conversation, why: string): RoamgridError {
  return new RoamgridError('conversation.over', `${kind}: ${why}`);
}
