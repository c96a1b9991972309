import { ACCEPTED, type NoticeKind } from '@roamgrid/modules';
import { readBody, type JsonObject } from '@roamgrid/object-service';
import { foldCase, partyKey, type Party } from '@roamgrid/ocpi';
import { requireSuccess } from '@roamgrid/ocpi-client';
import { messageOf, RoamgridError, type Caller, type NotifyRequest, type ReceiveRequest } from '@roamgrid/runtime';
import { tellNotice } from './call-peer';
import type { Conversation, ConversationDocument } from './conversation-document';
import type { ConversationStore } from './conversation-store';
import { isFinal, withFailure } from './conversation-steps';
import { knownPeer, ownValue, partyOf, requireValid, type TalkContext } from './talk-context';

/** What the asked side tells unasked, of something that the other side has asked for before: the newest, until it arrives (CHP-12). */
export class Notices {
  readonly #context: TalkContext;

  constructor(context: TalkContext) {
    this.#context = context;
  }

  /** The kind of that name; undefined where it is none. */
  kind(name: string): NoticeKind | undefined {
    return this.#context.module.notices.find((each) => each.name === name);
  }

  /** Tells everybody who asked with success (CHP-13); gives one conversation each. Throws object.invalid, route.unknown. */
  async tell({ kind: name, party, json }: NotifyRequest): Promise<ConversationDocument[]> {
    const kind = this.#required(name);
    const notice = ownValue(kind.schema, readBody(json));
    const subject = this.#subject(notice, party);
    return this.#tellAll(kind, notice, subject, await this.#successes(kind, subject, { 'talk.direction': 'asked' }));
  }

  /** Takes a notice of a peer: kept, and so made known to our own systems (CHP-14); told on to those for whom we asked (CHP-26). */
  async take({ kind: name, caller, parties, json, fields }: ReceiveRequest): Promise<void> {
    const { clock, directory, module, newId, store } = this.#context;
    const kind = this.#required(name);
    const notice = { ...readBody(json), ...fields };
    requireValid(kind.schema, 'received', notice);
    const counterpart = this.#answering(caller);
    const subject = this.#subject(notice, counterpart);
    const asked = await store.newest(subject, { 'talk.kind': kind.after, 'talk.direction': 'asking', 'talk.peer': caller.origin });
    const party = asked ? partyOf(asked) : (parties[0] ?? directory.platform?.parties[0]);
    if (!party) throw new RoamgridError('conversation.unknown', `${module.id}: nobody here has asked for that`);
    const now = new Date(clock.now());
    const talk: Conversation = {
      ...{ direction: 'asked', kind: name, state: 'COMPLETED', peer: caller.origin, counterpart, request: notice, subject },
      ...{ deadline: now, openUntil: now, untold: [], attempts: 0 },
    };
    await store.insert({ party: { country_code: party.country_code, party_id: party.party_id }, id: newId(), talk });
    const onBehalf = await this.#successes(kind, subject, { 'talk.direction': 'asking', 'talk.onBehalfOf': { $exists: true } });
    const behind = await Promise.all(onBehalf.map((ours) => store.find(partyOf(ours), ours.talk.onBehalfOf ?? '')));
    await this.#tellAll(kind, notice, subject, behind.filter((theirs) => theirs !== undefined).filter((theirs) => theirs.talk.peer !== caller.origin));
  }

  /** The conversations in which it was asked with success for what a notice follows. */
  #successes({ after }: NoticeKind, subject: string, also: Parameters<ConversationStore['about']>[1]): Promise<ConversationDocument[]> {
    return this.#context.store.about(subject, { 'talk.kind': after, 'talk.result.result': ACCEPTED, ...also });
  }

  async #tellAll(kind: NoticeKind, notice: JsonObject, subject: string, asked: readonly ConversationDocument[]): Promise<ConversationDocument[]> {
    const who = new Map(asked.map((document) => [`${document.talk.peer}/${partyKey(document.talk.counterpart)}`, document]));
    return Promise.all([...who.values()].map((document) => this.#keep(kind, partyOf(document), notice, subject, document.talk)));
  }

  /** Sends one that is due: a PUT, so sending it again does no harm. */
  async goOn(document: ConversationDocument): Promise<void> {
    const { clock, config, store } = this.#context;
    const claimed = await store.claim(document._id, config.lease, (talk) => (isFinal(talk) ? undefined : { ...talk, state: 'SENT' }));
    if (!claimed) return;
    const failure = await this.#send(claimed);
    await store.change(claimed._id, ({ talk }) => {
      if (isFinal(talk)) return undefined;
      if (failure === undefined) return { talk: { ...talk, state: 'COMPLETED' } };
      const pause = config.answering.retries[talk.attempts - 1];
      if (pause !== undefined) return { talk: { ...talk, error: failure }, due: new Date(clock.now() + pause) };
      const failed = withFailure(talk, failure);
      return failed && { talk: failed };
    });
  }

  /** An older one that has not arrived yet is told no more. */
  async #keep(kind: NoticeKind, party: Party, notice: JsonObject, subject: string, { peer, counterpart }: Conversation): Promise<ConversationDocument> {
    const { clock, logger, newId, store } = this.#context;
    const older = await store.about(subject, { 'talk.kind': kind.name, 'talk.direction': 'asking', 'talk.peer': peer, due: { $exists: true } });
    for (const { _id } of older) {
      await store.change(_id, ({ talk }) => {
        const failed = withFailure(talk, 'a newer one is told instead');
        return failed && { talk: failed };
      });
    }
    const now = new Date(clock.now());
    const talk: Conversation = {
      ...{ direction: 'asking', kind: kind.name, state: 'REQUESTED', peer, counterpart, request: notice, subject },
      ...{ deadline: now, openUntil: now, untold: [], attempts: 0 },
    };
    const kept = await store.insert({ party, id: newId(), talk, due: now });
    if (!kept) throw new RoamgridError('internal', 'an id was given twice');
    this.goOn(kept).catch((error: unknown) => logger.warn({ key: kept._id, reason: messageOf(error) }, 'notice not told yet'));
    return kept;
  }

  /** Undefined where it was taken. */
  async #send(document: ConversationDocument): Promise<string | undefined> {
    const { talk } = document;
    const peer = knownPeer(this.#context.directory, talk.peer);
    if (!peer) return `peer ${talk.peer} is not registered any more`;
    try {
      const routing = { to: talk.counterpart, from: partyOf(document) };
      requireSuccess(await tellNotice(this.#context, peer, this.#required(talk.kind), talk.request, routing));
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** The party of a caller that answers such requests. Throws party.role_missing. */
  #answering({ roles }: Caller): Party {
    const { module } = this.#context;
    const found = roles.find(({ role }) => foldCase(role) === module.answers);
    if (!found) throw new RoamgridError('party.role_missing', `${module.id}: told by the role ${module.answers}`);
    return { country_code: found.country_code, party_id: found.party_id };
  }

  #subject(notice: JsonObject, party: Party): string {
    const { hooks, module } = this.#context;
    if (!hooks.subjectOf) throw new Error(`${module.id} has notices, and nobody says what they are about`);
    return hooks.subjectOf(notice, party);
  }

  #required(name: string): NoticeKind {
    const kind = this.kind(name);
    if (!kind) throw new RoamgridError('route.unknown', `${this.#context.module.id} has no ${name}`);
    return kind;
  }
}
