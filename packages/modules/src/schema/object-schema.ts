import { jsonSchemaOf, patchJsonSchemaOf } from './json-schema';
import type { Fields, ObjectType, StaticObject } from './object';
import type { Mode } from './type';
import { validator, type Rule, type Validator } from './validator';

/** All validators of one class, each compiled when first used. */
export interface ObjectSchema {
  /** Name of the class, such as `Location`. */
  readonly name: string;
  /** The field table, for documents and for tests. */
  readonly type: ObjectType;
  /** A whole object: body of PUT and POST, item of a page (TRN-30). */
  readonly put: Readonly<Record<Mode, Validator>>;
  /**
   * A PATCH body (TRN-32, TRN-35). It may hold nulls in both modes, and rules see only the fields given: an object of
   * our own is held against `put.own` again once merged and rid of its nulls.
   */
  readonly patch: Readonly<Record<Mode, Validator>>;
}

/** What a class needs besides its field table. */
export interface ObjectSchemaOptions<T> {
  /** Rules that hold in both modes. */
  readonly rules?: readonly Rule<T>[];
  /** Rules that only our own parties are held to. */
  readonly ownRules?: readonly Rule<T>[];
  /** Fields that a PATCH body must name, such as last_updated (LOC-18). */
  readonly requiredInPatch?: readonly string[];
}

/** Builds the validators of a class from its field table and rules. */
export function objectSchema<F extends Fields>(
  type: ObjectType<F>,
  options: ObjectSchemaOptions<StaticObject<F>> = {},
): ObjectSchema {
  const rules: Readonly<Record<Mode, readonly Rule<StaticObject<F>>[]>> = {
    received: options.rules ?? [],
    own: [...(options.rules ?? []), ...(options.ownRules ?? [])],
  };
  const put = (mode: Mode): Validator => validator(() => jsonSchemaOf(type, mode), rules[mode]);
  const patch = (mode: Mode): Validator =>
    validator(() => patchJsonSchemaOf(type, mode, options.requiredInPatch ?? []), rules[mode]);
  return {
    name: type.name,
    type,
    put: { received: put('received'), own: put('own') },
    patch: { received: patch('received'), own: patch('own') },
  };
}
