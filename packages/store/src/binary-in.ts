/** Bytes of a value by its BSON type; the types with a length in front of them are measured below. */
const FIXED: Readonly<Record<number, number>> = { 0x01: 8, 0x07: 12, 0x08: 1, 0x09: 8, 0x0a: 0, 0x10: 4, 0x11: 8, 0x12: 8, 0x13: 16 };
const TEXT = 0x02;
const DOCUMENT = 0x03;
const ARRAY = 0x04;
const BINARY = 0x05;

/**
 * The bytes of a binary field, by its path, as they stand in a BSON document: found by stepping over what is in front of
 * them, so that a page of objects is joined without decoding one. Undefined when there is no such field.
 */
export function binaryIn(document: Buffer, path: readonly string[]): Buffer | undefined {
  let start = 0;
  let type = DOCUMENT;
  for (const name of path) {
    if (type !== DOCUMENT) return undefined;
    const found = fieldOf(document, start, name);
    if (!found) return undefined;
    ({ type, start } = found);
  }
  if (type !== BINARY) return undefined;
  return document.subarray(start + 5, start + 5 + document.readInt32LE(start));
}

function fieldOf(bytes: Buffer, document: number, name: string): { type: number; start: number } | undefined {
  const end = document + bytes.readInt32LE(document) - 1;
  for (let at = document + 4; at < end; ) {
    const type = bytes.readUInt8(at);
    const nameEnd = bytes.indexOf(0, at + 1);
    const start = nameEnd + 1;
    if (nameEnd - at - 1 === name.length && bytes.toString('latin1', at + 1, nameEnd) === name) return { type, start };
    at = start + sizeOf(bytes, type, start);
  }
  return undefined;
}

function sizeOf(bytes: Buffer, type: number, start: number): number {
  switch (type) {
    case TEXT:
      return 4 + bytes.readInt32LE(start);
    case DOCUMENT:
    case ARRAY:
      return bytes.readInt32LE(start);
    case BINARY:
      return 5 + bytes.readInt32LE(start);
    default: {
      const size = FIXED[type];
      if (size === undefined) throw new Error(`BSON of type 0x${type.toString(16)} does not occur in what is stored here`);
      return size;
    }
  }
}
