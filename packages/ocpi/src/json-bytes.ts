const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;

/** Deepest nesting of braces and brackets in JSON text, read without parsing it (TRN-44). */
export function jsonDepth(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfString(bytes, i);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) deepest = Math.max(deepest, (depth += 1));
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
  }
  return deepest;
}

/**
 * The elements of the array that is the top-level member `name` of a JSON object, each as the bytes that arrived, so that
 * what a peer sent can be kept as it sent it. The text must be valid JSON (parse it first); undefined when the member is
 * absent or no array.
 */
export function arrayMemberElements(bytes: Buffer, name: string): Buffer[] | undefined {
  const start = memberValueStart(bytes, name);
  if (start === undefined || bytes[start] !== OPEN_BRACKET) return undefined;
  const elements: Buffer[] = [];
  let depth = 0;
  let from = start + 1;
  for (let i = start; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfString(bytes, i);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
    else if (byte === COMMA && depth === 1) {
      elements.push(trimmed(bytes, from, i));
      from = i + 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
      if (depth > 0) continue;
      const last = trimmed(bytes, from, i);
      if (last.length > 0) elements.push(last);
      return elements;
    }
  }
  return elements;
}

/**
 * The JSON object with the string `to` in place of `from` as its top-level member `name`; the same bytes when it has
 * another value there or none, or is no JSON object. All other bytes stay as they are.
 */
export function replaceStringMember(bytes: Buffer, name: string, from: string, to: string): Buffer {
  const start = bytes[skipSpace(bytes, 0)] === OPEN_BRACE ? memberValueStart(bytes, name) : undefined;
  if (start === undefined || bytes[start] !== QUOTE) return bytes;
  const end = endOfString(bytes, start) + 1;
  if (stringAt(bytes, start, end) !== from) return bytes;
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(JSON.stringify(to)), bytes.subarray(end)]);
}

/** The string that stands there; undefined when it is broken. */
function stringAt(bytes: Buffer, start: number, end: number): string | undefined {
  try {
    return JSON.parse(bytes.toString('utf8', start, end)) as string;
  } catch {
    return undefined;
  }
}

function memberValueStart(bytes: Buffer, name: string): number | undefined {
  let depth = 0;
  let expectName = false;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    if (byte === QUOTE) {
      const end = endOfString(bytes, i);
      if (depth === 1 && expectName && stringAt(bytes, i, end + 1) === name) {
        return skipSpace(bytes, skipSpace(bytes, end + 1) + 1);
      }
      if (depth === 1) expectName = false;
      i = end;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      expectName = depth === 1;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth -= 1;
    else if (byte === COMMA && depth === 1) expectName = true;
  }
  return undefined;
}

/** Index of the quote that closes the string opened at `from`. */
function endOfString(bytes: Uint8Array, from: number): number {
  let i = from + 1;
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}

function skipSpace(bytes: Buffer, from: number): number {
  let i = from;
  while (i < bytes.length && (bytes[i] ?? 0) <= 0x20) i += 1;
  return i;
}

function trimmed(bytes: Buffer, from: number, to: number): Buffer {
  const start = skipSpace(bytes, from);
  let end = to;
  while (end > start && (bytes[end - 1] ?? 0) <= 0x20) end -= 1;
  return bytes.subarray(start, end);
}
