import { mongo } from 'mongoose';
import type { ObjectState } from './object-document';

/** The bytes of a stored state in a version; undefined when it has none in it. */
export function bodyOf(state: ObjectState, field: string): Buffer | undefined {
  const body = state.body[field] as Buffer | mongo.Binary | undefined;
  return body instanceof mongo.Binary ? Buffer.from(body.buffer) : body;
}
