import { isOf, withoutNulls, type RequestKind } from '@roamgrid/modules';
import { readBody, type JsonObject } from '@roamgrid/object-service';
import { foldCase, partyKey, type Party } from '@roamgrid/ocpi';
import { messageOf, RoamgridError, type BeginRequest, type TakeResultRequest } from '@roamgrid/runtime';
import type { Conversation, ConversationDocument } from './conversation-document';
import { isFinal, withFailure, withResponse, withResult, withTimeOut } from './conversation-steps';
import { callPeer } from './call-peer';
import type { Addressee } from './conversation-hooks';
import type { Step } from './conversation-store';
import { outcomeOfAsking, type AskingOutcome } from './outcome-of-asking';
import { digestOf, newReply, responseUrl } from './response-url';
import { kindOf, knownPeer, ownValue, partyOf, peerOf, requireValid, type TalkContext } from './talk-context';

/**
 * The side that asks. What our own systems want is kept first and sent then, once: whoever finds it again after a crash
 * cannot know whether it arrived, so it waits for a result as long as for any other. It ends in exactly one state.
 */
export class AskingSide {
  readonly #context: TalkContext;

  constructor(context: TalkContext) {
    this.#context = context;
  }

  /**
   * Keeps what is asked, and sends it; what was begun under its id before is given as it is now. Throws object.invalid,
   * object.immutable (another wish under the id), party.not_yours, party.role_missing, peer.unknown.
   */
  async begin(wanted: BeginRequest): Promise<ConversationDocument> {
    const { clock, config, newId, store } = this.#context;
    const { from, id = '' } = wanted;
    const known = id === '' ? undefined : await store.find(from, id);
    if (known) return sameWish(known, wanted);
    const talk = await this.#wanted(wanted);
    const kept = await store.insert({ party: from, id: id === '' ? newId() : id, talk, due: new Date(clock.now() + config.lease) });
    if (!kept) return sameWish(await store.get(from, id), wanted); // somebody repeated it at the same moment
    this.#sendSoon(kept);
    return kept;
  }

  async #wanted(wanted: BeginRequest): Promise<Conversation> {
    const { config, directory, hooks, module } = this.#context;
    const { kind: name, from, to, json } = wanted;
    const kind = kindOf(module, name);
    this.#requireRole(from);
    const peer = peerOf(directory, to, module.answers);
    const completed = await hooks.complete({ kind, from, to, request: readBody(json) });
    const placeholder = responseUrl(config.publicUrl, module, newReply().reply);
    const { response_url: _url, ...request } = ownValue(kind.schema, { ...completed.request, response_url: placeholder });
    return { ...this.#fresh(name, { peer: peer.id, party: to }, request, completed.openUntil), wish: wishOf(wanted) };
  }

