import { ACCEPTED, type RequestKind } from '@roamgrid/modules';
import { readBody, type JsonObject } from '@roamgrid/object-service';
import { calledPeer, isSuccessful, type OcpiAnswer } from '@roamgrid/ocpi-client';
import { messageOf, RoamgridError, type ReceiveRequest } from '@roamgrid/runtime';
import type { Conversation, ConversationDocument } from './conversation-document';
import type { Judgement } from './conversation-hooks';
import type { Step } from './conversation-store';
import { silentResult, withAnswer } from './conversation-steps';
import type { Asked, PassingOn } from './passing-on';
import { checkResponseUrl } from './response-url';
import { counterpartOf, kindOf, knownPeer, ownValue, partyOf, requireValid, type TalkContext } from './talk-context';

/**
 * The side that is asked. A request is judged and answered at once; one that is accepted waits for our own systems, until
 * they answer or the deadline that the peer was told of is near; then the result is told, the same one until it is taken.
 */
export class AskedSide {
  readonly #context: TalkContext;
  readonly #passing: PassingOn;

  constructor(context: TalkContext, passing: PassingOn) {
    this.#context = context;
    this.#passing = passing;
  }

  /** Takes a request of a peer; gives what it is answered with at once (CMD-01). */
  async receive({ kind: name, caller, parties, json, fields }: ReceiveRequest): Promise<JsonObject> {
    const { module, directory, egress, hooks } = this.#context;
    const kind = kindOf(module, name);
    const whole = { ...(kind.place === 'body' && readBody(json)), ...numbered(kind, fields) };
    requireValid(kind.schema, 'received', whole);
    const counterpart = counterpartOf(module, caller);
    const peer = knownPeer(directory, caller.origin);
    if (!peer) throw new RoamgridError('peer.unknown', `peer ${caller.origin} is not registered any more`);
    const { response_url: url, ...request } = whole as JsonObject & { readonly response_url: string };
    checkResponseUrl(url, peer, egress);
    const judgement = await hooks.judge({ kind, caller, peer, counterpart, parties, request });
    const asked = { kind: name, peer: peer.id, counterpart, request, responseUrl: url };
    const { party, passOn, subject } = judgement;
    return passOn ? this.#passing.receive({ asked, party, to: passOn, subject }) : this.#keep(judgement, asked);
  }

