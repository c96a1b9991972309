import { jsonSchemaOf, modules, schemaAt, type JsonSchema, type ModuleDeclaration } from '@roamgrid/modules';

const VERSION = '2.2.1';
/** The prefix of the topics, unless configuration says otherwise. */
const PREFIX = 'roamgrid';

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
an object. The topic of CDRs is kept for ever, and a CDR never changes.

Objects stand in the events as the bytes that are stored: as their owner wrote them, fields of later versions and nulls included.
Topics begin with a prefix that configuration sets (kafka.topicPrefix); here it is ${PREFIX}.

This page is written from the declarations of the modules by \`npx pnpm --filter @roamgrid/changes write-asyncapi\`.`;

/** The contract of the change topics, as an AsyncAPI 3.0 document. */
export function asyncApiDocument(): Readonly<Record<string, unknown>> {
  const declared = modules.filter(({ versions }) => versions[VERSION]);
  const each = <Value>(name: (module: ModuleDeclaration) => string, value: (module: ModuleDeclaration) => Value): Record<string, Value> =>
    Object.fromEntries(declared.map((module) => [name(module), value(module)]));
  return {
    asyncapi: '3.0.0',
    info: { title: 'Roamgrid change topics', version: '1.0.0', description: INTRODUCTION, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: each(channelName, channelOf),
    operations: each(({ id }) => `publish_${id}`, operationOf),
    components: {
      messages: each(eventName, messageOf),
      schemas: { Headers: headers, ...each(eventName, eventSchema), ...Object.assign({}, ...declared.map(objectSchemas)) as Record<string, JsonSchema> },
    },
  };
}

const channelName = ({ id }: ModuleDeclaration): string => `${id}_changes`;

/** `LocationChange` */
const eventName = (module: ModuleDeclaration): string => `${schemaAt(module, VERSION).name}Change`;

function channelOf(module: ModuleDeclaration): JsonSchema {
  const { id, delivery } = module;
  const kept = delivery.style === 'append' ? { 'cleanup.policy': ['delete'], 'retention.ms': -1 } : { 'cleanup.policy': ['compact'] };
  return {
    address: `${PREFIX}.${id}.changes`,
    description: delivery.style === 'append' ? `Every one of the ${id}, kept for ever.` : `The changes of ${id}, compacted to the newest of each.`,
    messages: { [eventName(module)]: { $ref: `#/components/messages/${eventName(module)}` } },
    bindings: { kafka: { partitions: 3, topicConfiguration: kept, bindingVersion: '0.5.0' } },
  };
}

function operationOf(module: ModuleDeclaration): JsonSchema {
  const channel = `#/channels/${channelName(module)}`;
  return { action: 'send', channel: { $ref: channel }, messages: [{ $ref: `${channel}/messages/${eventName(module)}` }] };
}

function messageOf(module: ModuleDeclaration): JsonSchema {
  return {
    name: eventName(module),
    title: `A change of one of the ${module.id}`,
    headers: { $ref: '#/components/schemas/Headers' },
    payload: { $ref: `#/components/schemas/${eventName(module)}` },
    bindings: { kafka: { key: { type: 'string', description: 'The key of the object.' }, bindingVersion: '0.5.0' } },
  };
}

function eventSchema(module: ModuleDeclaration): JsonSchema {
  const types = module.immutable ? ['put'] : ['put', 'delete'];
  return {
    type: 'object',
    required: ['id', 'type', 'module', 'key', 'party', 'rev', 'last_updated', 'origin', 'version'],
    properties: {
      id: { ...text, description: 'module/key/rev: the same again when the event comes again.' },
      type: { enum: types, description: 'delete: the object is gone, and does not stand in the event.' },
      module: { const: module.id },
      key: { ...text, description: `${module.key.join(', ')}, joined with *, in capital letters.` },
      party: { ...text, description: 'The party that owns the object, such as NL*RGC.' },
      rev: { type: 'integer', minimum: 1, description: 'Counts the changes of the object.' },
      last_updated: { type: 'string', format: 'date-time', description: 'As the object says it, in UTC.' },
      origin: { ...text, description: 'own, or the id of the peer that the object came from.' },
      version: { const: VERSION, description: 'The version of OCPI that the object is of.' },
      object: { $ref: `#/components/schemas/${schemaAt(module, VERSION).name}` },
    },
  };
}

/** The object of a module and all that it consists of, as peers may send them. */
function objectSchemas(module: ModuleDeclaration): Record<string, JsonSchema> {
  const { $defs } = jsonSchemaOf(schemaAt(module, VERSION).type, 'received') as { $defs: Record<string, JsonSchema> };
  return Object.fromEntries(Object.entries($defs).map(([name, schema]) => [name, plain(schema) as JsonSchema]));
}

const FORMATS: Readonly<Record<string, string>> = { 'ocpi-date-time': 'date-time', 'ocpi-date': 'date', 'ocpi-url': 'uri' };

/** In terms that every reader of JSON Schema has. */
function plain(node: unknown, isNames = false): unknown {
  if (Array.isArray(node)) return node.map((item) => plain(item));
  if (typeof node !== 'object' || node === null) return node;
  const pairs = Object.entries(node).map(([keyword, value]): [string, unknown] => {
    if (isNames) return [keyword, plain(value)];
    if (keyword === '$ref') return ['$ref', String(value).replace('#/$defs/', '#/components/schemas/')];
    if (keyword === 'expected') return ['description', value];
    if (keyword === 'format') return ['format', FORMATS[String(value)] ?? value];
    return [keyword, plain(value, keyword === 'properties')];
  });
  return Object.fromEntries(pairs);
}
