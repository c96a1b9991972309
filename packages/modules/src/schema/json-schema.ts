import type { ObjectType } from './object';
import type { JsonSchema, Mode, SchemaContext, Type } from './type';

function document(context: SchemaContext, root: JsonSchema): JsonSchema {
  const defs = Object.fromEntries([...context.defs].map(([name, def]) => [name, def.schema]));
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...root, $defs: defs };
}

/** The JSON Schema of a whole value. In `own` mode nulls are refused: strip them first with `withoutNulls`. */
export function jsonSchemaOf(type: Type<unknown>, mode: Mode): JsonSchema {
  const context: SchemaContext = { mode, nulls: mode === 'received', defs: new Map() };
  return document(context, type.jsonSchema(context));
}

/** The JSON Schema of a PATCH body: only the named fields required; null clears an optional one (TRN-32, TRN-35). */
export function patchJsonSchemaOf(type: ObjectType, mode: Mode, required: readonly string[]): JsonSchema {
  const context: SchemaContext = { mode, nulls: true, defs: new Map() };
  return document(context, type.patchSchema(context, required));
}
