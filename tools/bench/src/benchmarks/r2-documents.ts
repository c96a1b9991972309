import mongoose, { type mongo } from 'mongoose';
import type { Benchmark } from '../harness/benchmark';
import { compare } from '../harness/comparison';
import { interleave } from '../harness/interleave';
import { PageClient } from '../harness/page-client';
import { tellPair } from '../harness/tell-pair';
import { type BenchPlatform, startBenchPlatform } from '../stack/bench-platform';
import { startBaseline } from '../stack/start-baseline';
import { type Mode, PAGE, PageSides } from './page-sides';

const MODES: readonly Mode[] = ['cold', 'warm'];

/** Pages of the platform, against the ordinary way: documents with schemas, skip and limit, a count a page, res.json. */
export const documents: Benchmark = {
  id: 'R2',
  what: 'GET page of Locations, against express, mongoose documents and res.json',
  async run(context) {
    const bench = await startBenchPlatform(context, 'bench-r2');
    await storeDocuments(bench);
    const baseline = await startBaseline(context, 'documents', { mongodbUri: bench.mongodbUri, authorization: bench.peer.authorization });
    const sides = await PageSides.open(bench, baseline);
    for (const mode of MODES) {
      const onPair = tellPair(context, `R2 ${mode}`, 'ms');
      const pairs = await interleave(context.options.rounds, sides.candidate(mode, 'identity'), sides.baseline(mode, 'identity'), onPair);
      const what = `GET page of ${PAGE} Locations`;
      context.report(compare(pairs, { id: 'R2', what, mode, measure: 'ms', unit: 'CPU ms/page', goal: { at: 'most', value: 0.12 } }));
    }
    await sides.close();
    await baseline.process.stop();
    await bench.stop();
  },
};

/** Stores what the platform lists as documents, in the same order. */
async function storeDocuments({ platform, peer, mongodbUri, idle }: BenchPlatform): Promise<void> {
  const connection = await mongoose.createConnection(mongodbUri).asPromise();
  const collection = connection.collection('bench.documents') as unknown as mongo.Collection;
  const client = new PageClient(platform.gatewayUrl, peer.authorization, 1);
  let position = 0;
  for await (const { page } of client.crawl(`${platform.gatewayUrl}/ocpi/2.2.1/sender/locations?limit=500`)) {
    const objects = JSON.parse(page.data.toString()) as Record<string, unknown>[];
    await collection.insertMany(objects.map((object) => ({ ...object, position: (position += 1) })));
  }
  await client.close();
  await connection.close();
  await idle();
}
