import type { JsonSchema, SchemaContext, Type } from './type';

/** `1` required, `?` absent or null, `+` one item or more, `*` absent, null or any number of items (TRN-36, TRN-37). */
export type Cardinality = '1' | '?' | '+' | '*';

/** A field of an object type: its type and cardinality. */
export interface Field<T, C extends Cardinality> {
  readonly type: Type<T>;
  readonly cardinality: C;
}

/** The fields of an object type by their OCPI name. */
export type Fields = Readonly<Record<string, Field<unknown, Cardinality>>>;

type Value<F> = F extends Field<infer T, infer C> ? (C extends '+' | '*' ? T[] : T) : never;
type RequiredNames<F extends Fields> = {
  [K in keyof F]: F[K]['cardinality'] extends '1' | '+' ? K : never;
}[keyof F];
type OptionalNames<F extends Fields> = Exclude<keyof F, RequiredNames<F>>;
type Flat<T> = { [K in keyof T]: T[K] };

/** The TypeScript type of an object with these fields. */
export type StaticObject<F extends Fields> = Flat<
  { -readonly [K in RequiredNames<F>]: Value<F[K]> } & { -readonly [K in OptionalNames<F>]?: Value<F[K]> | null }
>;

/** An OCPI class: its fields and, for PATCH, its partial schema. */
export interface ObjectType<F extends Fields = Fields> extends Type<StaticObject<F>> {
  readonly fields: F;
  /** The fields as given, none required but those named; `null` clears an optional field (TRN-35). */
  patchSchema(context: SchemaContext, required: readonly string[]): JsonSchema;
}

/** A required field. */
export function one<T>(type: Type<T>): Field<T, '1'> {
  return { type, cardinality: '1' };
}

/** An optional field: absent and null are equal. */
export function maybe<T>(type: Type<T>): Field<T, '?'> {
  return { type, cardinality: '?' };
}

/** A list with at least one item. */
export function some<T>(type: Type<T>): Field<T, '+'> {
  return { type, cardinality: '+' };
}

/** A list that may be absent, null or empty. */
export function many<T>(type: Type<T>): Field<T, '*'> {
  return { type, cardinality: '*' };
}

function orNull(schema: JsonSchema): JsonSchema {
  const values = schema['enum'];
  return {
    ...schema,
    type: [schema['type'], 'null'],
    ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
  };
}

function fieldSchema(field: Field<unknown, Cardinality>, context: SchemaContext): JsonSchema {
  const item = field.type.jsonSchema(context);
  switch (field.cardinality) {
    case '1':
      return item;
    case '+':
      return { type: 'array', minItems: 1, items: item, expected: `a list of at least one ${field.type.name}` };
    case '?':
      return context.nulls ? orNull(item) : item;
    case '*': {
      const list = { type: 'array', items: item, expected: `a list of ${field.type.name}` };
      return context.nulls ? orNull(list) : list;
    }
  }
}

function properties(fields: Fields, context: SchemaContext): JsonSchema {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, fieldSchema(field, context)]));
}

/**
 * An OCPI class in the terms of its field table. Fields it does not name are allowed and kept (TRN-39).
 * Where it stands inside another class it becomes a `$ref` to `#/$defs/<name>`, so names are unique.
 */
export function object<const F extends Fields>(name: string, fields: F): ObjectType<F> {
  const required = Object.keys(fields).filter((field) => ['1', '+'].includes(fields[field]?.cardinality ?? ''));
  const type: ObjectType<F> = {
    name,
    fields,
    jsonSchema(context) {
      const known = context.defs.get(name);
      if (known === undefined) {
        const def: { type: object; schema: JsonSchema } = { type, schema: {} };
        context.defs.set(name, def);
        def.schema = { required, properties: properties(fields, context) };
      } else if (known.type !== type) {
        throw new Error(`two object types are named ${name}`);
      }
      return { type: 'object', $ref: `#/$defs/${name}`, expected: `an object (${name})` };
    },
    patchSchema(context, requiredInPatch) {
      const clearing = { ...context, nulls: true };
      return {
        type: 'object',
        required: [...requiredInPatch],
        properties: properties(fields, clearing),
        expected: `an object with fields of ${name}`,
      };
    },
  };
  return type;
}

/** A list of at least one item that is a value of its own (the data of GET versions). */
export function listOf<T>(type: Type<T>): Type<T[]> {
  return {
    name: `list of ${type.name}`,
    jsonSchema: (context) => fieldSchema(some(type), context),
  };
}
