import { classesSeen, conversationSchemas, requestInput, type ConversationDeclaration, type JsonSchema } from '@roamgrid/modules';
import { ref } from '../openapi/api-schemas';
import { classSchemas } from '../openapi/module-schemas';

/** The schemas of a conversation module for `components.schemas`: what our own systems say, and what they see. */
export function conversationComponents(module: ConversationDeclaration): Record<string, JsonSchema> {
  const { requests, notices } = module;
  const said = [...requests.flatMap((kind) => [requestInput(kind), kind.result.type]), ...notices.map(({ schema }) => schema.type)];
  return {
    ...(Object.assign({}, ...said.map((type) => classSchemas(type, 'own'))) as Record<string, JsonSchema>),
    ...(Object.assign({}, ...classesSeen(module).map((type) => classSchemas(type, 'received'))) as Record<string, JsonSchema>),
    ...conversationSchemas(module, (what) => ref(typeof what === 'string' ? what : `${what.name}Received`)),
  };
}
