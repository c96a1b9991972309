import { jsonDepth } from '@roamgrid/ocpi';
import { RoamgridError, messageOf } from '@roamgrid/runtime';

/** Deepest nesting that any OCPI object needs is 8; what goes far beyond is an attack (TRN-44). */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses a body that must be a JSON object in UTF-8, no name of it twice: others would read such a one in another way
 * (TRN-22, TRN-44). Throws body.malformed.
 */
export function readBody(bytes: Buffer): JsonObject {
  if (bytes.length === 0) throw new RoamgridError('body.malformed', 'the body is empty, expected a JSON object');
  if (jsonDepth(bytes) > MAX_DEPTH) {
    throw new RoamgridError('body.malformed', `the body is nested deeper than ${MAX_DEPTH} levels`);
  }
  const value = parse(bytes);
  if (membersWritten(bytes) !== membersRead(value)) {
    throw new RoamgridError('body.malformed', 'a name stands twice in one JSON object');
  }
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

/** Names in JSON text: each has a colon, and no other colon stands outside strings. */
function membersWritten(bytes: Buffer): number {
  let members = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === QUOTE) quoted = !quoted;
    else if (byte === BACKSLASH && quoted) i += 1;
    else if (byte === COLON && !quoted) members += 1;
  }
  return members;
}

/** Names that are left of them once parsed; a doubled one is there only once. */
function membersRead(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const values: readonly unknown[] = Object.values(value);
  const inside = values.reduce<number>((members, each) => members + membersRead(each), 0);
  return Array.isArray(value) ? inside : inside + values.length;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
