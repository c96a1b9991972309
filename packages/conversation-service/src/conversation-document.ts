import { Schema, type Connection, type mongo } from 'mongoose';
import type { ConversationState } from '@roamgrid/modules';
import type { JsonObject } from '@roamgrid/object-service';
import type { Party } from '@roamgrid/ocpi';
import type { ObjectDocument } from '@roamgrid/store';

/** What the machinery knows of a conversation. */
export interface Conversation {
  /** Whether a peer asked us, or we a peer. */
  readonly direction: 'asked' | 'asking';
  /** The kind of request or notice. */
  readonly kind: string;
  readonly state: ConversationState;
  /** The id of the peer that it is held with. */
  readonly peer: string;
  /** The party there. */
  readonly counterpart: Party;
  /** As the asking side said it, without response_url. */
  readonly request: JsonObject;
  /** Asked: the id of the conversation of our party in which it is passed on; its result is the result here (CHP-24). */
  readonly passedOn?: string;
  /** Asking: the id of the conversation of our party in which a peer asked for it. */
  readonly onBehalfOf?: string;
  /** Until when the result is to be known. */
  readonly deadline: Date;
  /** Asked: where the peer wants to be told. */
  readonly responseUrl?: string;
  /** Asking: the digest of the segment that only the peer knows. */
  readonly reply?: string;
  /** Asking: until when our URL is answered at all. */
  readonly openUntil: Date;
  /** Asking: a digest of what our own systems wanted, by which a repetition is told from another wish. */
  readonly wish?: string;
  /** What the request was answered with at once. */
  readonly response?: JsonObject;
  readonly result?: JsonObject;
  /** What followed an accepted result on the same URL (CMD-14). */
  readonly ended?: JsonObject;
  /** A result that came when this had ended without one: it changes nothing (CHP-35). */
  readonly late?: JsonObject;
  /** Asked: what the peer has not been told yet, in order. */
  readonly untold: readonly JsonObject[];
  /** Asked: why the peer could not be told. Asking: why it could not be asked. */
  readonly error?: string;
  /** Calls made in vain for what is to be told, or said, next. */
  readonly attempts: number;
  /** What it is about, so that a later one finds it. */
  readonly subject?: string;
  /** What else it is found by. */
  readonly marks?: readonly string[];
  /** While it waits no other one may have the same. */
  readonly claim?: string;
  /** What its service has to say about it to our own systems, beside the request. */
  readonly details?: JsonObject;
}

/** One conversation as stored; `state` is what is published, as of every object. */
export interface ConversationDocument extends ObjectDocument {
  readonly talk: Conversation;
  /** When somebody has to look at it again; absent: never. */
  readonly due?: Date;
  /** When it is forgotten. */
  readonly expires: Date;
}

/** The index that lets one conversation alone have a claim. */
export const TALK_CLAIMS = 'claims';

const conversationSchema = new Schema(
  {
    _id: { type: String, required: true },
    owner: { type: String, required: true },
    origin: { type: String, required: true },
    created: { type: Date, required: true },
    state: { type: Schema.Types.Mixed, required: true },
    talk: { type: Schema.Types.Mixed, required: true },
    due: Date,
    expires: { type: Date, required: true },
  },
  { versionKey: false },
);
conversationSchema.index({ owner: 1, created: -1, _id: -1 }, { name: 'list_by_owner' });
conversationSchema.index({ created: -1, _id: -1 }, { name: 'list_all' });
conversationSchema.index({ due: 1 }, { name: 'due', partialFilterExpression: { due: { $exists: true } } });
conversationSchema.index({ 'talk.reply': 1 }, { name: 'by_reply', unique: true, partialFilterExpression: { 'talk.reply': { $exists: true } } });
conversationSchema.index(
  { 'talk.claim': 1 },
  { name: TALK_CLAIMS, unique: true, partialFilterExpression: { 'talk.claim': { $exists: true } } },
);
conversationSchema.index({ 'talk.subject': 1, created: -1 }, { name: 'by_subject', partialFilterExpression: { 'talk.subject': { $exists: true } } });
conversationSchema.index({ 'talk.marks': 1, created: -1 }, { name: 'by_mark', partialFilterExpression: { 'talk.marks': { $exists: true } } });
conversationSchema.index({ expires: 1 }, { name: 'forget', expireAfterSeconds: 0 });

export type ConversationCollection = mongo.Collection<ConversationDocument>;

/** Declares the model of a module and makes sure that its collection and indexes exist. */
export async function openConversations(connection: Connection, module: string): Promise<ConversationCollection> {
  const model = connection.model(module, conversationSchema, module);
  await model.createCollection();
  await model.createIndexes();
  return model.collection as unknown as ConversationCollection;
}