  #fresh(kind: string, { peer, party }: Addressee, request: JsonObject, until?: Date): Conversation {
    const { clock, config, hooks } = this.#context;
    const deadline = new Date(clock.now() + config.asking.answerTimeout + config.answering.timeout * 1_000 + config.asking.grace);
    const openUntil = new Date(Math.max(deadline.getTime(), until?.getTime() ?? 0) + config.asking.lateFor);
    return {
      ...{ direction: 'asking', kind, state: 'REQUESTED', peer, counterpart: party, request, deadline, openUntil, untold: [], attempts: 0 },
      ...(hooks.subjectOf && { subject: hooks.subjectOf(request, party) }),
    };
  }

  /** Keeps what is asked on behalf of a peer, as the peer said it, rid of its nulls (TRN-38); it is not sent yet. */
  async keep({ from, id, onBehalfOf, kind, to, request }: OnBehalf): Promise<ConversationDocument> {
    const { clock, config, store } = this.#context;
    const talk = { ...this.#fresh(kind, to, withoutNulls(request)), onBehalfOf };
    const kept = await store.insert({ party: from, id, talk, due: new Date(clock.now() + config.lease) });
    if (!kept) throw new RoamgridError('internal', 'an id was given twice');
    return kept;
  }

  /** Sends what was just kept, without holding up who keeps it. */
  #sendSoon(document: ConversationDocument): void {
    const { logger } = this.#context;
    this.send(document).catch((error: unknown) => logger.warn({ key: document._id, reason: messageOf(error) }, 'request not sent yet'));
  }

  /** Takes the result of a peer at our URL (CMD-09, CMD-13, CMD-41). Throws conversation.unknown, conversation.over, object.invalid. */
  async takeResult({ reply, caller, json }: TakeResultRequest): Promise<void> {
    const { module, store, clock } = this.#context;
    const found = await store.byReply(digestOf(reply));
    if (!found || found.talk.peer !== caller.origin || found.talk.openUntil.getTime() < clock.now()) {
      throw new RoamgridError('conversation.unknown', `${module.id}: nothing is waited for at this URL`);
    }
    const kind = kindOf(module, found.talk.kind);
    const result = readBody(json);
    requireValid(kind.result, 'received', result);
    await store.change(found._id, ({ talk, due }) => this.#stepTo(withResult(talk, kind, result), due));
  }

  /** What is to be done about one that is due. */
  async goOn(document: ConversationDocument): Promise<void> {
    if (document.talk.state === 'REQUESTED') return this.send(document);
    await this.#context.store.change(document._id, ({ talk }) => this.#stepTo(withTimeOut(talk)));
  }

  /** One that has ended is due no more, unless that in which a peer asked for it is to hear of it. */
  #stepTo(talk: Conversation | undefined, due?: Date): Step | undefined {
    if (!talk || !isFinal(talk)) return talk && { talk, due };
    return talk.onBehalfOf === undefined ? { talk } : { talk, due: new Date(this.#context.clock.now()) };
  }

  /** Who sends has said so before: nobody sends it again unless it surely did not arrive, whatever becomes of the sender. */
  async send(document: ConversationDocument): Promise<void> {
    const { module, store } = this.#context;
    const { reply, digest } = newReply();
    const sending = await store.change(document._id, ({ talk }) =>
      talk.state === 'REQUESTED' ? { talk: { ...talk, state: 'SENT', reply: digest, attempts: talk.attempts + 1 }, due: talk.deadline } : undefined,
    );
    if (!sending) return;
    const outcome = await this.#ask(sending, kindOf(module, sending.talk.kind), reply);
    await store.change(sending._id, ({ talk, due }) => this.#afterAsking(talk, due, outcome));
  }

  #afterAsking(talk: Conversation, due: Date | undefined, outcome: AskingOutcome): Step | undefined {
    const { clock, config, module } = this.#context;
    const ended = (next: Conversation | undefined): Step | undefined => this.#stepTo(next, due);
    switch (outcome.kind) {
      case 'answered': {
        const { data } = outcome;
        if (!isOf(module.response.type, data)) return ended(withFailure(talk, `answered with no ${module.response.name}`));
        const seconds = Math.min(Number(data['timeout']), config.asking.longest);
        const next = withResponse(talk, data, new Date(clock.now() + seconds * 1_000 + config.asking.grace));
        return this.#stepTo(next, next?.deadline);
      }
      case 'unsent': {
        const pause = config.asking.retries[talk.attempts - 1];
        if (pause === undefined || isFinal(talk)) return ended(withFailure(talk, outcome.why));
        return { talk: { ...talk, state: 'REQUESTED', error: outcome.why }, due: new Date(clock.now() + pause) };
      }
      case 'refused':
        return ended(withFailure(talk, outcome.why));
      case 'unknown':
        return isFinal(talk) ? undefined : ended({ ...talk, error: outcome.why });
    }
  }

  async #ask(document: ConversationDocument, kind: RequestKind, reply: string): Promise<AskingOutcome> {
    const { config, directory, module } = this.#context;
    const { talk } = document;
    const peer = knownPeer(directory, talk.peer);
    if (!peer) return { kind: 'refused', why: `peer ${talk.peer} is not registered any more` };
    const request = { ...talk.request, response_url: responseUrl(config.publicUrl, module, reply) };
    const routing = { to: talk.counterpart, from: partyOf(document) };
    return outcomeOfAsking(() => callPeer(this.#context, { peer, kind, request, routing }));
  }

  #requireRole(party: Party): void {
    const { directory, module } = this.#context;
    const key = partyKey(party);
    const roles = (directory.platform?.parties ?? []).filter((each) => partyKey(each) === key).map(({ role }) => foldCase(role));
    if (roles.length === 0) throw new RoamgridError('party.not_yours', `${key} is no party hosted by this platform`);
    const wanted: readonly string[] = module.asks;
    if (!roles.some((role) => wanted.includes(role))) throw new RoamgridError('party.role_missing', `${module.id} are asked for by ${wanted.join(', ')}; ${key} has ${roles.join(', ')}`);
  }
}

/** What is asked on behalf of a peer. */
export interface OnBehalf {
  /** Our party. */
  readonly from: Party;
  readonly id: string;
  /** The id of the conversation in which the peer asked. */
  readonly onBehalfOf: string;
  readonly kind: string;
  readonly to: Addressee;
  readonly request: JsonObject;
}

function wishOf({ kind, from, to, json }: BeginRequest): string {
  return digestOf(JSON.stringify([kind, partyKey(from), partyKey(to), json.toString()]));
}

function sameWish(known: ConversationDocument, wanted: BeginRequest): ConversationDocument {
  if (known.talk.wish === wishOf(wanted)) return known;
  throw new RoamgridError('object.immutable', `something else was begun under the id ${wanted.id}`);
}
