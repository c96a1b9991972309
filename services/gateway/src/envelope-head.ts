import { type ZippedHead, zipHead } from './gzip-with-tail';

const DATA = Buffer.from('{"data":');
const COMMA = Buffer.from(',');

/** The part of an answer that stays the same as long as its data do: `{"data":…,`, and its compressed form once asked for. */
export class EnvelopeHead {
  /** In pieces, so that the data are not copied. */
  readonly pieces: readonly Buffer[];
  readonly length: number;
  /** The data, as bytes of JSON. */
  readonly data: Buffer;
  #zipped: Promise<ZippedHead> | undefined;

  /** @param json the data, as bytes of JSON */
  constructor(json: Buffer) {
    this.data = json;
    this.pieces = [DATA, json, COMMA];
    this.length = DATA.length + json.length + COMMA.length;
  }

  /** Compressed when first asked for, by whoever asks. */
  zipped(): Promise<ZippedHead> {
    return (this.#zipped ??= zipHead(Buffer.concat(this.pieces)));
  }
}
