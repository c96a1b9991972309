import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { findPart, helmRecipe } from '@roamgrid/testkit';
import { Command, Option } from 'commander';
import { withResults } from './results-page';
import { runTest, type TestOptions } from './run-test';
import { Steps } from './steps';

const root = join(__dirname, '../../..');
const PAGE = join(root, 'docs/kubernetes.md');

interface Arguments extends Omit<TestOptions, 'standIns'> {
  readonly standIns?: boolean;
  readonly kubectl: string;
  readonly helm?: string;
  readonly writeDocs: boolean;
}

async function main(given: Arguments): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const steps = new Steps(say, Date.now);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say(`${signal}: namespaces ${given.prefix}-cpo and ${given.prefix}-emsp are left as they are; the next run replaces them`);
      process.exit(130);
    });
  }
  const tools = { kubectl: given.kubectl, helm: given.helm ?? (await findHelm(say)), chart: join(root, 'charts/roamgrid') };
  const options = { ...given, ...(given.kit !== undefined && { kit: resolve(given.kit) }), standIns: given.standIns ?? given.kit !== undefined };
  const { cluster, memory } = await runTest(steps, root, tools, options);
  const summary = steps.summary();
  if (given.writeDocs) await writeFile(PAGE, withResults(await readFile(PAGE, 'utf8'), { cluster, steps: steps.results, memory, summary }));
  say(summary);
  process.exitCode = steps.failed > 0 ? 1 : 0;
}

async function findHelm(say: (line: string) => void): Promise<string> {
  const found = await findPart(helmRecipe, process.env, ({ step, detail }) => say(`helm: ${step} ${detail ?? ''}`));
  return found.source === 'address' ? found.address : found.install;
}

void new Command('test:k8s')
  .description('Tests image and chart on the cluster of the current kubectl context: two platforms in namespaces of their own.')
  .addOption(new Option('--kit <dir>', 'use DIR/build-image and DIR/load-image instead of docker').conflicts(['push', 'load']))
  .option('--push <registry>', 'push the images to this registry, from which the cluster pulls them')
  .option('--load <command>', 'command that brings an image into the cluster; its name is appended (kind load docker-image)')
  .option('--image <name>', 'test this image, which the cluster can get, and build none')
  .option('--stand-ins', 'build images for MongoDB and Kafka instead of pulling the official ones (default with --kit)')
  .option('--prefix <name>', 'namespaces are <name>-cpo and <name>-emsp', 'roamgrid-test')
  .option('--keep', 'leave namespaces and releases as they are', false)
  .option('--write-docs', 'write the results into docs/kubernetes.md', false)
  .option('--kubectl <program>', 'kubectl', 'kubectl')
  .option('--helm <program>', 'Helm 3 (default: HELM, on PATH, else fetched once)')
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
