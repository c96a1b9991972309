import express, { type Request, type Response } from 'express';
import mongoose, { mongo } from 'mongoose';
import { inFlight } from '../harness/in-flight';
import { FreshVersions } from '../stack/fresh-versions';
import type { LocationJson } from '../stack/bench-data';
import { baselineConfig } from '../stack/start-baseline';

/**
 * The least that can store an object safely: the driver's `updateOne` with upsert, acknowledged by a majority and journalled,
 * one call an object. POST /locations gives it the Locations, POST /run writes `operations` of them, `width` in flight.
 */
const config = baselineConfig();
const connection = mongoose.createConnection(config.mongodbUri, { writeConcern: { w: 'majority', journal: true }, maxPoolSize: 50 });
const written = connection.collection('bench.written') as unknown as mongo.Collection<{ _id: string; rev: number }>;
let versions: FreshVersions | undefined;

async function write(body: Buffer, key: string, lastUpdated: Date): Promise<void> {
  const change = { $set: { body: new mongo.Binary(body), lu: lastUpdated }, $inc: { rev: 1 } };
  const { acknowledged, matchedCount, upsertedCount } = await written.updateOne({ _id: key }, change, { upsert: true });
  if (!acknowledged || matchedCount + upsertedCount !== 1) throw new Error(`${key} was not written`);
}

async function run(request: Request, response: Response): Promise<void> {
  const { operations, width } = request.body as { operations: number; width: number };
  if (!versions) throw new Error('no Locations were given yet');
  const began = performance.now();
  await inFlight(width, versions.take(operations), ({ key, body, lastUpdated }) => write(body, key, lastUpdated));
  response.json({ millis: performance.now() - began });
}

const app = express().disable('x-powered-by');
app.use(express.json({ limit: '100mb' }));
app.post('/locations', (request: Request, response: Response) => {
  versions = new FreshVersions(request.body as LocationJson[]);
  response.json({});
});
app.post('/run', run);
app.get('/ready', async (_, response) => {
  await connection.asPromise();
  response.end();
});
app.listen(config.port, '127.0.0.1');
