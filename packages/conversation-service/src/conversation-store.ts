import type { mongo } from 'mongoose';
import { objectKey, partyKey, type Party } from '@roamgrid/ocpi';
import { OWN, RoamgridError, type Clock } from '@roamgrid/runtime';
import { isDuplicateKey, storeError, versionField, type Connection, type ObjectState } from '@roamgrid/store';
import { openConversations, type Conversation, type ConversationCollection, type ConversationDocument } from './conversation-document';
import { viewConversation } from './conversation-view';

/** What becomes of a conversation: its new fields, and when somebody has to look at it again. */
export interface Step {
  readonly talk: Conversation;
  readonly due?: Date | undefined;
}

export interface NewConversation extends Step {
  /** Our party in it. */
  readonly party: Party;
  readonly id: string;
}

/** Which conversations a list shows. */
export interface ListFilter {
  readonly parties: readonly Party[];
  readonly direction: string;
  readonly state: string;
  readonly limit: number;
  /** `created` in milliseconds and the key of the one before. */
  readonly after?: { readonly created: number; readonly key: string } | undefined;
}

const VERSION = '2.2.1';

/** The conversations of one module. Every change holds only for the revision that it was judged on, so none is lost or undone. */
export class ConversationStore {
  readonly collection: ConversationCollection;
  readonly #module: string;
  readonly #clock: Clock;
  /** Milliseconds that a conversation is kept when nothing can happen to it any more. */
  readonly #keep: number;

  private constructor(collection: ConversationCollection, module: string, clock: Clock, keep: number) {
    this.collection = collection;
    this.#module = module;
    this.#clock = clock;
    this.#keep = keep;
  }

  static async open(connection: Connection, module: string, clock: Clock, keep: number): Promise<ConversationStore> {
    return new ConversationStore(await openConversations(connection, module), module, clock, keep);
  }

