import { classesSeen, conversationName, conversations, conversationSchemas, type ConversationDeclaration, type JsonSchema } from '@roamgrid/modules';
import type { DescribedTopic } from './described-topic';
import { plainSchemas, refTo } from './plain-schemas';

const WEEK = 7 * 86_400_000;

/** The topics of the modules that are conversations: what is asked, and what comes of it. */
export function conversationTopics(): DescribedTopic[] {
  return conversations.map(describe);
}

function describe(module: ConversationDeclaration): DescribedTopic {
  const { id } = module;
  const name = conversationName(module);
  const classes = Object.assign({}, ...classesSeen(module).map(plainSchemas)) as Record<string, JsonSchema>;
  return {
    id,
    changes: 'requests',
    description: `The ${id} that peers ask of us (direction asked: those in the state WAITING want an answer), and those that we ask of peers, with every step until they end; kept for a week.`,
    kept: { 'cleanup.policy': ['delete'], 'retention.ms': WEEK },
    event: `${name}Change`,
    types: ['put'],
    key: 'country_code, party_id, id',
    party: 'Our party in the conversation, such as NL*RGC.',
    origin: 'own where we ask, else the id of the peer that asks.',
    object: refTo(name),
    schemas: { ...classes, ...conversationSchemas(module, (what) => refTo(typeof what === 'string' ? what : what.name)) },
  };
}
