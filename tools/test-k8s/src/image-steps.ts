import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './run-command';
import { makeStandIns, STAND_INS } from './stand-in-images';
import type { Values } from './platform-release';
import type { ImageMaker } from './images';
import type { Steps } from './steps';

export const IMAGE = 'roamgrid:test';

/** Builds and loads the image of the product from the checkout at `root`. */
export async function makeImage(steps: Steps, images: ImageMaker, root: string): Promise<void> {
  await steps.require('image built', async () => {
    const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
    const revision = await runCommand('git', ['rev-parse', '--short', 'HEAD'], { cwd: root }).catch(() => ''); // no checkout of git: built all the same
    await images.build(root, IMAGE, { ROAMGRID_VERSION: version, ROAMGRID_REVISION: revision.trim() });
    return `${images.nameOf(IMAGE)}, version ${version} (${revision.trim()})`;
  });
  await steps.require('image loaded', async () => {
    await images.load(IMAGE);
    return '';
  });
}

/** Images of MongoDB and Kafka where the official ones cannot be pulled; gives the values that name them. */
export async function makePartImages(steps: Steps, images: ImageMaker, folder: string): Promise<Values> {
  await steps.require('images that stand in for MongoDB and Kafka built and loaded', async () => {
    await makeStandIns(folder, images);
    return Object.values(STAND_INS).join(', ');
  });
  const { mongodb, kafka } = STAND_INS;
  return { evaluation: { mongodb: { image: images.nameOf(mongodb) }, kafka: { image: images.nameOf(kafka) } } };
}