  /** Keeps a new one; undefined when another one has its id or its claim. Resolves once a majority has journalled it. */
  async insert({ party, id, talk, due }: NewConversation): Promise<ConversationDocument | undefined> {
    const created = new Date(this.#clock.now());
    const _id = objectKey(party, id);
    const state = this.#published({ party, id, created, rev: 1, talk });
    const document = { _id, owner: partyKey(party), origin: state.origin, created, state, talk, expires: this.#expiry(talk), ...(due && { due }) };
    try {
      await this.collection.insertOne(document);
      return document;
    } catch (error) {
      if (isDuplicateKey(error as { code?: number })) return undefined;
      throw storeError(error);
    }
  }

  async find(party: Party, id: string): Promise<ConversationDocument | undefined> {
    return this.#one({ _id: objectKey(party, id) });
  }

  /** Throws conversation.unknown. */
  async get(party: Party, id: string): Promise<ConversationDocument> {
    const found = await this.find(party, id);
    if (!found) throw new RoamgridError('conversation.unknown', `${this.#module}: no ${id} of ${partyKey(party)}`);
    return found;
  }

  /** The one whose results come under this digest. */
  async byReply(reply: string): Promise<ConversationDocument | undefined> {
    return this.#one({ 'talk.reply': reply });
  }

  /** The newest one about a subject that also is so. */
  async newest(subject: string, also: mongo.Filter<ConversationDocument> = {}): Promise<ConversationDocument | undefined> {
    return this.#one({ 'talk.subject': subject, ...also }, { sort: { created: -1, _id: -1 } });
  }

  /** All about a subject that also are so, newest first. */
  async about(subject: string, also: mongo.Filter<ConversationDocument>): Promise<ConversationDocument[]> {
    return this.#away(() => this.collection.find({ 'talk.subject': subject, ...also }, { sort: { created: -1, _id: -1 } }).toArray());
  }

  /** The newest ones with a mark that also are so, newest first. */
  async marked(mark: string, limit: number, also: mongo.Filter<ConversationDocument>): Promise<ConversationDocument[]> {
    return this.#away(() => this.collection.find({ 'talk.marks': mark, ...also }, { sort: { created: -1, _id: -1 }, limit }).toArray());
  }

  /** Those that somebody has to look at, longest due first. */
  async due(now: Date, limit: number): Promise<ConversationDocument[]> {
    return this.#away(() => this.collection.find({ due: { $lte: now } }, { sort: { due: 1 }, limit }).toArray());
  }

  /** Newest first. */
  async list({ parties, direction, state, limit, after }: ListFilter): Promise<ConversationDocument[]> {
    const created = after && new Date(after.created);
    const filter: mongo.Filter<ConversationDocument> = {
      ...(parties.length > 0 && { owner: { $in: parties.map(partyKey) } }),
      ...(direction && { 'talk.direction': direction }),
      ...(state && { 'talk.state': state }),
      ...(after && created && { $or: [{ created: { $lt: created } }, { created, _id: { $lt: after.key } }] }),
    };
    return this.#away(() => this.collection.find(filter, { sort: { created: -1, _id: -1 }, limit }).toArray());
  }

  /**
   * Changes one conversation atomically: `step` sees it as it is now and says what becomes of it (undefined: nothing), or
   * throws to refuse; it is asked again when somebody else was faster. Undefined when there is no such conversation any more,
   * or nothing was to be done; else as it is now.
   */
  async change(key: string, step: (present: ConversationDocument) => Step | undefined): Promise<ConversationDocument | undefined> {
    for (;;) {
      const present = await this.#one({ _id: key });
      const next = present && step(present);
      if (!present || !next) return undefined;
      const [country_code = '', party_id = '', id = ''] = present.state.names;
      const rev = present.state.rev + 1;
      const { talk, due } = next;
      const state = this.#published({ party: { country_code, party_id }, id, created: present.created, rev, talk });
      const set = { state, talk, expires: this.#expiry(talk), ...(due && { due }) };
      const update = { $set: set, ...(!due && { $unset: { due: '' as const } }) };
      const { matchedCount } = await this.#away(() => this.collection.updateOne({ _id: key, 'state.rev': present.state.rev }, update));
      if (matchedCount === 1) return { ...present, ...set };
    }
  }

  /**
   * Takes the turn of one that is due, so that for `lease` milliseconds nobody else does, and counts the attempt. Undefined where
   * somebody else has the turn, or `step` says that there is nothing to do.
   */
  claim(key: string, lease: number, step: (talk: Conversation) => Conversation | undefined): Promise<ConversationDocument | undefined> {
    return this.change(key, ({ talk, due }) => {
      const now = this.#clock.now();
      if (due === undefined || due.getTime() > now) return undefined;
      const next = step(talk);
      return next && { talk: { ...next, attempts: next.attempts + 1 }, due: new Date(now + lease) };
    });
  }

  #published({ party, id, created, rev, talk }: { party: Party; id: string; created: Date; rev: number; talk: Conversation }): ObjectState {
    const changed = new Date(this.#clock.now());
    const view = viewConversation({ module: this.#module, party, id, created, changed }, talk);
    return {
      rev,
      lu: changed,
      written: changed,
      deleted: false,
      origin: talk.direction === 'asking' ? OWN : talk.peer,
      names: [party.country_code, party.party_id, id],
      audience: [partyKey(party)],
      body: { [versionField(VERSION)]: Buffer.from(JSON.stringify(view)) },
    };
  }

  #expiry({ deadline, openUntil }: Conversation): Date {
    return new Date(Math.max(deadline.getTime(), openUntil.getTime()) + this.#keep);
  }

  #one(filter: mongo.Filter<ConversationDocument>, options: mongo.FindOptions = {}): Promise<ConversationDocument | undefined> {
    return this.#away(async () => (await this.collection.findOne(filter, options)) ?? undefined);
  }

  async #away<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw storeError(error);
    }
  }
}
