const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** How JSON text is nested, read without parsing it. */
export interface JsonShape {
  /** Deepest nesting of braces and brackets. */
  readonly depth: number;
  /** Commas between what stands two levels deep, as the objects of a page do. */
  readonly commas: number;
}

/**
 * Measures text before anything makes objects of it; text that is no JSON gets figures that mean nothing, but no
 * error.
 */
export function jsonShape(bytes: Uint8Array): JsonShape {
  let level = 0;
  let depth = 0;
  let commas = 0;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === QUOTE) i = endOfString(bytes, i);
    else if (byte === COMMA) commas += level === 2 ? 1 : 0;
    else if (byte > 0x5a && (byte | 0x20) === 0x7b) depth = Math.max(depth, (level += 1));
    else if (byte > 0x5a && (byte | 0x20) === 0x7d) level -= 1;
  }
  return { depth, commas };
}

function endOfString(bytes: Uint8Array, from: number): number {
  let i = from + 1;
  while (i < bytes.length && bytes[i] !== QUOTE) i += bytes[i] === BACKSLASH ? 2 : 1;
  return i;
}
