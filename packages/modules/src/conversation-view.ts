import type { ConversationDeclaration, RequestKind } from './define-conversation';
import { object, type JsonSchema, type ObjectType, type Type } from './schema';

/**
 * How far a conversation is. REQUESTED: kept, not sent, or answered, yet. SENT: the other side may have it. WAITING: accepted, its result
 * is to come. The rest is final: each conversation ends in one of them, and stays there.
 */
export const CONVERSATION_STATES = ['REQUESTED', 'SENT', 'WAITING', 'REFUSED', 'COMPLETED', 'TIMED_OUT', 'FAILED'] as const;
export type ConversationState = (typeof CONVERSATION_STATES)[number];

/** The class of a request as our own systems see it: the response_url is nobody's business. */
export function requestSeen({ schema }: RequestKind): ObjectType {
  return object(`${schema.name}Request`, withoutUrl(schema.type));
}

/** The class of a request as our own systems make it: what may be named in short may stand there so. */
export function requestInput({ schema, named = {} }: RequestKind): ObjectType {
  const fields = Object.entries(withoutUrl(schema.type)).map(([name, field]) => {
    const short = named[name];
    return [name, short ? { ...field, type: either(field.type, short) } : field] as const;
  });
  return object(`${schema.name}Input`, Object.fromEntries(fields));
}

/** All classes that {@link conversationSchemas} refers to. */
export function classesSeen({ requests, notices, response }: ConversationDeclaration): ObjectType[] {
  const all = [response.type, ...requests.flatMap((kind) => [requestSeen(kind), kind.result.type]), ...notices.map(({ schema }) => schema.type)];
  return [...new Map(all.map((type) => [type.name, type])).values()];
}

/** Name of the schema of any conversation of a module: `CommandConversation`. */
export function conversationName({ response }: ConversationDeclaration): string {
  return response.name.replace(/Response$/, 'Conversation');
}

/**
 * The schemas of the conversations of a module as our own systems see them, by name: one for each kind, and the one of any of
 * them, {@link conversationName}. `refTo` refers to the schema of a class or, by its name, to another one of these.
 */
export function conversationSchemas(module: ConversationDeclaration, refTo: (what: ObjectType | string) => JsonSchema): Record<string, JsonSchema> {
  const response = { response: { ...refTo(module.response.type), description: 'what it was answered with at once' } };
  const kinds = [
    ...module.requests.map((kind) => ({
      name: `${kind.schema.name}Conversation`,
      schema: viewSchema(module, kind.name, refTo(requestSeen(kind)), {
        ...response,
        result: { ...refTo(kind.result.type), description: 'what came of it' },
        ...(kind.endedBy !== undefined && { ended: { ...refTo(kind.result.type), description: 'what followed an accepted result' } }),
        late: { ...refTo(kind.result.type), description: 'a result that came when this had ended without one; it changes nothing' },
        ...kind.details,
      }),
    })),
    ...module.notices.map(({ name, schema }) => ({
      name: `${schema.name}Conversation`,
      schema: viewSchema(module, name, refTo(schema.type), {}),
    })),
  ];
  const any = { oneOf: kinds.map(({ name }) => refTo(name)) };
  return { ...Object.fromEntries(kinds.map(({ name, schema }) => [name, schema])), [conversationName(module)]: any };
}

const text: JsonSchema = { type: 'string' };
const moment: JsonSchema = { type: 'string', format: 'date-time' };
const party = { country_code: text, party_id: text };

function viewSchema(module: ConversationDeclaration, kind: string, request: JsonSchema, more: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const always = {
    ...party,
    id: { ...text, description: 'the handle of this conversation, with the country code and the party id of the own party in it' },
    module: { const: module.id },
    kind: { const: kind },
    direction: { enum: ['asked', 'asking'], description: 'asked: a peer asks us; asking: we ask a peer' },
    state: {
      enum: [...CONVERSATION_STATES],
      description: 'REQUESTED: kept; SENT: the peer may have it; WAITING: accepted, the result is to come; all others are final',
    },
    peer: { ...text, description: 'id of the peer' },
    with: { type: 'object', required: ['country_code', 'party_id'], properties: party, description: 'the party there' },
    request: { ...request, description: 'as the asking side said it, without response_url' },
    deadline: { ...moment, description: 'until when the result is to be known' },
    created: moment,
    last_updated: moment,
  };
  const passing = module.passedOnBy && {
    passed_on: { ...text, description: 'of direction asked: the id of the conversation in which we ask for it in our turn; its result is the result here' },
    on_behalf_of: { ...text, description: 'of direction asking: the id of the conversation in which a peer asked us for it' },
  };
  const told = { type: 'boolean', description: 'of direction asked: whether the peer has been told all that there is to tell' };
  const error = { ...text, description: 'why the peer could not be asked, or told' };
  return { type: 'object', required: Object.keys(always), properties: { ...always, ...more, ...passing, told, error } };
}

function withoutUrl({ fields: { response_url: _url, ...fields } }: ObjectType): ObjectType['fields'] {
  return fields;
}

function either(whole: Type<unknown>, short: ObjectType): Type<unknown> {
  return {
    name: `${whole.name} or ${short.name}`,
    jsonSchema: (context) => ({ anyOf: [whole.jsonSchema(context), short.jsonSchema(context)] }),
  };
}