  /** Takes the result of our own systems. Throws object.invalid, conversation.unknown, conversation.over. */
  async answer(document: ConversationDocument, json: Buffer): Promise<ConversationDocument> {
    const kind = kindOf(this.#context.module, document.talk.kind);
    return this.decide(document, kind, ownValue(kind.result, readBody(json)));
  }

  /** Ends a conversation in a result, and tells it. */
  decide(document: ConversationDocument, kind: RequestKind, result: JsonObject): Promise<ConversationDocument> {
    return this.#goTo(document, (talk) => withAnswer(talk, kind, result));
  }

  /** What is to be done about one that is due. */
  async goOn(document: ConversationDocument): Promise<void> {
    const { module } = this.#context;
    if (document.talk.untold.length > 0) return this.#tell(document);
    const kind = kindOf(module, document.talk.kind);
    await this.#goTo(document, (talk) => (talk.state === 'WAITING' ? withAnswer(talk, kind, silentResult(module)) : undefined)); // CMD-10
  }

  async #goTo(document: ConversationDocument, step: (talk: Conversation) => Conversation | undefined): Promise<ConversationDocument> {
    const changed = await this.#context.store.change(document._id, ({ talk }) => {
      const next = step(talk);
      return next && { talk: next, due: this.#tellFrom(document) };
    });
    if (changed) this.#tellSoon(changed);
    return changed ?? document;
  }

  /** Tells what is to be told once the answer to the request is surely on its way (CMD-07). */
  #tellSoon(document: ConversationDocument): void {
    const { clock, logger } = this.#context;
    const told = async (): Promise<void> => {
      await clock.sleep(Math.max(0, this.#tellFrom(document).getTime() - clock.now()));
      await this.#tell(document);
    };
    told().catch((error: unknown) => logger.warn({ key: document._id, reason: messageOf(error) }, 'result not told yet'));
  }

  async #keep(judgement: Judgement, asked: Asked): Promise<JsonObject> {
    const { newId, store } = this.#context;
    const { talk, due } = this.#judged(judgement, asked);
    const kept = await store.insert({ party: judgement.party, id: newId(), talk, due });
    if (!kept) return this.#keep({ party: judgement.party, response: 'REJECTED', why: 'the same is under way already' }, asked); // CMD-40
    if (talk.untold.length > 0) this.#tellSoon(kept);
    return this.#response(judgement.response, judgement.why);
  }

  #judged({ response, why, result, subject, marks, claim, details, openUntil }: Judgement, asked: Asked): Step {
    const { clock, config } = this.#context;
    const deadline = new Date(clock.now() + config.answering.timeout * 1_000);
    const known: Conversation = {
      ...asked,
      ...{ direction: 'asked', state: 'REFUSED', deadline, openUntil: openUntil ?? deadline, untold: [], attempts: 0 },
      response: this.#response(response, why),
      ...(subject !== undefined && { subject }),
      ...(marks && { marks }),
      ...(details && { details }),
    };
    if (response !== ACCEPTED) return { talk: known };
    if (result) return { talk: { ...known, state: 'COMPLETED', result, untold: [result] }, due: new Date(clock.now() + config.answering.settle) };
    return { talk: { ...known, state: 'WAITING', ...(claim !== undefined && { claim }) }, due: new Date(deadline.getTime() - config.answering.margin) };
  }

  #response(result: string, why: string | undefined): JsonObject {
    const { config, module } = this.#context;
    const hasMessage = Object.hasOwn(module.response.type.fields, 'message');
    return { result, timeout: config.answering.timeout, ...(why !== undefined && hasMessage && { message: [{ language: 'en', text: why }] }) };
  }

  #tellFrom({ created }: ConversationDocument): Date {
    const { clock, config } = this.#context;
    return new Date(Math.max(clock.now(), created.getTime() + config.answering.settle));
  }

  /** One at a time, whichever process does it. */
  async #tell(document: ConversationDocument): Promise<void> {
    const { config, store } = this.#context;
    const claimed = await store.claim(document._id, config.lease, (talk) => (talk.untold.length > 0 ? talk : undefined));
    const saying = claimed?.talk.untold[0];
    if (!claimed || !saying) return;
    const failure = await this.#post(claimed, saying);
    const changed = await store.change(claimed._id, ({ talk }) => this.#afterTelling(talk, failure));
    if (changed && changed.talk.untold.length > 0 && failure === undefined) await this.#tell(changed);
  }

  #afterTelling({ error: _error, ...talk }: Conversation, failure: Failure | undefined): { talk: Conversation; due?: Date } {
    const { clock, config } = this.#context;
    if (!failure) {
      const untold = talk.untold.slice(1);
      return { talk: { ...talk, untold, attempts: 0 }, ...(untold.length > 0 && { due: new Date(clock.now()) }) };
    }
    const pause = failure.final ? undefined : config.answering.retries[talk.attempts - 1];
    if (pause !== undefined) return { talk: { ...talk, error: failure.reason }, due: new Date(clock.now() + pause) };
    return { talk: { ...talk, untold: [], error: failure.reason } }; // nothing is told after what could not be told (CMD-16)
  }

  async #post(document: ConversationDocument, result: JsonObject): Promise<Failure | undefined> {
    const { client, config, directory } = this.#context;
    const { talk } = document;
    const peer = knownPeer(directory, talk.peer);
    if (!peer || talk.responseUrl === undefined) return { final: true, reason: `peer ${talk.peer} is not registered any more` };
    try {
      const answer = await client.call({
        peer: calledPeer(peer),
        method: 'POST',
        url: talk.responseUrl,
        body: Buffer.from(JSON.stringify(result)),
        routing: { to: talk.counterpart, from: partyOf(document) },
        timeout: config.asking.answerTimeout,
      });
      return failureOf(answer);
    } catch (error) {
      return { final: RoamgridError.from(error).code === 'peer.address_forbidden', reason: messageOf(error) };
    }
  }
}

interface Failure {
  /** Trying again is no use. */
  readonly final: boolean;
  readonly reason: string;
}

/** An empty answer with a 2xx tells nothing else than that it arrived. */
function failureOf(answer: OcpiAnswer): Failure | undefined {
  const { httpStatus, body, envelope } = answer;
  if (isSuccessful(answer) || (httpStatus >= 200 && httpStatus < 300 && body.length === 0)) return undefined;
  const passing = httpStatus >= 500 || httpStatus === 408 || httpStatus === 429 || (envelope?.status_code ?? 0) >= 3000;
  return { final: !passing, reason: `HTTP ${httpStatus}, OCPI status ${envelope?.status_code ?? 'none'}` };
}

/** Numbers in a query are text. */
function numbered({ numbers }: RequestKind, fields: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, numbers.includes(name) && /^\d{1,9}$/.test(text) ? Number(text) : text]));
}
