import { jsonSchemaOf } from './json-schema';
import type { Type } from './type';
import { validator, type Validator } from './validator';

const validators = new WeakMap<Type<unknown>, Validator>();

/** Whether a value is one of an OCPI type, as a peer may send it. */
export function isOf<T>(type: Type<T>, value: unknown): value is T {
  let judge = validators.get(type);
  if (!judge) validators.set(type, (judge = validator(() => jsonSchemaOf(type, 'received'))));
  return judge(value).ok;
}
