import type { Party } from '@roamgrid/ocpi';
import { defineContract, type UnaryCall } from './contract';
import type { Caller } from './objects';

/** The TypeScript face of protos/roamgrid/conversations/v1/conversations.proto; the comments stand there. */
export interface ReceiveRequest {
  readonly kind: string;
  readonly caller: Caller;
  readonly parties: readonly Party[];
  readonly json: Buffer;
  readonly fields: Readonly<Record<string, string>>;
}

export interface TakeResultRequest {
  readonly reply: string;
  readonly caller: Caller;
  readonly json: Buffer;
}

export interface BeginRequest {
  readonly kind: string;
  readonly from: Party;
  readonly to: Party;
  readonly json: Buffer;
  readonly id?: string;
}

export interface AnswerRequest {
  readonly party: Party;
  readonly id: string;
  readonly json: Buffer;
}

export interface NotifyRequest {
  readonly kind: string;
  readonly party: Party;
  readonly json: Buffer;
}

export interface ListConversationsRequest {
  readonly parties: readonly Party[];
  readonly direction: '' | 'asked' | 'asking';
  readonly state: string;
  readonly limit: number;
  readonly after: string;
}

export interface ConversationReply {
  readonly key: string;
  readonly rev: number;
  readonly json: Buffer;
}

type Nothing = Record<string, never>;

export interface ConversationsCalls {
  Receive: UnaryCall<ReceiveRequest, { readonly json: Buffer }>;
  TakeResult: UnaryCall<TakeResultRequest, Nothing>;
  TakeNotice: UnaryCall<ReceiveRequest, Nothing>;
  Begin: UnaryCall<BeginRequest, ConversationReply>;
  Answer: UnaryCall<AnswerRequest, ConversationReply>;
  Notify: UnaryCall<NotifyRequest, { readonly conversations: readonly ConversationReply[] }>;
  Get: UnaryCall<{ readonly party: Party; readonly id: string }, ConversationReply>;
  List: UnaryCall<ListConversationsRequest, { readonly conversations: readonly ConversationReply[]; readonly next: string }>;
}

export const conversationsContract = defineContract<ConversationsCalls>(
  'roamgrid/conversations/v1/conversations.proto',
  'roamgrid.conversations.v1.Conversations',
);
