/**
 * How strictly a value is judged.
 * `received`: what a peer sent; lenient where the specification leaves room (AMB-28, LOC-64, TRN-41).
 * `own`: what our own parties write and we emit; strict.
 */
export type Mode = 'received' | 'own';

/** A JSON Schema node (draft 2020-12). */
export interface JsonSchema {
  [keyword: string]: unknown;
}

/** What a JSON Schema is made for, and where it collects the object types it refers to. */
export interface SchemaContext {
  readonly mode: Mode;
  /** Whether `null` may stand for an absent optional field. */
  readonly nulls: boolean;
  /** Object types met on the way, by name: they become `$defs`. */
  readonly defs: Map<string, { readonly type: object; schema: JsonSchema }>;
}

/** An OCPI type: yields its JSON Schema; `T` is the TypeScript type of a valid value. */
export interface Type<T> {
  readonly name: string;
  jsonSchema(context: SchemaContext): JsonSchema;
  /** Never present at run time: carries `T` for `Static`. */
  readonly static?: T;
}

/** The TypeScript type of the values that an OCPI type accepts. */
export type Static<X extends Type<unknown>> = X extends Type<infer T> ? T : never;

/** Makes a type from its name and its schema for each mode. */
export function simpleType<T>(name: string, schema: JsonSchema | ((mode: Mode) => JsonSchema)): Type<T> {
  return { name, jsonSchema: ({ mode }) => (typeof schema === 'function' ? schema(mode) : schema) };
}
