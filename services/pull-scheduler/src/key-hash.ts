import { createHash } from 'node:crypto';

/** 64 bits of a key or URL: enough to tell a million apart, small enough to keep them all. */
export function keyHash(text: string): bigint {
  return createHash('sha256').update(text).digest().readBigUInt64LE();
}
