import { once } from 'node:events';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Request, Response } from 'express';
import type { ModuleDeclaration } from '@roamgrid/modules';
import { messageOf, RoamgridError } from '@roamgrid/runtime';
import { SiteNotes } from '../advice/site-notes';
import type { Backend, ServedModule } from '../backend';
import { HttpProblem } from '../http/problem';
import { queryParameter, type Handler, type QueryParameter } from '../http/route';
import { ownCaller } from '../objects/own-caller';
import { batchEntries, type BatchLimits } from './batch-entries';
import { batchWriter } from './batch-writer';
import { readEntry, type ImportEntry, type LineResult } from './import-entry';
import { ImportSummary } from './import-summary';
import { readLines } from './read-lines';
import { writeBatches } from './write-batches';

/** Media type of imports and their answers: one JSON value a line. */
export const NDJSON = 'application/x-ndjson';

/** Query parameters of an import. */
export const importParameters: readonly QueryParameter[] = [
  {
    name: 'results',
    description: '`refused` answers only refused lines and the summary, `warned` also those with warnings',
    schema: { enum: ['all', 'refused', 'warned'], default: 'all' },
  },
];

const BATCH: BatchLimits = { lines: 100, bytes: 4 * 1024 * 1024, pause: 25 };
const IN_FLIGHT = 2;

/** Imports under way in this process. */
export class ImportSlots {
  #free: number;

  constructor(slots: number) {
    this.#free = slots;
  }

  /** Runs when there is a slot. Throws overloaded when there is none. */
  async run(work: () => Promise<void>): Promise<void> {
    if (this.#free === 0)
      throw new RoamgridError('overloaded', 'as many imports as possible are under way; try again when one has ended');
    this.#free -= 1;
    try {
      await work();
    } finally {
      this.#free += 1;
    }
  }
}

/**
 * Writes the objects of an NDJSON stream as own objects, line by line, and answers a result for each in the order of
 * the input, then a summary. Memory is bounded whatever the length: reading waits for writing, and both for a client
 * that does not read. A line that cannot be written never stops the rest.
 */
export function importObjects(module: ServedModule, backend: Backend, slots: ImportSlots): Handler {
  return (request, response) =>
    slots.run(async () => {
      const isShown = readResults(request);
      const caller = ownCaller(module.declaration, backend.directory);
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const entries = readEntries(uploadOf(request), module.declaration, backend.limits.lineBytes);
      const context = { tariffs: backend.modules.find(({ declaration }) => declaration.id === 'tariffs'), sites: new SiteNotes() };
      const write = batchWriter(module, caller, context, backend, gone.signal);
      const results = writeBatches(batchEntries(entries, BATCH, backend.clock), write, IN_FLIGHT);
      await answer(response, results, isShown, backend.limits.unreadAnswerBytes, gone.signal);
    });
}

type IsShown = (result: LineResult) => boolean;

const SHOWN: Readonly<Record<string, IsShown>> = {
  all: () => true,
  refused: ({ outcome }) => outcome === 'refused',
  warned: ({ outcome, warnings }) => outcome === 'refused' || warnings !== undefined,
};

function readResults(request: Request): IsShown {
  const results = queryParameter(request, 'results') ?? 'all';
  const shown = Object.hasOwn(SHOWN, results) ? SHOWN[results] : undefined;
  if (shown) return shown;
  const expected = Object.keys(SHOWN).join(' or ');
  throw new RoamgridError('parameter.invalid', `results: expected ${expected}, found ${JSON.stringify(results)}`);
}

function uploadOf(request: Request): AsyncIterable<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity') return request as AsyncIterable<Buffer>;
  if (encoding !== 'gzip')
    throw new HttpProblem('media_type.unsupported', `Content-Encoding is ${encoding}, expected gzip or none`);
  const plain = createGunzip({ chunkSize: 64 * 1024 });
  // What breaks the one end is thrown to who reads the other.
  pipeline(request, plain, () => undefined);
  return plain as AsyncIterable<Buffer>;
}

async function* readEntries(
  upload: AsyncIterable<Buffer>,
  module: ModuleDeclaration,
  maxBytes: number,
): AsyncGenerator<ImportEntry> {
  for await (const line of readLines(upload, maxBytes)) yield readEntry(line, module, maxBytes);
}

/** Streams results and summary. An upload that breaks before any result is a problem; later the summary says so. */
async function answer(
  response: Response,
  batches: AsyncGenerator<readonly LineResult[], void>,
  isShown: IsShown,
  unreadBytes: number,
  gone: AbortSignal,
): Promise<void> {
  const summary = new ImportSummary();
  try {
    for await (const results of batches) {
      summary.add(results);
      if (gone.aborted) return;
      begin(response);
      const shown = results.filter(isShown);
      if (shown.length > 0) response.write(shown.map((result) => `${JSON.stringify(result)}\n`).join(''));
      if (response.writableLength > unreadBytes) await once(response, 'drain', { signal: gone });
    }
  } catch (error) {
    if (gone.aborted) return;
    const broken = new RoamgridError('body.malformed', `the upload broke: ${messageOf(error)}`);
    if (!response.headersSent) throw broken;
    summary.brokenBy(broken);
  }
  begin(response);
  response.end(`${JSON.stringify(summary)}\n`);
}

function begin(response: Response): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': NDJSON });
}
