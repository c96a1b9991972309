import type { JsonSchema } from '@roamgrid/modules';
import { conversationTopics } from './conversation-topics';
import { channelName, channelOf, eventSchema, messageOf, operationOf, PREFIX, type DescribedTopic } from './described-topic';
import { moduleTopics } from './module-topics';

const text: JsonSchema = { type: 'string' };
const whole: JsonSchema = { type: 'string', pattern: '^[0-9]+$' };

/** What stands in the headers of every event, so that it can be routed without being parsed. */
const headers: JsonSchema = {
  type: 'object',
  required: ['rev', 'module', 'type', 'origin', 'written'],
  properties: {
    rev: { ...whole, description: 'As in the event.' },
    module: { ...text, description: 'As in the event.' },
    type: { enum: ['put', 'delete'], description: 'As in the event.' },
    origin: { ...text, description: 'As in the event.' },
    written: { ...whole, description: 'When the revision was written here, in milliseconds since 1970.' },
    audience: { ...text, description: 'The only parties that may see the object, CC*PID each, between commas; absent: no restriction.' },
  },
};

const INTRODUCTION = `Every acknowledged change of every object that this platform owns or received, in the order of each object, keyed by object.

Delivery is at least once: an event whose rev is not above the one you have is one that came again, or a part of a crawl.
State topics are compacted: read from the start they give the present state, deleted objects as events of type delete without
an object. The topic of CDRs is kept for ever, and a CDR never changes. The topics of requests hold what has to be answered: a
conversation, from what is asked to what came of it, each step for a week.

Events are sent within transactions of a quarter of a second. Every event that can be read is true, so a consumer may read
uncommitted and has it at once; one that reads committed has it when the transaction ends. Offsets have gaps where one ends.

Objects stand in the events as the bytes that are stored: as their owner wrote them, fields of later versions and nulls included.
Topics begin with a prefix that configuration sets (kafka.topicPrefix); here it is ${PREFIX}.

This page is written from the declarations of the modules by \`npx pnpm --filter @roamgrid/changes write-asyncapi\`.`;

/** The contract of the change topics, as an AsyncAPI 3.0 document. */
export function asyncApiDocument(): Readonly<Record<string, unknown>> {
  const topics = [...moduleTopics(), ...conversationTopics()];
  const each = (name: (topic: DescribedTopic) => string, value: (topic: DescribedTopic) => JsonSchema): Record<string, JsonSchema> =>
    Object.fromEntries(topics.map((topic) => [name(topic), value(topic)]));
  const eventName = ({ event }: DescribedTopic): string => event;
  const schemas = Object.assign({}, ...topics.map((topic) => topic.schemas)) as Record<string, JsonSchema>;
  return {
    asyncapi: '3.0.0',
    info: { title: 'Roamgrid change topics', version: '1.0.0', description: INTRODUCTION, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: each(channelName, channelOf),
    operations: each(({ id }) => `publish_${id}`, operationOf),
    components: { messages: each(eventName, messageOf), schemas: { Headers: headers, ...each(eventName, eventSchema), ...schemas } },
  };
}
