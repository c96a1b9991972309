import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256 of a file's bytes, hex. */
export async function fileSha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** SHA-256 over the lines `name sha256` of all files in a folder, sorted by name: changes with any name or byte. */
export async function folderSha256(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(folder)).sort()) hash.update(`${name} ${await fileSha256(join(folder, name))}\n`);
  return hash.digest('hex');
}

/** Refuses what was fetched when its checksum is another one than the pinned one. */
export function requireSha256(what: string, actual: string, pinned: string): void {
  if (actual === pinned) return;
  throw new Error(`${what} was refused: its SHA-256 is ${actual}, expected ${pinned}`);
}
