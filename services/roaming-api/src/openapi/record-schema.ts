import type { JsonSchema } from '@roamgrid/modules';

/** An object with these properties, all of them required but the optional ones. */
export function record(properties: Record<string, JsonSchema>, optional: readonly string[] = []): JsonSchema {
  return { type: 'object', required: Object.keys(properties).filter((name) => !optional.includes(name)), properties };
}

/** An array of items of the schema. */
export function list(items: JsonSchema): JsonSchema {
  return { type: 'array', items };
}

/** An object whose values, whatever their names, are of the schema. */
export function mapOf(values: JsonSchema): JsonSchema {
  return { type: 'object', additionalProperties: values };
}
