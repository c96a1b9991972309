import type { JsonObject } from '@roamgrid/object-service';
import type { Party } from '@roamgrid/ocpi';
import { messageOf, RoamgridError } from '@roamgrid/runtime';
import type { AskingSide } from './asking-side';
import type { Conversation, ConversationDocument } from './conversation-document';
import type { Addressee } from './conversation-hooks';
import { isFinal, silentResult, withFailure, withPassedOn } from './conversation-steps';
import type { Step } from './conversation-store';
import { partyOf, type TalkContext } from './talk-context';

/** A valid request of a peer, as it is kept. */
export type Asked = Pick<Conversation, 'kind' | 'peer' | 'counterpart' | 'request' | 'responseUrl'>;

/** A request of a peer that one of our parties is to make of somebody else. */
export interface ToPassOn {
  readonly asked: Asked;
  /** Our party. */
  readonly party: Party;
  readonly to: Addressee;
  readonly subject?: string | undefined;
}

/** Milliseconds that who asks us waits for the answer of those whom we ask; later it is a yes, and their no comes as a result. */
const PATIENCE = 5_000;

/**
 * Requests that we pass on (CHP-24): two conversations, one in which a peer asks us and one in which we ask, with a URL of our
 * own, for the same. Ours decides the peer's, and stays due until it has. Both are kept before anything is sent, and ours is
 * not sent without the other: whoever is killed in between, neither says what the other does not.
 */
export class PassingOn {
  readonly #context: TalkContext;
  readonly #asking: AskingSide;

  constructor(context: TalkContext, asking: AskingSide) {
    this.#context = context;
    this.#asking = asking;
  }

  /** Asks in its turn; gives what the peer is answered with at once. */
  async receive({ asked, party, to, subject }: ToPassOn): Promise<JsonObject> {
    const { clock, config, newId, store } = this.#context;
    const [id, passedOn] = [newId(), newId()];
    const { kind, request } = asked;
    const ours = await this.#asking.keep({ from: party, id: passedOn, onBehalfOf: id, kind, to, request });
    const deadline = this.#deadline(ours);
    const talk: Conversation = {
      ...asked,
      ...{ direction: 'asked', state: 'REQUESTED', passedOn, deadline, openUntil: deadline, untold: [], attempts: 0 },
      ...(subject !== undefined && { subject }),
    };
    const theirs = await store.insert({ party, id, talk, due: new Date(clock.now() + config.lease) });
    if (!theirs) throw new RoamgridError('internal', 'an id was given twice');
    await this.#send(ours);
    const { response } = (await this.#follow(theirs)).talk;
    if (!response) throw new RoamgridError('unavailable', 'what was asked cannot be passed on now');
    return response;
  }

  /** Whether one that is due waits for, or is waited for by, the other of its pair. */
  concerns({ onBehalfOf, passedOn, state }: Conversation): boolean {
    return isFinal({ state }) ? onBehalfOf !== undefined : passedOn !== undefined || (onBehalfOf !== undefined && state === 'REQUESTED');
  }

  /** What is to be done about one that is due. */
  async goOn(document: ConversationDocument): Promise<void> {
    const { onBehalfOf, state } = document.talk;
    if (onBehalfOf === undefined) {
      await this.#follow(document);
      return;
    }
    const theirs = await this.#context.store.find(partyOf(document), onBehalfOf);
    if (isFinal({ state })) return this.#decide(document, theirs);
    if (theirs) return this.#asking.goOn(document);
    await this.#context.store.change(document._id, ({ talk }) => stepTo(withFailure(talk, 'what it was for was not taken on')));
  }

  /** Ours has ended, and so the peer's; whoever has taken the peer's request is still about to answer it may see to that. */
  async #decide(ours: ConversationDocument, theirs: ConversationDocument | undefined): Promise<void> {
    const { clock, store } = this.#context;
    const due = theirs?.talk.state === 'REQUESTED' && theirs.due && theirs.due.getTime() > clock.now() ? theirs.due : undefined;
    if (theirs && !due) await this.#follow(theirs);
    await store.change(ours._id, ({ talk }) => ({ talk, due }));
  }

  /** Brings the peer's to where ours is; gives it as it is then. */
  async #follow(theirs: ConversationDocument): Promise<ConversationDocument> {
    const { clock, config, module, store } = this.#context;
    const { margin, settle, timeout } = config.answering;
    const ours = await store.get(partyOf(theirs), theirs.talk.passedOn ?? '');
    const changed = await store.change(theirs._id, ({ talk, created }) => {
      const now = clock.now();
      const next = withPassedOn(talk, ours.talk, { now, margin, timeout, silent: silentResult(module) });
      if (next?.state === 'COMPLETED') return { talk: next, due: new Date(Math.max(now, created.getTime() + settle)) };
      return next && { talk: next, ...(!isFinal(next) && { due: next.deadline }) };
    });
    return changed ?? store.get(partyOf(theirs), String(theirs.state.names[2]));
  }

  async #send(ours: ConversationDocument): Promise<void> {
    const { clock, logger } = this.#context;
    const answered = new AbortController();
    this.#asking
      .send(ours)
      .catch((error: unknown) => logger.warn({ key: ours._id, reason: messageOf(error) }, 'request not passed on yet'))
      .finally(() => answered.abort());
    await clock.sleep(PATIENCE, answered.signal);
  }

  #deadline({ talk }: ConversationDocument): Date {
    return new Date(talk.deadline.getTime() + this.#context.config.answering.margin);
  }
}

function stepTo(talk: Conversation | undefined): Step | undefined {
  return talk && { talk };
}
