const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BLANK = 0x20;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);

/**
 * The items of a JSON array as lines, each with its line end; the bytes of an item stay as they are, but for line breaks
 * between its tokens, which become blanks. Works in place: the buffer given is used up.
 */
export function jsonLines(array: Buffer): Buffer {
  const end = array.lastIndexOf(']');
  if (end <= 1) return Buffer.alloc(0);
  let depth = 0;
  let inText = false;
  for (let i = 0; i < end; i += 1) {
    const byte = array[i] ?? 0;
    if (inText) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
    else if (byte === COMMA && depth === 1) array[i] = LINE_FEED;
    else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) array[i] = BLANK;
  }
  array[end] = LINE_FEED;
  return array.subarray(1, end + 1);
}
