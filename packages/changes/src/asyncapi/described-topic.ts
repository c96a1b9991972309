import type { JsonSchema } from '@roamgrid/modules';

/** The version of OCPI whose objects stand in events. */
export const VERSION = '2.2.1';
/** The prefix of the topics, unless configuration says otherwise. */
export const PREFIX = 'roamgrid';

/** A change topic as the document tells of it. */
export interface DescribedTopic {
  /** The module. */
  readonly id: string;
  /** What its changes are called in its address. */
  readonly changes: 'changes' | 'requests';
  readonly description: string;
  /** How the broker keeps its messages. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** Name of its events, such as `LocationChange`. */
  readonly event: string;
  readonly types: readonly ('put' | 'delete')[];
  /** What the key of an object consists of. */
  readonly key: string;
  readonly party: string;
  readonly origin: string;
  /** The object of an event. */
  readonly object: JsonSchema;
  /** All that the object consists of, by name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

const text: JsonSchema = { type: 'string' };

/** `locations_changes` */
export function channelName({ id, changes }: DescribedTopic): string {
  return `${id}_${changes}`;
}

/** The topic as a channel. */
export function channelOf({ id, changes, description, kept, event }: DescribedTopic): JsonSchema {
  return {
    address: `${PREFIX}.${id}.${changes}`,
    description,
    messages: { [event]: { $ref: `#/components/messages/${event}` } },
    bindings: { kafka: { partitions: 3, topicConfiguration: kept, bindingVersion: '0.5.0' } },
  };
}

/** That we publish there. */
export function operationOf(topic: DescribedTopic): JsonSchema {
  const channel = `#/channels/${channelName(topic)}`;
  return { action: 'send', channel: { $ref: channel }, messages: [{ $ref: `${channel}/messages/${topic.event}` }] };
}

/** Its message. */
export function messageOf({ id, event }: DescribedTopic): JsonSchema {
  return {
    name: event,
    title: `A change of one of the ${id}`,
    headers: { $ref: '#/components/schemas/Headers' },
    payload: { $ref: `#/components/schemas/${event}` },
    bindings: { kafka: { key: { type: 'string', description: 'The key of the object.' }, bindingVersion: '0.5.0' } },
  };
}

/** What stands in its message. */
export function eventSchema({ id, types, key, party, origin, object }: DescribedTopic): JsonSchema {
  return {
    type: 'object',
    required: ['id', 'type', 'module', 'key', 'party', 'rev', 'last_updated', 'origin', 'version'],
    properties: {
      id: { ...text, description: 'module/key/rev: the same again when the event comes again.' },
      type: { enum: [...types], description: 'delete: the object is gone, and does not stand in the event.' },
      module: { const: id },
      key: { ...text, description: `${key}, joined with *, in capital letters.` },
      party: { ...text, description: party },
      rev: { type: 'integer', minimum: 1, description: 'Counts the changes of the object.' },
      last_updated: { type: 'string', format: 'date-time', description: 'As the object says it, in UTC.' },
      origin: { ...text, description: origin },
      version: { const: VERSION, description: 'The version of OCPI that the object is of.' },
      object,
    },
  };
}
