import { jsonDepth } from '@roamgrid/ocpi';
import { RoamgridError, messageOf } from '@roamgrid/runtime';

/** Deepest nesting that any OCPI object needs is 8; what goes far beyond is an attack (TRN-44). */
const MAX_DEPTH = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses a body that must be a JSON object in UTF-8 (TRN-22, TRN-44). Throws body.malformed. */
export function readBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) throw new RoamgridError('body.malformed', 'the body is empty, expected a JSON object');
  if (jsonDepth(bytes) > MAX_DEPTH) {
    throw new RoamgridError('body.malformed', `the body is nested deeper than ${MAX_DEPTH} levels`);
  }
  const value = parse(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new RoamgridError('object.invalid', `expected a JSON object, found ${kindOf(value)}`);
  }
  return value as JsonObject;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes)) as unknown;
  } catch (error) {
    throw new RoamgridError('body.malformed', `the body is no JSON in UTF-8: ${messageOf(error)}`, { cause: error });
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
