import { RoamgridError } from '@roamgrid/runtime';
import type { Readable } from 'node:stream';

/** The whole body; stops reading and throws peer.bad_answer as soon as it exceeds `maxBytes`. */
export async function readBody(stream: Readable, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    // Leaving the loop destroys the stream, and with it the connection: the rest is never taken.
    if (length > maxBytes) throw new RoamgridError('peer.bad_answer', `the answer exceeds ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, length);
}
