import { requestInput, type ConversationDeclaration, type JsonSchema } from '@roamgrid/modules';
import { RoamgridError } from '@roamgrid/runtime';
import type { Backend, ServedConversation } from '../backend';
import { jsonReader } from '../http/read-json';
import { readParty } from '../http/read-party';
import type { Creation } from '../idempotency/idempotent';
import { ref } from '../openapi/api-schemas';
import { conversationUrl } from './conversation-url';
import { askingParty } from './own-parties';

const party: JsonSchema = { type: 'string', pattern: '^[A-Za-z]{2}\\*[A-Za-z0-9]{1,3}$' };

interface Beginning {
  readonly kind: string;
  readonly from?: string;
  readonly to: string;
  readonly request: Readonly<Record<string, unknown>>;
}

/** What begins a conversation: one schema, or one for each kind in the document. */
function beginning(kind: JsonSchema, request: JsonSchema): JsonSchema {
  const from = { ...party, description: 'the own party that asks, such as `NL*ABC`; the only one that can be meant unless given' };
  const to = { ...party, description: 'the party that is asked, such as `DE*CPO`' };
  return { type: 'object', additionalProperties: false, required: ['kind', 'to', 'request'], properties: { kind, from, to, request } };
}

/** Body of the request, as documented. */
export function beginningSchema({ requests }: ConversationDeclaration): JsonSchema {
  return {
    oneOf: requests.map((kind) => ({
      ...beginning({ const: kind.name }, ref(requestInput(kind).name)),
      ...(kind.note !== undefined && { description: kind.note }),
    })),
  };
}

/**
 * Asks a peer. Answers as soon as that is kept; what comes of it is told by GET, by the feed and on Kafka. What is asked is
 * judged by the service. Throws object.invalid, party.not_yours, party.role_missing, peer.unknown.
 */
export function beginConversation({ declaration, calls }: ServedConversation, { directory, publicUrl }: Backend): Creation {
  const kinds = declaration.requests.map(({ name }) => name);
  const read = jsonReader<Beginning>(beginning({ enum: kinds }, { type: 'object' }));
  return async (request, id = '') => {
    const { kind, from: named, to, request: asked } = read(request);
    if ('response_url' in asked) throw new RoamgridError('object.invalid', '/request/response_url: is made by the platform, which takes the result');
    const from = askingParty(declaration, directory, named === undefined ? undefined : readParty('from', named));
    const { json } = await calls.Begin({ kind, from, to: readParty('to', to), json: Buffer.from(JSON.stringify(asked)), id });
    const body = JSON.parse(json.toString()) as Parameters<typeof conversationUrl>[2];
    return { status: 202, headers: { location: conversationUrl(publicUrl, declaration, body) }, body };
  };
}
