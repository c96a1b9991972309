import type { JsonSchema } from '@roamgrid/modules';
import { RIGHTS } from './api-key';

const parties: JsonSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 100,
  items: { type: 'string', pattern: '^[A-Z]{2}\\*[A-Z0-9]{3}$' },
  description: 'own parties such as NL*RGC: it writes only their objects and sees only what they may see; absent: all',
};
const modules: JsonSchema = {
  type: 'array',
  minItems: 1,
  maxItems: 20,
  items: { type: 'string' },
  description: 'modules such as locations; absent: all',
};

/** Body of POST /v1/keys. */
export const keyGrantSchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['name', 'rights'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 100 },
    rights: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { enum: [...RIGHTS] },
      description: 'read objects; write own objects; run peers; operations: what is on its way to and from them; admin: all of these, and keys',
    },
    parties,
    modules,
  },
};

const text: JsonSchema = { type: 'string' };
const moment: JsonSchema = { type: 'string', format: 'date-time' };
const maybeMoment: JsonSchema = { type: ['string', 'null'], format: 'date-time' };

/** A key as it is listed. */
export const keySchema: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['id', 'name', 'rights', 'parties', 'modules', 'created', 'created_by', 'last_used', 'revoked'],
  properties: {
    id: text,
    name: text,
    rights: { type: 'array', items: { enum: [...RIGHTS] } },
    parties: { type: ['array', 'null'], items: text, description: 'null: all' },
    modules: { type: ['array', 'null'], items: text, description: 'null: all' },
    created: moment,
    created_by: { ...text, description: 'name of the key that made it' },
    last_used: { ...maybeMoment, description: 'to the minute; null: never' },
    revoked: { ...maybeMoment, description: 'since when it opens nothing any more; null: it does' },
  },
};

/** What is answered once, when a key is made. */
export const newKeySchema: JsonSchema = {
  ...keySchema,
  required: [...(keySchema['required'] as string[]), 'key'],
  properties: {
    ...(keySchema['properties'] as JsonSchema),
    key: { ...text, description: 'the key itself, shown this once' },
  },
};
