import type { JsonSchema } from '@roamgrid/modules';
import { declaredQuirks, quirkNames, type Quirk } from '@roamgrid/ocpi';

/** Quirks by name, only those that are set; of PATCH also null, which brings one back to its default. */
export function quirksSchema(mayReset = false): JsonSchema {
  const property = ({ schema, changes }: Quirk): JsonSchema =>
    mayReset ? { anyOf: [schema, { type: 'null' }], description: changes } : { ...schema, description: changes };
  const properties = Object.fromEntries(quirkNames.map((name) => [name, property(declaredQuirks[name])]));
  return { type: 'object', additionalProperties: false, properties };
}

const text: JsonSchema = { type: 'string' };

/** One quirk that there is. */
export const quirkSchema: JsonSchema = {
  type: 'object',
  required: ['name', 'schema', 'expected', 'default', 'changes', 'needed_when', 'acts_in'],
  properties: {
    name: { enum: quirkNames },
    schema: { type: 'object', description: 'JSON schema of its value' },
    expected: { ...text, description: 'its values in words' },
    default: { type: ['string', 'number', 'boolean'], description: 'what holds where it is not set: a value, or in words' },
    changes: text,
    needed_when: text,
    acts_in: { type: 'array', items: text, description: 'services' },
  },
};
