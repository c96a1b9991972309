import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPart, kafkaRecipe, mongodRecipe } from '@roamgrid/testkit';
import type { ImageMaker } from './images';

/** Images that stand in for the official ones of MongoDB and Kafka, by their part of the evaluation values. */
export const STAND_INS = { mongodb: 'roamgrid-test-mongo:6.0.5', kafka: 'roamgrid-test-kafka:3.9.1' } as const;

/** Builds and loads them from the parts that the launcher finds or fetches. `folder` holds their Dockerfiles. */
export async function makeStandIns(folder: string, images: ImageMaker): Promise<void> {
  const env = { ...process.env, MONGODB_URI: '', KAFKA_BROKERS: '' }; // programs are wanted, not addresses
  const mongod = await findPart(mongodRecipe, env, () => undefined);
  const kafka = await findPart(kafkaRecipe, env, () => undefined);
  if (mongod.source === 'address' || kafka.source === 'address') throw new Error('no programs of MongoDB and Kafka were found');
  await make(images, STAND_INS.mongodb, join(folder, 'mongo'), mongod.install.binary, 'mongod');
  await make(images, STAND_INS.kafka, join(folder, 'kafka'), kafka.install.libFolder, 'libs');
}

/** The build context is a copy of the image's folder with the part in it. */
async function make(images: ImageMaker, image: string, folder: string, part: string, name: string): Promise<void> {
  const context = await mkdtemp(join(tmpdir(), 'roamgrid-image-'));
  try {
    await cp(folder, context, { recursive: true, preserveTimestamps: true });
    await cp(part, join(context, name), { recursive: true, preserveTimestamps: true, dereference: true });
    await images.build(context, image, {});
    await images.load(image);
  } finally {
    await rm(context, { recursive: true, force: true });
  }
}
