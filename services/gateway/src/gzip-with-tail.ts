import { promisify } from 'node:util';
import { constants, crc32, deflateRaw } from 'node:zlib';

const compress = promisify(deflateRaw);

/** RFC 1952: magic, deflate, no flags, no time, fastest, unknown system. */
const HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255]);

/** Compressed bytes that a short text is still to follow. */
export interface ZippedHead {
  readonly deflated: Buffer;
  readonly crc: number;
  readonly size: number;
}

/** Compresses the part of a body that stays the same, as blocks that end on a byte. */
export async function zipHead(head: Buffer): Promise<ZippedHead> {
  const deflated = await compress(head, { level: constants.Z_BEST_SPEED, finishFlush: constants.Z_SYNC_FLUSH });
  return { deflated, crc: crc32(head), size: head.length };
}

/** One gzip member of head and tail, in pieces: the tail, at most 65,535 bytes, stands in it uncompressed as its last block. */
export function gzipWithTail({ deflated, crc, size }: ZippedHead, tail: Buffer): Buffer[] {
  const block = Buffer.alloc(5);
  block.writeUInt8(1, 0);
  block.writeUInt16LE(tail.length, 1);
  block.writeUInt16LE(~tail.length & 0xffff, 3);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(tail, crc), 0);
  trailer.writeUInt32LE((size + tail.length) % 2 ** 32, 4);
  return [HEADER, deflated, Buffer.concat([block, tail, trailer])];
}
