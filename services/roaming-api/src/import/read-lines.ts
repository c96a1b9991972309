const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** A line of a stream, without its line end; `bytes` is absent when it was longer than allowed. Lines count from 1. */
export interface Line {
  readonly number: number;
  readonly bytes?: Buffer;
}

/**
 * The lines of a byte stream that hold anything. At most one line of `maxBytes` and one chunk are held at a time: a
 * longer line is thrown away while it passes by. A last line needs no line end.
 */
export async function* readLines(source: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  const line = new GrowingLine(maxBytes);
  for await (const chunk of source) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      line.add(chunk.subarray(from, end));
      from = end + 1;
      const done = line.finish();
      if (done) yield done;
    }
    line.add(chunk.subarray(from));
  }
  const last = line.finish();
  if (last) yield last;
}

class GrowingLine {
  readonly #maxBytes: number;
  #number = 0;
  #length = 0;
  #parts: Buffer[] = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#maxBytes) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  /** The line as it stands, undefined when it is blank; and begins the next one. */
  finish(): Line | undefined {
    const tooLong = this.#length > this.#maxBytes;
    const bytes = this.#parts.length === 1 ? this.#parts[0] : Buffer.concat(this.#parts);
    this.#number += 1;
    this.#length = 0;
    this.#parts = [];
    if (tooLong) return { number: this.#number };
    const text = withoutBlanks(this.#number === 1 ? withoutMark(bytes) : bytes);
    return text && text.length > 0 ? { number: this.#number, bytes: text } : undefined;
  }
}

function withoutMark(bytes: Buffer | undefined): Buffer | undefined {
  return bytes?.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
}

function withoutBlanks(bytes: Buffer | undefined): Buffer | undefined {
  if (!bytes) return undefined;
  let from = 0;
  let to = bytes.length;
  while (from < to && (bytes[from] ?? 0) <= 0x20) from += 1;
  while (to > from && (bytes[to - 1] ?? 0) <= 0x20) to -= 1;
  return bytes.subarray(from, to);
}
