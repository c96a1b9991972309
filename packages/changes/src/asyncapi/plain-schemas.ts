import { jsonSchemaOf, type JsonSchema, type ObjectType } from '@roamgrid/modules';

/** Refers to a schema of the components. */
export function refTo(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A class and all that it consists of, as peers may send them, for the components. */
export function plainSchemas(type: ObjectType): Record<string, JsonSchema> {
  const { $defs } = jsonSchemaOf(type, 'received') as { $defs: Record<string, JsonSchema> };
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
