import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import express, { type Request, type Response } from 'express';
import mongoose, { type mongo } from 'mongoose';
import { baselineConfig } from '../stack/start-baseline';

/**
 * The least that can serve a page of what the platform has stored: one process, express, the driver, the stored bytes joined
 * into an envelope. It reads the platform's own collection, with the platform's index, by keyset, and its counters.
 */
interface Stored {
  readonly _id: string;
  readonly created: Date;
  readonly state: { readonly body: { readonly v2_2_1: Buffer } };
}

const config = baselineConfig();
const compress = promisify(gzip);
const COMMA = Buffer.from(',');

async function servePage(request: Request, response: Response): Promise<void> {
  if (request.headers.authorization !== config.authorization) {
    response.status(401).end();
    return;
  }
  const { limit, created, after } = request.query as Record<string, string | undefined>;
  const count = Number(limit ?? 50);
  const position = created === undefined ? undefined : { created: new Date(Number(created)), key: after ?? '' };
  const [objects, total] = await Promise.all([readPage(count + 1, position), readTotal()]);
  const page = objects.slice(0, count);
  const last = page.at(-1);
  response.setHeader('X-Total-Count', total);
  response.setHeader('X-Limit', count);
  if (objects.length > count && last) {
    const next = new URLSearchParams({ limit: String(count), created: String(last.created.getTime()), after: last._id });
    response.setHeader('Link', `<http://127.0.0.1:${config.port}/locations?${next.toString()}>; rel="next"`);
  }
  await send(request, response, envelope(page));
}

function readPage(limit: number, position: { created: Date; key: string } | undefined): Promise<Stored[]> {
  const filter = {
    origin: 'own',
    'state.deleted': false,
    ...(position && { created: { $gte: position.created }, $nor: [{ created: position.created, _id: { $lte: position.key } }] }),
  };
  const options = { projection: { created: 1, 'state.body.v2_2_1': 1 }, promoteBuffers: true, limit, batchSize: limit } as const;
  return objects.find(filter as mongo.Filter<Stored>, options).sort({ created: 1, _id: 1 }).toArray();
}

async function readTotal(): Promise<number> {
  const found = await counters.find({ origin: 'own' }, { projection: { objects: 1 } }).toArray();
  return found.reduce((total, counter) => total + counter.objects, 0);
}

function envelope(page: readonly Stored[]): Buffer {
  const parts = page.flatMap(({ state }, i) => (i === 0 ? [state.body.v2_2_1] : [COMMA, state.body.v2_2_1]));
  const tail = `],"status_code":1000,"timestamp":"${new Date().toISOString()}"}`;
  return Buffer.concat([Buffer.from('{"data":['), ...parts, Buffer.from(tail)]);
}

async function send(request: Request, response: Response, body: Buffer): Promise<void> {
  const zipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const bytes = zipped ? await compress(body, { level: constants.Z_BEST_SPEED }) : body;
  if (zipped) response.setHeader('Content-Encoding', 'gzip');
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('Content-Length', bytes.length);
  response.end(bytes);
}

const connection = mongoose.createConnection(config.mongodbUri);
const objects = connection.collection('locations') as unknown as mongo.Collection<Stored>;
const counters = connection.collection('locations.counters') as unknown as mongo.Collection<{ _id: string; objects: number }>;

const app = express().disable('x-powered-by').disable('etag');
app.get('/locations', servePage);
app.get('/ready', async (_, response) => {
  await connection.asPromise();
  response.end();
});
app.listen(config.port, '127.0.0.1');
