import { chargingProfiles } from './charging-profiles';
import { commands } from './commands';
import type { ConversationDeclaration } from './define-conversation';

/** All modules that are conversations, by id in alphabetical order. */
export const conversations: readonly ConversationDeclaration[] = [chargingProfiles, commands];

/** The conversation module of that id; undefined where the platform has none. */
export function conversationById(id: string): ConversationDeclaration | undefined {
  return conversations.find((each) => each.id === id);
}
