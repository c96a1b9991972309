import { jsonSchemaOf, type JsonSchema, type ObjectType } from '@roamgrid/modules';
import fc from 'fast-check';

/** Values that the field table of a class allows, with unknown fields now and then; rules between fields are not known here. */
export function arbitraryOf(type: ObjectType): fc.Arbitrary<Record<string, unknown>> {
  const { $defs = {}, ...root } = jsonSchemaOf(type, 'received');
  return fromSchema(root, $defs as Record<string, JsonSchema>) as fc.Arbitrary<Record<string, unknown>>;
}

function fromSchema(schema: JsonSchema, defs: Readonly<Record<string, JsonSchema>>): fc.Arbitrary<unknown> {
  const { $ref, enum: values, type } = schema;
  if (Array.isArray(type)) {
    const [one] = type as string[];
    const value = fromSchema({ ...schema, type: one }, defs);
    return fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: fc.constant(null) });
  }
  if (typeof $ref === 'string') return objectOf(defs[$ref.replace('#/$defs/', '')] ?? {}, defs);
  if (Array.isArray(values)) return fc.constantFrom(...(values as unknown[]));
  switch (type) {
    case 'string':
      return textOf(schema);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: numberIn(schema['minimum'], -(2 ** 31)), max: numberIn(schema['maximum'], 2 ** 31) });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
    case 'array':
      return fc.array(fromSchema(schema['items'] as JsonSchema, defs), { minLength: numberIn(schema['minItems'], 0), maxLength: 3 });
    default:
      throw new Error(`no arbitrary for ${JSON.stringify(schema)}`);
  }
}

const numberIn = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

function objectOf(schema: JsonSchema, defs: Readonly<Record<string, JsonSchema>>): fc.Arbitrary<unknown> {
  const properties = schema['properties'] as Record<string, JsonSchema>;
  const known = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, fromSchema(each, defs)]));
  const unknown = fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(fc.stringMatching(/^x_[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 }) },
  );
  return fc
    .tuple(fc.record(known, { requiredKeys: schema['required'] as string[], noNullPrototype: true }), unknown)
    .map(([fields, more]) => ({ ...more, ...fields }));
}

function textOf({ format, pattern, maxLength }: JsonSchema): fc.Arbitrary<string> {
  const max = numberIn(maxLength, 255);
  const fits = (text: string): boolean => [...text].length <= max;
  if (format === 'ocpi-date-time') return dateTime;
  if (format === 'ocpi-date') return fc.date(years).map((date) => date.toISOString().slice(0, 10));
  if (format === 'ocpi-url') return fc.webUrl({ withQueryParameters: true, withFragments: true }).filter(fits);
  if (typeof pattern !== 'string') throw new Error(`no arbitrary for text without a pattern, format ${String(format)}`);
  const matching = new RegExp(pattern, 'u');
  const longest = ['x', 'é', '😀'].map((letter) => letter.repeat(max)).filter((text) => matching.test(text));
  const free = fc.stringMatching(matching).filter(fits);
  return longest.length === 0 ? free : fc.oneof({ weight: 9, arbitrary: free }, { weight: 1, arbitrary: fc.constantFrom(...longest) });
}

const years = { min: new Date('2001-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true } as const;

/** With `Z` and without, with a fraction and without: all forms that OCPI knows (TYP-01). */
const dateTime = fc
  .tuple(fc.date(years), fc.constantFrom('', 'Z'), fc.constantFrom('', '.1', '.123', '.000'))
  .map(([date, zone, fraction]) => `${date.toISOString().slice(0, 19)}${fraction}${zone}`);
