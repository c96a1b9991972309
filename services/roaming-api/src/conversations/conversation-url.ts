import type { ConversationDeclaration } from '@roamgrid/modules';
import type { Party } from '@roamgrid/ocpi';

/** What identifies a conversation within its module: our party in it, and its id. */
export interface ConversationPlace extends Party {
  readonly id: string;
}

/** Where a conversation is read. */
export function conversationUrl(publicUrl: string, { id: module }: Pick<ConversationDeclaration, 'id'>, { country_code, party_id, id }: ConversationPlace): string {
  return [publicUrl, 'v1', module, ...[country_code, party_id, id].map(encodeURIComponent)].join('/');
}
