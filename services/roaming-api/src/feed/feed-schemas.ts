import type { JsonSchema } from '@roamgrid/modules';

/** `data` of an event `change`, as it is on Kafka. */
export const changeEventSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'type', 'module', 'key', 'party', 'rev', 'last_updated', 'origin', 'version'],
  properties: {
    id: { type: 'string', description: 'module/key/rev' },
    type: { enum: ['put', 'delete'] },
    module: { type: 'string' },
    key: { type: 'string' },
    party: { type: 'string', description: 'the owner, such as NL*RGC' },
    rev: { type: 'integer', minimum: 1, description: 'counts the changes of the object; one that was seen can be dropped' },
    last_updated: { type: 'string', format: 'date-time' },
    origin: { type: 'string', description: 'own, or the id of the peer it came from' },
    version: { type: 'string', description: 'the OCPI version of the object' },
    object: { type: 'object', description: 'the whole object; absent from a delete' },
  },
};

/** `data` of an event `reset`. */
export const feedResetSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['modules', 'detail'],
  properties: {
    modules: { type: 'array', items: { type: 'string' }, description: 'whose position was not on the broker any more' },
    detail: { type: 'string' },
  },
};
