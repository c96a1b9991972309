/**
 * What of an object stands inside objects of another module, as it was when it was put there: never changed after (CDR-17).
 * `nested` leads down to a nested object where that is what is embedded; undefined where there is none.
 */
export type Embedding = (
  object: Readonly<Record<string, unknown>>,
  ...nested: readonly string[]
) => Readonly<Record<string, unknown>> | undefined;

/** An embedding of stored objects; `T` is what their schema has made sure of. */
export function embedding<T>(
  serialize: (object: T, ...nested: readonly string[]) => Readonly<Record<string, unknown>> | undefined,
): Embedding {
  return (object, ...nested) => serialize(object as T, ...nested);
}
