import express, { type Request, type Response } from 'express';
import mongoose, { Schema } from 'mongoose';
import { baselineConfig } from '../stack/start-baseline';

/**
 * The ordinary way to serve a page: every Location a document with a mongoose schema, read by skip and limit, counted on
 * every page, serialised by res.json.
 */
const config = baselineConfig();
const part = { _id: false, strict: false } as const;

const connectorSchema = new Schema(
  { id: String, standard: String, format: String, power_type: String, max_voltage: Number, max_amperage: Number, last_updated: String },
  part,
);
const evseSchema = new Schema({ uid: String, evse_id: String, status: String, connectors: [connectorSchema], last_updated: String }, part);
const locationSchema = new Schema(
  {
    country_code: String,
    party_id: String,
    id: String,
    name: String,
    address: String,
    city: String,
    coordinates: new Schema({ latitude: String, longitude: String }, part),
    evses: { type: [evseSchema], default: undefined },
    last_updated: String,
    position: { type: Number, index: true },
  },
  { strict: false, versionKey: false, id: false, collection: 'bench.documents', toJSON: { transform: withoutOurs } },
);

function withoutOurs(_: unknown, plain: Record<string, unknown>): Record<string, unknown> {
  delete plain['_id'];
  delete plain['position'];
  return plain;
}

async function servePage(request: Request, response: Response): Promise<void> {
  if (request.headers.authorization !== config.authorization) {
    response.status(401).end();
    return;
  }
  const limit = Number(request.query['limit'] ?? 50);
  const offset = Number(request.query['offset'] ?? 0);
  const [data, total] = await Promise.all([
    Location.find().sort({ position: 1 }).skip(offset).limit(limit),
    Location.countDocuments({}),
  ]);
  response.set('X-Total-Count', String(total)).set('X-Limit', String(limit));
  const next = `http://127.0.0.1:${config.port}/locations?offset=${offset + limit}&limit=${limit}`;
  if (offset + data.length < total) response.set('Link', `<${next}>; rel="next"`);
  response.json({ data, status_code: 1000, timestamp: new Date().toISOString() });
}

const connection = mongoose.createConnection(config.mongodbUri);
const Location = connection.model('Location', locationSchema);

const app = express().disable('x-powered-by').disable('etag');
app.get('/locations', servePage);
app.get('/ready', async (_, response) => {
  await connection.asPromise();
  response.end();
});
app.listen(config.port, '127.0.0.1');
