import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { Readable } from 'node:stream';

export type Kind = 'locations' | 'tariffs';

/** One object of a data file: its kind, its party, and its JSON on one line. */
export interface DataObject {
  readonly kind: Kind;
  readonly party: { readonly country_code: string; readonly party_id: string };
  readonly line: string;
}

/** A line or element that is no object of a kind we know; named, counted, and passed over. */
export interface Unreadable {
  readonly at: string;
  readonly reason: string;
}

/**
 * The OCPI objects of a `.json` (an object, a list, or an envelope with `data`), `.ndjson` or `.gz` of either. The kind is
 * recognised from the object itself.
 */
export async function* readDataFile(file: string): AsyncGenerator<DataObject | Unreadable> {
  const name = file.replace(/\.gz$/, '');
  const raw = createReadStream(file);
  const stream: Readable = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  raw.on('error', (error) => stream.destroy(error));
  if (name.endsWith('.json')) {
    yield* readDocument(file, stream);
    return;
  }
  let number = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    number += 1;
    if (line.trim() !== '') yield recognise(`${file}:${number}`, line);
  }
}

async function* readDocument(file: string, stream: Readable): AsyncGenerator<DataObject | Unreadable> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  const document = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  const data = isRecord(document) && 'data' in document ? document['data'] : document;
  const items: unknown[] = Array.isArray(data) ? data : [data];
  for (const [i, item] of items.entries()) yield recognise(`${file}[${i}]`, JSON.stringify(item));
}

function recognise(at: string, line: string): DataObject | Unreadable {
  const object = parse(line);
  if (!isRecord(object)) return { at, reason: 'no JSON object' };
  const { country_code, party_id } = object;
  if (typeof country_code !== 'string' || typeof party_id !== 'string') return { at, reason: 'names no country_code and party_id' };
  const party = { country_code, party_id };
  if ('coordinates' in object && 'address' in object) return { kind: 'locations', party, line };
  if ('elements' in object && 'currency' in object) return { kind: 'tariffs', party, line };
  return { at, reason: 'neither a Location nor a Tariff' };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined; // the caller names the line as unreadable
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
